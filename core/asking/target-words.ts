import type { CanonicalDocument } from "../documents/canonical.ts";
import { postingKeyOf } from "../documents/ids.ts";
import { referencesIn } from "../effects/deed.ts";
import { isDue } from "../effects/flow-steps.ts";
import { reasons } from "../effects/reasons.ts";
import { ACTIONS, type Action, type EffectCall, TARGET_STEPS } from "../effects/target-system.ts";
import type { Wording, Wordings } from "../effects/wording.ts";
import { flowOf, POST } from "../lanes/flows.ts";
import type { Delivery, Header } from "../ledger/items.ts";
import { DELIVER } from "../mailbox/mailbox.ts";
import { type Connection, connectionOf, type Settings } from "../settings/settings.ts";
import type { TargetWords } from "./answers.ts";
import type { Story } from "./story.ts";

type Around = { readonly settings: Settings; readonly now: number; readonly agent?: { readonly format?: string | undefined } | undefined };

/** An answer holds 6 MB, and a quote in it counts twice. */
const LONGEST = 500_000;

/** What a plant's agent gets where it never said what it reads. */
const DEFAULT_FORMAT = "canonical";

/**
 * What each step of a document says to the other system, in that one's own words, sent or still to be sent: by the same code that sends it, without a call.
 * The steps that are due by what the document says, and those that have a marker (what the sender was told among them).
 */
export function targetWords(wordings: Wordings, header: Header, canonical: CanonicalDocument, story: Story, around: Around): TargetWords[] {
  const said: TargetWords[] = [];
  let room = LONGEST;
  for (const step of stepsOf(around.settings, header, canonical)) {
    const words = wordsOf(wordings, step, header, canonical, story, around);
    const isTooLong = words.text !== undefined && words.text.length > room;
    said.push(isTooLong ? { ...withoutText(words), complete: false } : words);
    if (!isTooLong && words.text !== undefined) room -= words.text.length;
  }
  return said;
}

const withoutText = ({ text: _tooLong, ...words }: TargetWords): TargetWords => words;

function stepsOf(settings: Settings, header: Header, canonical: CanonicalDocument): string[] {
  const marked = Object.keys(header.markers).filter((step) => step === DELIVER || isAction(step));
  return [...new Set([...dueSteps(settings, header, canonical), ...marked])];
}

function dueSteps(settings: Settings, header: Header, canonical: CanonicalDocument): readonly string[] {
  switch (flowOf(settings, header)) {
    case "post":
      return [POST];
    case "mailbox":
    case "release-production-order":
      return [DELIVER];
    case "report-operation":
    case "hold-lot":
      return TARGET_STEPS.filter((step) => isDue(step, canonical, connectionOf(settings, header.target), undefined));
  }
}

const isAction = (step: string): step is Action => ACTIONS.some((action) => action === step);

function wordsOf(wordings: Wordings, step: string, header: Header, canonical: CanonicalDocument, story: Story, around: Around): TargetWords {
  const marker = header.markers[step];
  const place = placeOf(step, header, around);
  const wording = isAction(step)
    ? callWording(wordings, step, header, canonical, place.connection, around.now)
    : wordings.ofDelivery(place.format, canonical, { id: deliveryId(story, header), now: around.now });
  const base = { step, connection: place.connection.id, format: place.format, state: marker === undefined ? ("none" as const) : marker.state };
  if (wording.kind === "unsaid") return { ...base, complete: false, reason: wording.reason };
  const { text, call, complete } = wording;
  return { ...base, text, complete, ...(call === undefined ? {} : { call }) };
}

/** Which system a step speaks to, and in what. */
function placeOf(step: string, header: Header, { settings, agent }: Around): { readonly connection: Connection; readonly format: string } {
  const connection = connectionOf(settings, step.startsWith("tell-") ? header.connection : header.target);
  if (isAction(step)) return { connection, format: connection.system };
  return { connection, format: agent?.format === undefined ? DEFAULT_FORMAT : agent.format };
}

/** A message names its delivery; of one that was not put yet there is only the document to name. */
function deliveryId(story: Story, header: Header): string {
  const own: Delivery | undefined = story.deliveries.filter(({ document }) => document === header.id).at(-1);
  return own === undefined ? header.id : own.id;
}

function callWording(wordings: Wordings, step: Action, header: Header, canonical: CanonicalDocument, connection: Connection, now: number): Wording {
  if (step === POST && header.postedWith !== undefined && header.postedWith !== header.id)
    return { kind: "unsaid", reason: reasons.postedWith(header.postedWith) };
  const wording = wordings.ofCall(connection, callOf(step, header, canonical), now);
  const carriesOthers = step === POST && header.carries !== undefined && header.carries.length > 1;
  return wording.kind === "said" && carriesOthers ? { ...wording, complete: false } : wording;
}

/** The call as `performDeed` makes it. */
function callOf(step: Action, header: Header, document: CanonicalDocument): EffectCall {
  const marker = header.markers[step];
  const reason = step === "tell-rejected" || step === "tell-undone" ? (header.undoReason ?? header.reason) : undefined;
  return {
    key: postingKeyOf(header.id, step, marker === undefined ? 0 : marker.generation),
    action: step,
    document,
    documentId: header.id,
    deadline: 0,
    ...referencesIn(header, step),
    ...(header.plantReference === undefined ? {} : { plantReference: header.plantReference }),
    ...(reason === undefined ? {} : { reason }),
  };
}
