import { postingKeyOf } from "../documents/ids.ts";
import { matchNumber } from "../documents/match-key.ts";
import { askFor, differencesOf } from "../effects/entered-by-hand.ts";
import { isDue } from "../effects/flow-steps.ts";
import type { Action, Entered, TargetSystem } from "../effects/target-system.ts";
import { markerOf } from "../ledger/header-change.ts";
import { type Header, type Lane, type Marker, PostedItem, parseIfThere } from "../ledger/items.ts";
import { postedKey } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { type Connection, connectionOf } from "../settings/settings.ts";
import { isIndependent, isReport, POST } from "./flows.ts";
import { holds, isFree } from "./lane-state.ts";
import type { Notice } from "./notices.ts";
import type { LanePorts, Run } from "./ports.ts";
import { type ResolvableStep, resolvableSteps } from "./resolvable.ts";
import { findInSubject } from "./same-subject.ts";
import { againstHighWater } from "./versions.ts";
import { asPosted } from "./window-members.ts";

/** A person entered by hand what a document was to enter (docs/adr/0015): looked up in the target by the target's own number, and taken for the document's own posting only where it is that. */

type Order = Pick<Extract<Notice, { kind: "command" }>, "postedAs" | "unchecked">;

export type Resolution =
  | { readonly kind: "refused"; readonly why: string }
  /** The step's marker as it is to stand, and what keeps its numbers from being another document's too. */
  | { readonly kind: "entered"; readonly step: ResolvableStep; readonly marker: Marker; readonly also: readonly Write[]; readonly said: string };

const refused = (why: string): Resolution => ({ kind: "refused", why });

type ResolvePorts = Pick<LanePorts, "ledger" | "clock" | "ids" | "budget" | "settings" | "map" | "targetOf">;

/** What a `resolve` comes to; reads, here and in the target, and writes nothing. */
export async function resolution(ports: ResolvePorts, run: Pick<Run, "remainingMs">, header: Header, lane: Lane, order: Order): Promise<Resolution> {
  const { postedAs: number } = order;
  if (number === undefined) return refused("it says no number: --posted-as");
  if (!holds(lane, header) && !isFree(lane) && !isIndependent(ports.settings, header))
    return refused("another document holds its lane now; resolve it when the lane is free");
  if (againstHighWater(lane, header, isReport(ports.settings, header)) !== "newer")
    return refused("a newer version, or a cancel, is in force; what was entered by hand has to go");
  const mapped = await ports.map(header);
  const document = mapped?.kind === "canonical" ? await asPosted(ports, header, mapped.document) : undefined;
  const step = resolvableSteps(ports.settings, header).find((each) => document === undefined || isToBeDone(ports, header, each, document));
  if (step === undefined) return refused("nothing of it is left to be entered; replay it");
  if (document === undefined && step !== POST) return refused("its content cannot be read, and steps follow that need it; mend that first, then replay it");
  const connection = connectionOf(ports.settings, step.startsWith("tell-") ? header.connection : header.target);
  const asked = {
    ports,
    header,
    document,
    step,
    number,
    connection,
    target: ports.targetOf(connection),
    remainingMs: run.remainingMs,
    unchecked: order.unchecked === true,
  };
  return (await ownPosting(asked)) ?? entered(asked);
}

const isToBeDone = (ports: ResolvePorts, header: Header, step: ResolvableStep, document: Parameters<typeof isDue>[1]): boolean =>
  step === POST || step.startsWith("tell-") || isDueStep(ports, header, step, document);

function isDueStep({ settings }: ResolvePorts, header: Header, step: ResolvableStep, document: Parameters<typeof isDue>[1]): boolean {
  const isBegun = markerOf(header, step).state !== "none";
  return (
    isBegun ||
    (step !== POST && step !== "tell-accepted" && step !== "tell-rejected" && isDue(step, document, connectionOf(settings, header.target), undefined))
  );
}

type Asked = {
  readonly ports: ResolvePorts;
  readonly header: Header;
  readonly document: Parameters<typeof differencesOf>[0] | undefined;
  readonly step: ResolvableStep & Action;
  readonly number: string;
  readonly connection: Connection;
  readonly target: TargetSystem;
  readonly remainingMs: () => number;
  readonly unchecked: boolean;
};

