import { describe, expect, it } from "vitest";
import { createLoadBudget, type LoadBudget, type Permit } from "../../../core/effects/load-budget.ts";
import { type Connection, connectionOf } from "../../../core/settings/settings.ts";
import { settingsFor } from "../../../infra/settings.ts";
import { sent, tell } from "../../promises/story.ts";
import { virtualClock } from "../../support/memory/clock.ts";
import { countingIds } from "../../support/memory/ids.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { consumptionDocument } from "../../support/world/planned-documents.ts";

/** LANES.md 6: what a target is asked for at most, whoever calls. */

const START = Date.UTC(2026, 2, 2, 6);
const CLAIM_S = 75;
const MINUTE = 60_000;
const erp = connectionOf(settingsFor("small"), "erp");
const limited = (target: Partial<Connection["target"]>): Connection => ({ ...erp, target: { ...erp.target, ...target } });

/** Function instances over one ledger; `paused`: how long they stayed for tokens. */
function instances(count: number): { readonly clock: ReturnType<typeof virtualClock>; readonly budgets: readonly LoadBudget[]; readonly paused: number[] } {
  const clock = virtualClock(START);
  const ledger = memoryLedgerStore();
  const ids = countingIds(1);
  const paused: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => {
    paused.push(milliseconds);
    clock.advance(milliseconds);
  };
  return { clock, paused, budgets: Array.from({ length: count }, () => createLoadBudget({ ledger, clock, ids, claimSeconds: CLAIM_S, pause })) };
}

async function goneBy(permit: Promise<Permit>): Promise<Extract<Permit, { kind: "go" }>["done"]> {
  const taken = await permit;
  if (taken.kind !== "go") throw new RangeError(`not let through: ${taken.why}`);
  return taken.done;
}

describe("calls per second", () => {
  it("are taken from one bucket by every instance: all of them in a second, and not one more", async () => {
    const { budgets } = instances(4);
    const connection = limited({ callsPerSecond: 10, maxConcurrency: 5 });
    const permits = [];
    for (let n = 0; n < 24; n += 1) permits.push(await (budgets[n % 4] ?? budgets[0])?.take(connection, 0));
    expect(permits.filter((permit) => permit?.kind === "go")).toHaveLength(10);
    expect(
      permits
        .filter((permit) => permit?.kind === "later")
        .every((permit) => permit?.kind === "later" && permit.why === "rate" && permit.until === START + 1000),
    ).toBe(true);
  });

  it("of the next second are stayed for while patience lasts", async () => {
    const { budgets, paused, clock } = instances(1);
    const connection = limited({ callsPerSecond: 2, maxConcurrency: 2 });
    for (let n = 0; n < 6; n += 1) expect((await budgets[0]?.take(connection, 5000))?.kind).toBe("go");
    expect([paused, clock.now()]).toEqual([[1000, 1000], START + 2000]);
  });

  it("cost a write for a slice, not for each call", async () => {
    const clock = virtualClock(START);
    const ledger = memoryLedgerStore();
    let writes = 0;
    const counted: typeof ledger = {
      ...ledger,
      write: (all) => {
        writes += 1;
        return ledger.write(all);
      },
    };
    const budget = createLoadBudget({ ledger: counted, clock, ids: countingIds(1), claimSeconds: CLAIM_S, pause: async () => {} });
    const connection = limited({ callsPerSecond: 20, maxConcurrency: 2 });
    for (let n = 0; n < 20; n += 1) await (await goneBy(budget.take(connection, 0)))("answered");
    expect(writes).toBe(2);
  });
});

