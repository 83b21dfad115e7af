import { digestOf } from "../../core/documents/digest.ts";
import type { JsonObject } from "../../core/documents/exact-json.ts";
import type { Poller, PollMemory, PollOptions, PollOutcome, Taken, Told } from "../../core/polling/poller.ts";

/** That an order, or a material, was made or changed: microseconds since 1970, as digits. */
export type Change = { readonly id: number; readonly changed: string };

/** An order as it stands in the ERP. */
export type OrderThere = Change & {
  readonly number: string;
  readonly state: "planned" | "released" | "running" | "closed" | "cancelled";
  /** What is told of it, without its version and state. */
  readonly content: JsonObject;
  /** The codes of all that it makes and takes. */
  readonly materials: readonly string[];
};

export type MaterialThere = { readonly code: string; readonly changed: string; readonly content: JsonObject };

export type ReadFailure = { readonly kind: "failed"; readonly why: string };

/** The reading half of the poller. */
export type OrdersThere = {
  /** Orders that were made or changed at or after `from`; without it all that are not over. */
  readonly changes: (from: string | undefined) => Promise<{ readonly kind: "changes"; readonly changes: readonly Change[] } | ReadFailure>;
  /** Those that still are there, as they stand, and their materials. */
  readonly details: (
    changes: readonly Change[],
  ) => Promise<{ readonly kind: "orders"; readonly orders: readonly OrderThere[]; readonly materials: readonly MaterialThere[] } | ReadFailure>;
  /** Which of these orders there still are. */
  readonly stillThere: (ids: readonly number[]) => Promise<{ readonly kind: "ids"; readonly ids: readonly number[] } | ReadFailure>;
};

/** Orders read, told and remembered before the next are looked at: what a killed poller does again at the most. */
const SLICE = 50;
/** Ids in one question. */
const ASKED = 500;
const ORDER = "order:";
const MATERIAL = "material:";

/**
 * Tells of new, changed, cancelled and vanished orders, and of their materials first, at least once each, in the order of their changes (Tryton has no webhooks: behaviour 11).
 * A change of what is not told (a move of ours, a state without meaning for the plant) is none. Each is remembered when the door took it, so that a poller that is killed,
 * or has no more time, is gone on with; what the door refuses for good stops no other.
 */
export function orderPoller(there: OrdersThere): Poller {
  return async (memory, tell, options) => {
    const claimed = await memory.claim();
    if (claimed.kind !== "claimed") return claimed;
    const run: Run = { there, memory, tell, options, told: new Map(claimed.told), count: 0, refused: [] };
    try {
      return (await poll(run, claimed.watermark)) ?? { kind: "polled", told: run.count, refused: run.refused };
    } finally {
      await memory.release();
    }
  };
}

type Run = {
  readonly there: OrdersThere;
  readonly memory: PollMemory;
  readonly tell: (document: JsonObject) => Promise<Taken>;
  readonly options: PollOptions;
  /** As of now. */
  readonly told: Map<string, Told>;
  count: number;
  readonly refused: string[];
};

/** Why it ends early. */
type Ended = Extract<PollOutcome, { kind: "failed" | "another-polls" }> | undefined;

async function poll(run: Run, watermark: string | undefined): Promise<Ended> {
  const { options, there } = run;
  const known = [...run.told.keys()].filter((what) => what.startsWith(ORDER));
  const from = watermark === undefined ? undefined : String(BigInt(watermark) - BigInt(options.overlapSeconds) * 1_000_000n);
  const changed = await there.changes(from);
  if (changed.kind === "failed") return changed;
  const changes = [...changed.changes].sort((one, other) => compareNumbers(one.changed, other.changed));
  let newest = watermark;
  for (let at = 0; at < changes.length; at += SLICE) {
    if (options.now() >= options.stopAt) return undefined;
    const slice = changes.slice(at, at + SLICE);
    const ended = await tellSlice(run, slice);
    if (ended !== undefined) return ended;
    const last = newestOf(newest, slice.at(-1)?.changed);
    if (last !== undefined && last !== newest && !(await run.memory.advance(last))) return { kind: "another-polls" };
    newest = last;
  }
  return tellGone(run, known);
}