const ownKey = ({ header, step }: Asked) => postingKeyOf(header.id, step, markerOf(header, step).generation);

/** What became of our own call, where that is not known: it may be what the person found, or stand beside it. */
async function ownPosting(asked: Asked): Promise<Resolution | undefined> {
  const { ports, header, step, target, connection, remainingMs, number } = asked;
  if (markerOf(header, step).state !== "unknown" || !target.capabilities.lookup) return undefined;
  const permit = await ports.budget.take(connection, remainingMs() / 2);
  if (permit.kind === "later") return refused(`the target cannot be asked now (${permit.why}); give the command again`);
  const found = await target.lookUp(ownKey(asked), ports.clock.now() + Math.max(0, remainingMs() - 500));
  await permit.done(found.kind === "retry" ? "failed" : "answered");
  if (found.kind === "retry" || found.kind === "pending") return refused("what became of our own call cannot be told yet; give the command again");
  if (found.kind !== "found" || found.reversed || found.reference === number) return undefined;
  return refused(`our own posting of it is in force as ${found.reference}; replay it, and reverse ${number} by hand`);
}

async function entered(asked: Asked): Promise<Resolution> {
  const { ports, document, connection, step, number } = asked;
  const found = document === undefined ? UNREADABLE : await askFor(ports, asked, number, step);
  switch (found.kind) {
    case "retry":
      return refused(`the target could not be asked: ${found.reason.message}; give the command again`);
    case "not-found":
      return refused(`connection ${connection.id} has nothing under the number ${number}`);
    case "cannot-tell":
      if (!asked.unchecked) return refused(`${found.why}; look there yourself, and say so with --unchecked`);
      return taken(asked, number, [number], "unchecked");
    case "found":
      return compared(asked, found.entered);
  }
}

function compared(asked: Asked, { key, ...there }: Entered): Promise<Resolution> | Resolution {
  const { document, connection, step } = asked;
  if (key !== undefined && key !== ownKey(asked)) return refused(`${there.reference} is our own posting of another document, or of another step`);
  const differences = document === undefined ? [] : differencesOf(document, step, there, (number) => matchNumber(connection.source.matchKey, number));
  return differences.length > 0 ? refused(differences.join("; ")) : taken(asked, there.reference, there.numbers, "checked");
}

const UNREADABLE = { kind: "cannot-tell", why: "its content cannot be read, so what stands there cannot be compared with it" } as const;

/** Each of its numbers is this document's alone. */
async function taken(asked: Asked, reference: string, numbers: readonly string[], byHand: "checked" | "unchecked"): Promise<Resolution> {
  const { ports, header, step, connection } = asked;
  const named = await namedBy(asked, reference);
  if (named !== undefined) return refused(`${reference} is the posting of ${named} already`);
  const keys = numbers.map((number) => postedKey(connection.id, number));
  const items = (await ports.ledger.readMany(keys)).map((item) => parseIfThere(PostedItem, item));
  const other = items.find((item) => item !== undefined && item.document !== header.id);
  if (other !== undefined) return refused(`${reference} is the posting of ${other.document} already`);
  const also = keys.map(
    (key, at): Write =>
      items[at] === undefined
        ? { kind: "put", item: { ...key, document: header.id }, if: [{ absent: true }] }
        : { kind: "check", key, if: [{ path: "document", is: header.id }] },
  );
  const { generation } = markerOf(header, step);
  const marker: Marker = { state: "applied", generation, attempt: header.attempt + 1, reference, byHand };
  return {
    kind: "entered",
    step,
    marker,
    also,
    said: `resolved: ${step} entered by hand as ${reference}${byHand === "checked" ? ", found there" : ", not looked up"}`,
  };
}

/** Whose posting this number is by what we know of its order. */
async function namedBy({ ports, header, step, connection }: Asked, reference: string): Promise<string | undefined> {
  const names = ({ id, target, connection: sender, markers }: Header): boolean =>
    (target === connection.id || sender === connection.id) &&
    Object.entries(markers).some(([name, marker]) => marker.reference === reference && stands(marker) && !(id === header.id && name === step));
  return (await findInSubject(ports.ledger, header, names))?.id;
}

const stands = ({ state }: Marker): boolean => state === "applied" || state === "undoing" || state === "queued";
