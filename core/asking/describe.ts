import { possibleCommands } from "../lanes/possible-commands.ts";
import { FOREVER } from "../lanes/times.ts";
import type { Delivery, Header } from "../ledger/items.ts";
import type { Block, DeliveryAnswer, DocumentAnswer, DocumentSummary, MarkerAnswer, OpenDocument } from "./answers.ts";
import { blockOf } from "./blocks.ts";
import type { Story } from "./story.ts";
import type { Surroundings } from "./surroundings.ts";
import { timelineOf } from "./timeline.ts";
import { currentReason, deliveryText, directionOf, instant, markerText, stateText } from "./words.ts";

const dueOf = ({ dueAt }: Header): { readonly dueAt?: string } => (dueAt === undefined || dueAt >= FOREVER ? {} : { dueAt: instant(dueAt) });

/** One document in an order's story. */
export function summaryOf(header: Header, story: Story, around: Surroundings): DocumentSummary {
  const { id, site, type, objectId, subject, version, cancel, connection, target, state, mode, attempt, settledAt, plantReference } = header;
  const erpReference = erpReferenceOf(header, story);
  const reason = currentReason(header);
  const block = blockOf(header, story, around);
  return {
    id,
    site,
    type,
    objectId,
    subject,
    ...(version === undefined ? {} : { version }),
    cancel,
    direction: directionOf(around.settings, header),
    connection,
    target,
    state,
    mode,
    text: stateText(header),
    attempt,
    receivedAt: instant(header.receivedAt),
    ...(settledAt === undefined ? {} : { settledAt: instant(settledAt) }),
    ...dueOf(header),
    ...(reason === undefined ? {} : { reason }),
    ...(plantReference === undefined ? {} : { plantReference }),
    ...(erpReference === undefined ? {} : { erpReference }),
    ...(header.postedWith === undefined ? {} : { postedWith: header.postedWith }),
    ...(block === undefined ? {} : { block }),
    next: nextCommands(around, header, block),
  };
}

/** A posting's number stands in its marker, or in that of the document whose posting it is a part of. */
function erpReferenceOf(header: Header, story: Story): string | undefined {
  const carrier = header.postedWith === undefined ? header : story.headers.find(({ id }) => id === header.postedWith);
  if (carrier === undefined || (carrier.carries !== undefined && !carrier.carries.includes(header.id))) return undefined;
  const posted = FIRST_POSTINGS.map((step) => carrier.markers[step]).find((marker) => marker?.state === "applied" || marker?.state === "undoing");
  return posted?.reference;
}
const FIRST_POSTINGS = ["post", "confirm-operation", "record-inspection"];

/** Ready to paste: the commands it can take now, else a look at the document in its way, else how to see it go on. */
function nextCommands({ settings, now }: Surroundings, header: Header, block: Block | undefined): string[] {
  const possible = possibleCommands(settings, header, now).map(
    (command) => `orderlane ${command} ${header.id} --site ${header.site}${command === "resolve" ? " --posted-as NUMBER" : ""} --why "…"`,
  );
  if (possible.length > 0 || block === undefined) return possible;
  if (block.document !== undefined) return [`orderlane document ${block.document} --site ${header.site}`];
  return [`orderlane tail --site ${header.site} --document ${header.id}`];
}

/** All that is known of one document, but its content. */
export function documentAnswer(header: Header, story: Story, around: Surroundings): DocumentAnswer {
  const markers = Object.entries(header.markers).map(([step, marker]): MarkerAnswer => {
    const { state, attempt, generation, reference, reason } = marker;
    const told = { ...(reference === undefined ? {} : { reference }), ...(reason === undefined ? {} : { reason }) };
    return { step, state, text: markerText(step, marker), attempt, generation, ...told };
  });
  const deliveries = story.deliveries.filter((delivery) => delivery.document === header.id).sort((one, other) => one.createdAt - other.createdAt);
  return {
    ...summaryOf(header, story, around),
    mappingVersion: header.mappingVersion,
    unknownFields: header.unknownFields === undefined ? [] : header.unknownFields,
    markers,
    deliveries: deliveries.map((delivery) => deliveryAnswer(delivery, around.now)),
    timeline: timelineOf(around.settings, story, [header]),
  };
}

/** Without its task and lease tokens: they never leave AWS. */
function deliveryAnswer(delivery: Delivery, now: number): DeliveryAnswer {
  const { id, number, action, firstLeasedAt, leaseEnd, verdict, verdictAt } = delivery;
  const isLeased = verdict === undefined && leaseEnd !== undefined && leaseEnd > now;
  return {
    id,
    number,
    action,
    text: deliveryText(delivery, now),
    createdAt: instant(delivery.createdAt),
    ...(firstLeasedAt === undefined ? {} : { firstLeasedAt: instant(firstLeasedAt) }),
    ...(isLeased ? { leaseUntil: instant(leaseEnd) } : {}),
    ...(verdict === undefined ? {} : { verdict: verdict.result }),
    ...(verdictAt === undefined ? {} : { verdictAt: instant(verdictAt) }),
  };
}

/** A line of the list of what is not settled: from its header alone. */
export function openDocument(header: Header, around: Pick<Surroundings, "settings" | "now">): OpenDocument {
  const { id, type, objectId, version, state, attempt, receivedAt } = header;
  const reason = currentReason(header);
  return {
    id,
    type,
    objectId,
    ...(version === undefined ? {} : { version }),
    direction: directionOf(around.settings, header),
    state,
    cause: reason === undefined ? stateText(header) : reason.message,
    ...(reason === undefined ? {} : { code: reason.code }),
    ...(reason?.owner === undefined ? {} : { owner: reason.owner }),
    receivedAt: instant(receivedAt),
    ageSeconds: Math.max(0, Math.floor((around.now - receivedAt) / 1000)),
    ...dueOf(header),
    attempt,
  };
}
