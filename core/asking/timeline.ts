import { isSettled } from "../lanes/states.ts";
import type { Delivery, Header } from "../ledger/items.ts";
import type { Settings } from "../settings/settings.ts";
import type { Happening } from "./answers.ts";
import type { EventItem, Story } from "./story.ts";
import { currentReason, directionOf, instant, nameOf, stateText, verdictText } from "./words.ts";

const COMMAND = /^(replay|skip|resolve|undo)-([0-9a-z]+)$/;

const EVENTS: Readonly<Record<string, string | undefined>> = {
  parked: "parked",
  "waits-for": "begins to wait",
  rejected: "rejected",
  undone: "undone",
  superseded: "superseded",
  skipped: "skipped",
  "accepted-too-late": "the plant accepted it after its undo had begun",
  "withdrawn-once-more": "what the plant accepted too late is withdrawn once more",
  "withdrawn-after-settling": "what the plant accepted after the document had settled is withdrawn",
  "window-dissolved": "could not be posted with others: each is posted by itself",
  "undone-for-intent": "is undone to make room for a newer version or a cancel",
};

/** Before, among and after what happened at the same moment. */
type Placed = { readonly at: number; readonly rank: number; readonly happening: Happening };

/** What happened to these documents, oldest first: arrival, deliveries, what was not ordinary, commands, the end. */
export function timelineOf(settings: Settings, story: Story, headers: readonly Header[]): Happening[] {
  const placed = headers.flatMap((header) => happeningsOf(settings, story, header));
  return placed.sort((one, other) => one.at - other.at || one.rank - other.rank).map(({ happening }) => happening);
}

function happeningsOf(settings: Settings, story: Story, header: Header): Placed[] {
  const base = { document: header.id, direction: directionOf(settings, header) };
  const place = (at: number, rank: number, rest: Omit<Happening, "at" | "document" | "direction">): Placed => ({
    at,
    rank,
    happening: { at: instant(at), ...base, ...rest },
  });
  const { id } = header;
  const events = story.events.filter((event) => isEventOf(header, event));
  return [
    place(header.receivedAt, 0, { what: "received", text: `${nameOf(header)} received from ${header.connection}` }),
    ...story.deliveries.filter((delivery) => delivery.document === id).flatMap((delivery) => ofDelivery(place, delivery)),
    ...events.map((event) => place(event.at, 2, ofEvent(event))),
    ...ofEnd(place, header, events),
  ];
}

type Place = (at: number, rank: number, rest: Omit<Happening, "at" | "document" | "direction">) => Placed;

const isEventOf = (header: Header, event: EventItem): boolean => event.pk === header.pk && event.sk.startsWith(`EVENT#${header.sk.slice("DOC#".length)}#`);

function ofEvent(event: EventItem): Omit<Happening, "at" | "document" | "direction"> {
  const { attempt, who, why, result, reason } = event;
  const [, command, id] = COMMAND.exec(event.what) ?? [];
  const what = command ?? event.what;
  const said = { ...(who === undefined ? {} : { who }), ...(why === undefined ? {} : { why }), ...(result === undefined ? {} : { result }) };
  const given = id === undefined ? {} : { command: id };
  return { what, text: eventText(event, what, command !== undefined), attempt, ...given, ...said, ...(reason === undefined ? {} : { reason }) };
}

function eventText(event: EventItem, what: string, isCommand: boolean): string {
  if (isCommand) return [`command ${what}`, ...(event.result === undefined ? [] : [event.result])].join(": ");
  const text = EVENTS[what];
  return [text === undefined ? what : text, ...(event.reason === undefined ? [] : [event.reason.message])].join(": ");
}

function ofDelivery(place: Place, delivery: Delivery): Placed[] {
  const { attempt } = delivery;
  const put = delivery.action === "apply" ? "put into the plant's mailbox" : "its withdrawal was put into the plant's mailbox";
  return [
    place(delivery.createdAt, 1, { what: "delivery-put", text: put, attempt }),
    ...(delivery.firstLeasedAt === undefined
      ? []
      : [place(delivery.firstLeasedAt, 1, { what: "delivery-leased", text: "leased by the plant's agent", attempt })]),
    ...(delivery.verdict === undefined || delivery.verdictAt === undefined
      ? []
      : [place(delivery.verdictAt, 1, { what: `delivery-${delivery.verdict.result}`, text: verdictText(delivery.verdict), attempt })]),
  ];
}

/** An end that was not ordinary has its event already. */
function ofEnd(place: Place, header: Header, events: readonly EventItem[]): Placed[] {
  const { state, settledAt } = header;
  const reason = currentReason(header);
  if (!isSettled(state) || settledAt === undefined || events.some((event) => event.what === state && event.at === settledAt)) return [];
  const text = reason === undefined ? stateText(header) : `${stateText(header)}: ${reason.message}`;
  return [place(settledAt, 3, { what: state, text, attempt: header.attempt })];
}
