import * as z from "zod";
import { SECOND } from "../lanes/times.ts";
import { itemOf, parseIfThere } from "../ledger/items.ts";
import { connectionKey } from "../ledger/keys.ts";
import type { Condition, LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock, Ids } from "../ledger/ports.ts";
import type { Connection } from "../settings/settings.ts";

/** Breaker and call tokens of one target connection, shared by every caller (LANES.md 6). */
const Budget = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  revision: z.number().int(),
  /** The second whose tokens are being taken, and how many are. */
  second: z.number().int(),
  taken: z.number().int(),
  failures: z.number().int(),
  /** The breaker is open, or its one probe under way, until then. */
  openUntil: z.number().int(),
  /** Where only one call at a time is allowed: who calls, and until when. */
  caller: z.string().optional(),
  callerUntil: z.number().int().optional(),
});
type Budget = z.infer<typeof Budget>;

/** `not-made`: another was faster; says nothing of the target. */
type Answer = "answered" | "failed" | "not-made";

export type Permit =
  | { readonly kind: "go"; readonly done: (answer: Answer) => Promise<void> }
  | { readonly kind: "later"; readonly until: number; readonly why: "breaker" | "rate" | "busy" };

/** `patienceMs`: how long the caller can stay for a token; more than that is waited for in the ledger. */
export type LoadBudget = { take(connection: Connection, patienceMs: number): Promise<Permit> };

type BudgetPorts = {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly claimSeconds: number;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
};

type Slice = { second: number; left: number };

/** One per function instance: it keeps what is left of the slice of tokens it took for the running second. */
export function createLoadBudget(ports: BudgetPorts): LoadBudget {
  const { ledger, clock, ids } = ports;
  const slices = new Map<string, Slice>();

  async function read(connection: Connection): Promise<Budget> {
    const key = connectionKey(connection.id);
    const empty = { ...key, revision: 0, second: 0, taken: 0, failures: 0, openUntil: 0 };
    return parseIfThere(Budget, await ledger.read(key)) ?? empty;
  }

  async function replace(before: Budget, after: Budget): Promise<boolean> {
    const unchanged: Condition = before.revision === 0 ? { absent: true } : { path: "revision", is: before.revision };
    const item = itemOf({ pk: before.pk, sk: before.sk }, { ...after, revision: before.revision + 1 });
    return (await ledger.write([{ kind: "put", item, if: [unchanged] }])).kind === "written";
  }

  async function settle(connection: Connection, owner: string | undefined, answer: Answer): Promise<void> {
    for (;;) {
      const before = await read(connection);
      const after = afterCall(connection, before, owner, answer, clock.now());
      if (after === undefined || (await replace(before, after))) return;
    }
  }

  /** Undefined where another wrote first. */
  async function tryToTake(connection: Connection): Promise<Permit | undefined> {
    const now = clock.now();
    const before = await read(connection);
    const blocked = blockedUntil(connection, before, now);
    if (blocked !== undefined) return { kind: "later", ...blocked };
    const owner = connection.target.oneAtATime ? ids.next() : undefined;
    const next = claimCall(connection, before, slices.get(connection.id), now, ports.claimSeconds, owner);
    if (next.kind === "exhausted") return { kind: "later", until: (Math.floor(now / SECOND) + 1) * SECOND, why: "rate" };
    if (next.item !== undefined && !(await replace(before, next.item))) return undefined;
    slices.set(connection.id, next.slice);
    const nothingToSay = before.failures === 0 && owner === undefined;
    return { kind: "go", done: async (answer) => (answer !== "failed" && nothingToSay ? undefined : settle(connection, owner, answer)) };
  }

  /** The next second's tokens are near: going through the ledger and its timer for them would make a minute of it. */
  async function take(connection: Connection, patienceMs: number): Promise<Permit> {
    const until = clock.now() + patienceMs;
    for (;;) {
      const permit = await tryToTake(connection);
      if (permit === undefined) continue;
      if (permit.kind === "go" || permit.why !== "rate" || permit.until > until) return permit;
      await ports.pause(Math.max(0, permit.until - clock.now()));
    }
  }
  return { take };
}

/** Until when the breaker of a connection is open; undefined where it is closed. */
export async function breakerUntil(ledger: LedgerStore, { id, target }: Connection, now: number): Promise<number | undefined> {
  const budget = parseIfThere(Budget, await ledger.read(connectionKey(id)));
  return budget !== undefined && budget.failures >= target.breakerFailures && budget.openUntil > now ? budget.openUntil : undefined;
}

function blockedUntil(connection: Connection, budget: Budget, now: number): { until: number; why: "breaker" | "busy" } | undefined {
  if (budget.openUntil > now) return { until: budget.openUntil, why: "breaker" };
  if (connection.target.oneAtATime && budget.callerUntil !== undefined && budget.callerUntil > now) return { until: budget.callerUntil, why: "busy" };
  return undefined;
}

type Claim = { readonly kind: "claimed"; readonly item?: Budget; readonly slice: Slice } | { readonly kind: "exhausted" };

/** A probe through an open breaker and the lease of a single caller are written; tokens are taken in slices, so that most calls write nothing. */
function claimCall(connection: Connection, budget: Budget, slice: Slice | undefined, now: number, claimSeconds: number, owner: string | undefined): Claim {
  const { callsPerSecond, maxConcurrency, breakerFailures } = connection.target;
  const second = Math.floor(now / SECOND);
  const probing = budget.failures >= breakerFailures ? { openUntil: now + claimSeconds * SECOND } : {};
  const calling = owner === undefined ? {} : { caller: owner, callerUntil: now + claimSeconds * SECOND };
  const marked = { ...budget, ...probing, ...calling };
  const writes = owner !== undefined || "openUntil" in probing;
  if (slice !== undefined && slice.second === second && slice.left > 0) {
    return { kind: "claimed", slice: { second, left: slice.left - 1 }, ...(writes ? { item: marked } : {}) };
  }
  const taken = budget.second === second ? budget.taken : 0;
  const size = Math.min(Math.ceil(callsPerSecond / maxConcurrency), callsPerSecond - taken);
  if (size <= 0) return { kind: "exhausted" };
  return { kind: "claimed", slice: { second, left: size - 1 }, item: { ...marked, second, taken: taken + size } };
}

function afterCall(connection: Connection, budget: Budget, owner: string | undefined, answer: Answer, now: number): Budget | undefined {
  const { caller, callerUntil, ...rest } = budget;
  const free: Budget = owner !== undefined && caller === owner ? rest : budget;
  if (answer === "not-made") return free === budget ? undefined : free;
  if (answer === "answered") return budget.failures === 0 && free === budget ? undefined : { ...free, failures: 0, openUntil: 0 };
  const failures = budget.failures + 1;
  const open = failures >= connection.target.breakerFailures ? { openUntil: now + connection.target.breakerSeconds * SECOND } : {};
  return { ...free, failures, ...open };
}