async function tellSlice(run: Run, slice: readonly Change[]): Promise<Ended> {
  const found = await run.there.details(slice);
  if (found.kind === "failed") return found;
  const materials = new Map(found.materials.map((material) => [material.code, material]));
  for (const order of [...found.orders].sort((one, other) => compareNumbers(one.changed, other.changed))) {
    const ended = await tellOrder(run, order, materials);
    if (ended !== undefined) return ended;
  }
  return undefined;
}

async function tellOrder(run: Run, order: OrderThere, materials: ReadonlyMap<string, MaterialThere>): Promise<Ended> {
  const what = `${ORDER}${order.id}`;
  const last = run.told.get(what);
  switch (order.state) {
    case "released":
    case "running":
      return tellReleased(run, order, materials);
    case "closed":
      return last === undefined ? undefined : forget(run, what);
    case "planned":
    case "cancelled":
      // Taken back to draft after it was told: to the plant it is cancelled until it is released again.
      return last === undefined ? undefined : tellOne(run, what, cancelOf(last, order.changed, "cancelled"), undefined);
  }
}

async function tellReleased(run: Run, order: OrderThere, materials: ReadonlyMap<string, MaterialThere>): Promise<Ended> {
  const what = `${ORDER}${order.id}`;
  const digest = digestOf(order.content, []);
  if (run.told.get(what)?.digest === digest) return undefined;
  for (const code of order.materials) {
    const ended = await tellMaterial(run, materials.get(code));
    if (ended !== undefined) return ended;
  }
  const document = { document: "order", state: "released", version: order.changed, ...order.content };
  return tellOne(run, what, document, { number: order.number, version: order.changed, digest });
}

async function tellMaterial(run: Run, material: MaterialThere | undefined): Promise<Ended> {
  if (material === undefined) return undefined;
  const { code, changed, content } = material;
  const digest = digestOf(content, []);
  const what = `${MATERIAL}${code}`;
  if (run.told.get(what)?.digest === digest) return undefined;
  return tellOne(run, what, { document: "material", version: changed, ...content }, { number: code, version: changed, digest });
}

async function tellGone(run: Run, known: readonly string[]): Promise<Ended> {
  for (let at = 0; at < known.length; at += ASKED) {
    const asked = known.slice(at, at + ASKED);
    const there = await run.there.stillThere(asked.map((what) => Number(what.slice(ORDER.length))));
    if (there.kind === "failed") return there;
    const ids = new Set(there.ids.map((id) => `${ORDER}${id}`));
    const ended = await tellVanished(
      run,
      asked.filter((what) => !ids.has(what)),
    );
    if (ended !== undefined) return ended;
  }
  return undefined;
}

/** A record that is gone has no time of its change: the next version after the last one. */
async function tellVanished(run: Run, gone: readonly string[]): Promise<Ended> {
  for (const what of gone) {
    const last = run.told.get(what);
    const ended = last === undefined ? undefined : await tellOne(run, what, cancelOf(last, String(BigInt(last.version) + 1n), "vanished"), undefined);
    if (ended !== undefined) return ended;
  }
  return undefined;
}

/** What the door refuses for good is told again when it changes, and not before. */
async function tellOne(run: Run, what: string, document: JsonObject, told: Told | undefined): Promise<Ended> {
  const taken = await run.tell(document);
  switch (taken.kind) {
    case "later":
      return { kind: "failed", why: `${what} was not taken: ${taken.why}` };
    case "refused":
      run.refused.push(`${what}: ${taken.why}`);
      break;
    case "taken":
      run.count += 1;
  }
  if (!(await run.memory.remember(what, told))) return { kind: "another-polls" };
  if (told === undefined) run.told.delete(what);
  else run.told.set(what, told);
  return undefined;
}

async function forget(run: Run, what: string): Promise<Ended> {
  run.told.delete(what);
  return (await run.memory.remember(what, undefined)) ? undefined : { kind: "another-polls" };
}

const cancelOf = ({ number }: Told, version: string, state: "cancelled" | "vanished"): JsonObject => ({
  document: "order",
  state,
  version,
  number,
  operations: [],
  materials: [],
});

function newestOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareNumbers(one, other) < 0 ? other : one;
}

const compareNumbers = (one: string, other: string): number => (BigInt(one) < BigInt(other) ? -1 : Number(BigInt(one) > BigInt(other)));