describe("the breaker", () => {
  const connection = limited({ breakerFailures: 3, breakerSeconds: 30, callsPerSecond: 100 });

  it("opens after so many failures in a row, for every instance, and says until when", async () => {
    const { budgets, clock } = instances(2);
    for (let n = 0; n < 3; n += 1) await (await goneBy((budgets[0] ?? budgets[1])?.take(connection, 0) ?? Promise.reject(new Error("none"))))("failed");
    expect(await budgets[1]?.take(connection, 0)).toEqual({ kind: "later", until: clock.now() + 30_000, why: "breaker" });
  });

  it("does not count failures with an answer between them", async () => {
    const { budgets } = instances(1);
    const [budget] = budgets;
    if (budget === undefined) throw new RangeError("no instance");
    for (const answer of ["failed", "failed", "answered", "failed", "failed"] as const) await (await goneBy(budget.take(connection, 0)))(answer);
    expect((await budget.take(connection, 0)).kind).toBe("go");
  });

  it("lets one probe through at a time once it may close; its answer closes it, its failure opens it again", async () => {
    const { budgets, clock } = instances(2);
    const [one, other] = budgets;
    if (one === undefined || other === undefined) throw new RangeError("no instances");
    for (let n = 0; n < 3; n += 1) await (await goneBy(one.take(connection, 0)))("failed");
    clock.advance(30_000);
    const probe = await goneBy(one.take(connection, 0));
    expect(await other.take(connection, 0)).toMatchObject({ kind: "later", why: "breaker" });
    await probe("failed");
    expect(await other.take(connection, 0)).toEqual({ kind: "later", until: clock.now() + 30_000, why: "breaker" });
    clock.advance(30_000);
    await (await goneBy(other.take(connection, 0)))("answered");
    expect([(await one.take(connection, 0)).kind, (await other.take(connection, 0)).kind]).toEqual(["go", "go"]);
  });

  it("lets the next probe through when the first one's caller died", async () => {
    const { budgets, clock } = instances(1);
    const [budget] = budgets;
    if (budget === undefined) throw new RangeError("no instance");
    for (let n = 0; n < 3; n += 1) await (await goneBy(budget.take(connection, 0)))("failed");
    clock.advance(30_000);
    await budget.take(connection, 0);
    clock.advance(CLAIM_S * 1000 - 1);
    expect((await budget.take(connection, 0)).kind).toBe("later");
    clock.advance(1);
    expect((await budget.take(connection, 0)).kind).toBe("go");
  });
});

describe("a target that takes one call at a time", () => {
  const connection = limited({ oneAtATime: true, callsPerSecond: 100 });

  it("is called by one, whoever else comes, until that one is done or its claim has run out", async () => {
    const { budgets, clock } = instances(2);
    const [one, other] = budgets;
    if (one === undefined || other === undefined) throw new RangeError("no instances");
    const done = await goneBy(one.take(connection, 0));
    expect(await other.take(connection, 0)).toEqual({ kind: "later", until: clock.now() + CLAIM_S * 1000, why: "busy" });
    await done("not-made");
    await goneBy(other.take(connection, 0));
    expect((await one.take(connection, 0)).kind).toBe("later");
    clock.advance(CLAIM_S * 1000);
    expect((await one.take(connection, 0)).kind).toBe("go");
  });
});

describe("a document", () => {
  const report = (name: string, order: string) => consumptionDocument({ name, site: "hamburg", order });

  it("is not sent again before the time that the target asked for", async () => {
    const told = await tell({
      sends: [sent(report("C1", "1001"), 0)],
      erpFault: ({ n }) => (n === 1 ? { kind: "rate-limit", retryAfterSeconds: 400 } : undefined),
      healAt: 30 * MINUTE,
    });
    const [posting] = told.postings;
    expect([told.erpCalls.length, posting !== undefined && posting.committedAt >= START + 400_000]).toEqual([2, true]);
  });

  it("waits in the ledger while the breaker is open, in its order, and nobody calls but for a probe", async () => {
    const sends = Array.from({ length: 8 }, (_, at) => sent(report(`C${at}`, `10${at}`), 0));
    const told = await tell({ sends: [...sends, sent(report("D1", "100"), 1)], erpDown: [[0, 20 * MINUTE]], healAt: 40 * MINUTE });
    expect(told.postings.map(({ document }) => document.id).sort()).toEqual(["C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "D1"]);
    const inOrder = told.postings.map(({ document }) => document.id).filter((id) => id === "C0" || id === "D1");
    expect(inOrder).toEqual(["C0", "D1"]);
    // What opens it, the calls that were under way with those, and one probe each time that it may close.
    const { breakerFailures, breakerSeconds } = erp.target;
    expect(told.erpCalls.length - told.postings.length).toBeLessThanOrEqual(breakerFailures + sends.length + Math.ceil((20 * 60) / breakerSeconds));
  });
});
