import * as z from "zod";
import { type DocumentId, documentKeyIn, type SubjectKey, subjectKeyIn } from "../documents/ids.ts";
import { Reason } from "../effects/outcomes.ts";
import { DocumentState } from "../lanes/states.ts";
import { Delivery, Header, Held, Lane, Mode, parseIfThere, parseItem } from "../ledger/items.ts";
import { headerKey, heldPrefix, laneKey } from "../ledger/keys.ts";
import type { Item, LedgerStore } from "../ledger/ledger-store.ts";

/** What `eventWrite` leaves in the timeline. */
const EventItem = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  at: z.number().int(),
  what: z.string(),
  attempt: z.number().int(),
  mode: Mode,
  state: DocumentState,
  reason: Reason.optional(),
  who: z.string().optional(),
  why: z.string().optional(),
  result: z.string().optional(),
});
export type EventItem = z.infer<typeof EventItem>;

/** What the ledger holds of a subject, payloads left out. */
export type Story = {
  /** In the order of their arrival. */
  readonly headers: readonly Header[];
  readonly deliveries: readonly Delivery[];
  readonly events: readonly EventItem[];
  readonly lanes: readonly Lane[];
  /** In the order they are to run, lane by lane. */
  readonly held: readonly Held[];
  readonly complete: boolean;
};

/** Of one kind of item: what an answer of 6 MB holds many times over. */
const MOST = 1000;

type Listed = { readonly items: readonly Item[]; readonly complete: boolean };

async function listed(ledger: LedgerStore, pk: string, prefix: string): Promise<Listed> {
  const items = await ledger.list(pk, { prefix, limit: MOST + 1 });
  return { items: items.slice(0, MOST), complete: items.length <= MOST };
}

const byArrival = (one: Header, other: Header): number => one.receivedAt - other.receivedAt || (one.id < other.id ? -1 : 1);

/** Everything about one subject: its partition, read up to the payloads. */
export async function readSubject(ledger: LedgerStore, subject: SubjectKey): Promise<Story> {
  const [deliveries, headers, events, held, lanes] = await Promise.all([
    listed(ledger, subject, "DELIVERY#"),
    listed(ledger, subject, "DOC#"),
    listed(ledger, subject, "EVENT#"),
    listed(ledger, subject, "HELD#"),
    listed(ledger, subject, "LANE#"),
  ]);
  return {
    headers: headers.items.map((item) => parseItem(Header, item)).sort(byArrival),
    deliveries: deliveries.items.map((item) => parseItem(Delivery, item)),
    events: events.items.map((item) => parseItem(EventItem, item)),
    lanes: lanes.items.map((item) => parseItem(Lane, item)),
    held: held.items.map((item) => parseItem(Held, item)),
    complete: [deliveries, headers, events, held, lanes].every((part) => part.complete),
  };
}

/** One document, of its lane what may stand in its way, and whose posting it is in. Undefined where it is not there. */
export async function readDocument(ledger: LedgerStore, id: DocumentId): Promise<{ readonly header: Header; readonly story: Story } | undefined> {
  const header = parseIfThere(Header, await ledger.read(headerKey(id)));
  if (header === undefined) return undefined;
  const subject = subjectKeyIn(id);
  const [lane, deliveries, events, held] = await Promise.all([
    ledger.read(laneKey(subject, header.target)),
    listed(ledger, subject, "DELIVERY#"),
    listed(ledger, subject, `EVENT#${documentKeyIn(id)}#`),
    listed(ledger, subject, heldPrefix(header.target)),
  ]);
  const itsLane = parseIfThere(Lane, lane);
  const others = [itsLane?.holder, header.postedWith].filter((other) => other !== undefined && other !== id);
  const beside = others.length === 0 ? [] : await ledger.readMany([...new Set(others)].flatMap((other) => (other === undefined ? [] : [headerKey(other)])));
  const story: Story = {
    headers: [header, ...beside.flatMap((item) => (item === undefined ? [] : [parseItem(Header, item)]))],
    deliveries: deliveries.items.map((item) => parseItem(Delivery, item)),
    events: events.items.map((item) => parseItem(EventItem, item)),
    lanes: itsLane === undefined ? [] : [itsLane],
    held: held.items.map((item) => parseItem(Held, item)),
    complete: deliveries.complete && events.complete && held.complete,
  };
  return { header, story };
}

export const laneOf = (story: Story, header: Header): Lane | undefined =>
  story.lanes.find((lane) => lane.sk === laneKey(subjectKeyIn(header.id), header.target).sk && lane.pk === header.pk);

/** The document that holds the lane of another. */
export function holderOf(story: Story, header: Header): Header | undefined {
  const holder = laneOf(story, header)?.holder;
  return holder === undefined || holder === header.id ? undefined : story.headers.find((other) => other.id === holder);
}
