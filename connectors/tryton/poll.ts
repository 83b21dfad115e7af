import { digestOf } from "../../core/documents/digest.ts";
import type { JsonObject } from "../../core/documents/exact-json.ts";

/** An order as it stands in the ERP. */
export type OrderThere = {
  readonly id: number;
  readonly number: string;
  readonly state: "planned" | "released" | "running" | "closed" | "cancelled";
  /** When it was made or last changed: microseconds since 1970, as digits. */
  readonly changed: string;
  /** What is told of it, without its version and state. */
  readonly content: JsonObject;
};

/** What was last told of an order that is not over. */
export type Told = { readonly number: string; readonly version: string; readonly digest: string };

export type PollState = {
  /** The newest change that was seen, by the ERP's own clock. */
  readonly watermark?: string;
  readonly told: Readonly<Record<string, Told>>;
  /** Who polls, and until when that counts (clock milliseconds). */
  readonly poller?: string;
  readonly pollerUntil?: number;
};

export type PollFailure = { readonly kind: "failed"; readonly why: string };

export type PollPorts = {
  /** Orders that were made or changed at or after `from`; without it all that are not over. */
  readonly changedOrders: (from: string | undefined) => Promise<{ readonly kind: "orders"; readonly orders: readonly OrderThere[] } | PollFailure>;
  /** Which of these orders there still are. */
  readonly stillThere: (ids: readonly number[]) => Promise<{ readonly kind: "ids"; readonly ids: readonly number[] } | PollFailure>;
  readonly load: () => Promise<{ readonly state: PollState; readonly revision: number }>;
  /** Only where nobody saved meanwhile; false: somebody did. */
  readonly save: (state: PollState, revision: number) => Promise<boolean>;
  /** Gives a document to the door. May be given it again; false: it was not taken, so nothing of this poll is remembered. */
  readonly tell: (document: JsonObject) => Promise<boolean>;
};

export type PollOptions = {
  readonly poller: string;
  /** Clock milliseconds. */
  readonly now: number;
  readonly leaseMs: number;
  /** How far behind the watermark is read again: a change is stamped at the start of its transaction, and seen at its end. */
  readonly overlapSeconds: number;
};

export type PollOutcome = { readonly kind: "polled"; readonly told: number } | { readonly kind: "another-polls" } | PollFailure;

/**
 * Tells of new, changed, cancelled and vanished orders, at least once each, in the order of their changes (Tryton has no webhooks: behaviour 11).
 * A change of what is not told (a move of ours, a state without meaning for the plant) is none. One poller at a time; what it remembers is saved only after all was taken.
 */
export async function pollOrders(ports: PollPorts, options: PollOptions): Promise<PollOutcome> {
  const { state, revision } = await ports.load();
  if (isPolled(state, options)) return { kind: "another-polls" };
  const claimed = { ...state, poller: options.poller, pollerUntil: options.now + options.leaseMs };
  if (!(await ports.save(claimed, revision))) return { kind: "another-polls" };
  const { poller: _poller, pollerUntil: _until, ...before } = claimed;
  const found = await poll(ports, before, options);
  const saved = await ports.save(found.kind === "failed" ? before : found.state, revision + 1);
  if (found.kind === "failed") return found;
  return saved ? { kind: "polled", told: found.told } : { kind: "another-polls" };
}

const isPolled = ({ poller, pollerUntil }: PollState, { poller: me, now }: PollOptions): boolean =>
  poller !== undefined && poller !== me && pollerUntil !== undefined && pollerUntil > now;

type Polled = { readonly kind: "found"; readonly state: PollState; readonly told: number } | PollFailure;

async function poll(ports: PollPorts, before: PollState, { overlapSeconds }: PollOptions): Promise<Polled> {
  const { watermark } = before;
  const from = watermark === undefined ? undefined : String(BigInt(watermark) - BigInt(overlapSeconds) * 1_000_000n);
  const changed = await ports.changedOrders(from);
  if (changed.kind === "failed") return changed;
  const gone = await goneOf(ports, Object.keys(before.told).map(Number));
  if (gone.kind === "failed") return gone;
  const orders = [...changed.orders].sort((one, other) => compareNumbers(one.changed, other.changed));
  const told = new Map(Object.entries(before.told));
  const documents = [...orders.flatMap((order) => changesOf(order, told)), ...gone.ids.flatMap((id) => vanishedOf(id, told))];
  for (const document of documents) if (!(await ports.tell(document))) return { kind: "failed", why: `order ${String(document.number)} was not taken` };
  const next = newestOf(watermark, orders.at(-1)?.changed);
  return { kind: "found", state: { ...(next === undefined ? {} : { watermark: next }), told: Object.fromEntries(told) }, told: documents.length };
}

async function goneOf(ports: PollPorts, known: readonly number[]): Promise<{ readonly kind: "ids"; readonly ids: readonly number[] } | PollFailure> {
  if (known.length === 0) return { kind: "ids", ids: [] };
  const there = await ports.stillThere(known);
  return there.kind === "failed" ? there : { kind: "ids", ids: known.filter((id) => !there.ids.includes(id)) };
}

function newestOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareNumbers(one, other) < 0 ? other : one;
}

/** What is to be told of an order as it stands; `told` is brought up to date with it. */
function changesOf(order: OrderThere, told: Map<string, Told>): JsonObject[] {
  const id = String(order.id);
  const last = told.get(id);
  switch (order.state) {
    case "planned":
      // Taken back to draft after it was told: to the plant it is cancelled until it is released again.
      return last === undefined ? [] : cancelled(id, last, order.changed, "cancelled", told);
    case "released":
    case "running": {
      const digest = digestOf(order.content, []);
      if (last?.digest === digest) return [];
      told.set(id, { number: order.number, version: order.changed, digest });
      return [{ document: "order", state: "released", version: order.changed, ...order.content }];
    }
    case "closed":
      told.delete(id);
      return [];
    case "cancelled":
      return last === undefined ? [] : cancelled(id, last, order.changed, "cancelled", told);
  }
}

/** A record that is gone has no time of its change: the next version after the last one. */
function vanishedOf(id: number, told: Map<string, Told>): JsonObject[] {
  const last = told.get(String(id));
  return last === undefined ? [] : cancelled(String(id), last, String(BigInt(last.version) + 1n), "vanished", told);
}

function cancelled(id: string, last: Told, version: string, state: "cancelled" | "vanished", told: Map<string, Told>): JsonObject[] {
  told.delete(id);
  return [{ document: "order", state, version, number: last.number, operations: [], materials: [] }];
}

const compareNumbers = (one: string, other: string): number => (BigInt(one) < BigInt(other) ? -1 : Number(BigInt(one) > BigInt(other)));
