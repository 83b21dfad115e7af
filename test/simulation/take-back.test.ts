import { describe, expect, it } from "vitest";
import type { FakeCall, Fault } from "../../connectors/plain-json/fake-faults.ts";
import { CALM, HOUR, MINUTE, sendAt } from "../support/world/calm-plan.ts";
import { judge } from "../support/world/checker.ts";
import { type ConsumptionPlan, consumptionDocument, type PlannedDocument } from "../support/world/planned-documents.ts";
import { idOf } from "../support/world/sender.ts";
import { createTally } from "../support/world/tally.ts";
import { type Outcome, runWorld, type WorldOptions } from "../support/world/world.ts";
import type { WorldPlan } from "../support/world/world-plan.ts";

/** Cancels and corrections of what was reported (LANES.md 5, rule 6; docs/adr/0012): each on the real logic, judged by the ERP's own book. */

const report = (name: string, rest: Partial<ConsumptionPlan> = {}): PlannedDocument =>
  consumptionDocument({ name, site: "hamburg", order: "1001", number: "R1", ...rest });
const R1 = report("R1");
const CANCEL = report("R1c", { cancel: true });

type Story = Partial<WorldPlan> & Pick<WorldPlan, "sends"> & Pick<WorldOptions, "erpFault" | "decide">;

async function tell({ erpFault, decide, ...plan }: Story): Promise<Outcome> {
  const healAt = Math.max(0, ...(plan.commands ?? []).map(({ at }) => at + MINUTE));
  const outcome = await runWorld(
    { ...CALM, healAt, ...plan },
    { tally: createTally(), ...(erpFault === undefined ? {} : { erpFault }), ...(decide === undefined ? {} : { decide }) },
  );
  expect(judge(outcome)).toEqual([]);
  return outcome;
}

const headerOf = (outcome: Outcome, document: PlannedDocument) =>
  outcome.ledger.find((item) => item.sk.startsWith("DOC#") && item.id === idOf(document, sendAt(document, 0).key));
const states = (outcome: Outcome, ...documents: readonly PlannedDocument[]) => documents.map((document) => headerOf(outcome, document)?.state);
const book = (outcome: Outcome): string[] => outcome.postings.map(({ action }) => action);
const inForce = (outcome: Outcome): (string | undefined)[] =>
  outcome.postings.filter(({ action, reversedBy }) => action !== "reversal" && reversedBy === undefined).map(({ version }) => version);

/** The fault for the first reversal only. */
const firstReversal = (fault: Fault) => {
  let isFirst = true;
  return (call: FakeCall): Fault | undefined => {
    if (call.method !== "reverse" || !isFirst) return undefined;
    isFirst = false;
    return fault;
  };
};

describe("a cancel of a report", () => {
  it("reverses what was posted, and the report is undone", async () => {
    const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(CANCEL, 10)] });
    expect(states(outcome, R1, CANCEL)).toEqual(["undone", "delivered"]);
    expect(book(outcome)).toEqual(["post", "reversal"]);
  });

  it("may have the report's own version: the whole of it is sent again with the verb Cancel, before or after it, and then a newer version may come", async () => {
    const [own, cancel, next] = [report("R1v1", { version: "1" }), report("R1v1c", { version: "1", cancel: true }), report("R1v2", { version: "2" })];
    const after = await tell({ sends: [sendAt(own, 0), sendAt(cancel, 10), sendAt(own, 20), sendAt(next, 30)] });
    expect(states(after, own, cancel, next)).toEqual(["undone", "delivered", "delivered"]);
    expect(book(after)).toEqual(["post", "reversal", "post"]);
    const before = await tell({ sends: [sendAt(cancel, 0), sendAt(own, 10)] });
    expect(states(before, own, cancel)).toEqual(["superseded", "delivered"]);
    const stopped = report("R1v1", { version: "1", traits: { invalid: true } });
    expect(states(await tell({ sends: [sendAt(stopped, 0), sendAt(cancel, 10)] }), stopped, cancel)).toEqual(["superseded", "delivered"]);
  });

  it("that comes first keeps the report out", async () => {
    const outcome = await tell({ sends: [sendAt(CANCEL, 0), sendAt(R1, 10)] });
    expect(states(outcome, R1, CANCEL)).toEqual(["superseded", "delivered"]);
    expect(book(outcome)).toEqual([]);
  });

  it("of a report that was refused has nothing to do", async () => {
    const refused = report("R1", { traits: { postingRefused: true } });
    const outcome = await tell({ sends: [sendAt(refused, 0), sendAt(CANCEL, 10)] });
    expect(states(outcome, refused, CANCEL)).toEqual(["rejected", "delivered"]);
  });

  it("takes the place of a report that waits for stock, and of one that is parked", async () => {
    for (const traits of [{ lacksStockUntil: HOUR }, { invalid: true } as const]) {
      const stopped = report("R1", { traits });
      const outcome = await tell({ sends: [sendAt(stopped, 0), sendAt(CANCEL, 10)] });
      expect(states(outcome, stopped, CANCEL)).toEqual(["superseded", "delivered"]);
      expect(book(outcome)).toEqual([]);
    }
  });

  it("waits for a report whose outcome is not known yet, then reverses it", async () => {
    let isFirst = true;
    const lost = (call: FakeCall): Fault | undefined => {
      const fault = isFirst && call.method === "post" ? ({ kind: "commit-late", afterMs: 250_000 } as const) : undefined;
      isFirst = false;
      return fault;
    };
    const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(CANCEL, 1)], erpFault: lost });
    expect(states(outcome, R1, CANCEL)).toEqual(["undone", "delivered"]);
    expect(book(outcome)).toEqual(["post", "reversal"]);
  });

  for (const fault of [
    { kind: "lose-answer" },
    { kind: "fail-after-commit" },
    { kind: "fail-before-commit" },
    { kind: "commit-late", afterMs: 290_000 },
    { kind: "queue", afterMs: 400_000 },
    { kind: "rate-limit", retryAfterSeconds: 30 },
    { kind: "down" },
  ] as const satisfies readonly Fault[]) {
    it(`reverses once when its first call meets ${fault.kind}`, async () => {
      const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(CANCEL, 10)], erpFault: firstReversal(fault) });
      expect(states(outcome, R1, CANCEL)).toEqual(["undone", "delivered"]);
      expect(book(outcome)).toEqual(["post", "reversal"]);
    });
  }

  it("that the ERP refuses is a person's task with its next step, and goes on when that is done", async () => {
    const held = report("R1", { traits: { reversalRefused: "once" } });
    const stopped = await tell({ sends: [sendAt(held, 0), sendAt(CANCEL, 10)], commands: [] });
    expect(states(stopped, held, CANCEL)).toEqual(["delivered", "parked"]);
    expect(headerOf(stopped, CANCEL)?.reason).toMatchObject({ code: "ORL-EFFECT-011", owner: "ERP key user", next: /replay this document$/ });

    const replayed = await tell({ sends: [sendAt(held, 0), sendAt(CANCEL, 10)], commands: [{ at: 20 * MINUTE, document: "R1c", command: "replay" }] });
    expect(states(replayed, held, CANCEL)).toEqual(["undone", "delivered"]);
  });

  it("is final: the report that is replayed after it is superseded", async () => {
    const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(CANCEL, 10)], commands: [{ at: 20 * MINUTE, document: "R1", command: "replay" }] });
    expect(states(outcome, R1, CANCEL)).toEqual(["superseded", "delivered"]);
    expect(book(outcome)).toEqual(["post", "reversal"]);
  });

  it("finds nothing to do when the report's own undo has run before it", async () => {
    const outcome = await tell({
      sends: [sendAt(R1, 0), sendAt(CANCEL, 100)],
      curses: [{ document: "R1", notice: "document", call: "settle", times: 8 }],
      commands: [{ at: 60 * MINUTE, document: "R1", command: "undo" }],
    });
    expect(states(outcome, R1, CANCEL)).toEqual(["undone", "delivered"]);
    expect(book(outcome)).toEqual(["post", "reversal"]);
  });

  it("turns round a report whose message was lost in the middle, and which another overtook", async () => {
    const other = consumptionDocument({ name: "R2", site: "hamburg", order: "1001", traits: { lacksStockUntil: 25 * MINUTE } });
    const outcome = await tell({
      sends: [sendAt(R1, 0), sendAt(other, 3), sendAt(CANCEL, 60)],
      curses: [{ document: "R1", notice: "document", call: "settle", times: 1, thenLost: true }],
    });
    expect(states(outcome, R1, CANCEL)).toEqual(["undone", "delivered"]);
  });
});

describe("a correction of a report", () => {
  const V1 = report("R1v1", { version: "1" });
  const V2 = report("R1v2", { version: "2" });

  it("takes back the version before it, then posts its own", async () => {
    const outcome = await tell({ sends: [sendAt(V1, 0), sendAt(V2, 10)] });
    expect(states(outcome, V1, V2)).toEqual(["undone", "delivered"]);
    expect(book(outcome)).toEqual(["post", "reversal", "post"]);
    expect(inForce(outcome)).toEqual(["2"]);
  });

  it("takes back a report that had no version", async () => {
    const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(V2, 10)] });
    expect(states(outcome, R1, V2)).toEqual(["undone", "delivered"]);
    expect(inForce(outcome)).toEqual(["2"]);
  });

  it("that comes first supersedes the older one", async () => {
    const outcome = await tell({ sends: [sendAt(V2, 0), sendAt(V1, 10), sendAt(R1, 20)] });
    expect(states(outcome, V1, R1, V2)).toEqual(["superseded", "superseded", "delivered"]);
  });

  it("that is refused after it took back the older one is a person's task; a higher version takes its place", async () => {
    const refused = report("R1v2", { version: "2", traits: { postingRefused: true } });
    const stopped = await tell({ sends: [sendAt(V1, 0), sendAt(refused, 10)] });
    expect(states(stopped, V1, refused)).toEqual(["undone", "parked"]);
    expect(headerOf(stopped, refused)?.reason).toMatchObject({ code: "ORL-LANE-007", owner: "MES key user" });

    const V3 = report("R1v3", { version: "3" });
    const mended = await tell({ sends: [sendAt(V1, 0), sendAt(refused, 10), sendAt(V3, 20)] });
    expect(states(mended, V1, refused, V3)).toEqual(["undone", "superseded", "delivered"]);
    expect(inForce(mended)).toEqual(["3"]);
  });

  it("that is skipped then lets the older one be replayed, under a key of its own", async () => {
    const refused = report("R1v2", { version: "2", traits: { postingRefused: true } });
    const outcome = await tell({
      sends: [sendAt(V1, 0), sendAt(refused, 10)],
      commands: [
        { at: 20 * MINUTE, document: "R1v2", command: "skip" },
        { at: 30 * MINUTE, document: "R1v1", command: "replay" },
      ],
    });
    expect(states(outcome, V1, refused)).toEqual(["delivered", "skipped"]);
    expect(new Set(outcome.postings.map(({ key }) => key)).size).toBe(3);
    expect(inForce(outcome)).toEqual(["1"]);
  });

  it("is taken back by a cancel in its turn", async () => {
    const outcome = await tell({ sends: [sendAt(V1, 0), sendAt(V2, 10), sendAt(CANCEL, 20)] });
    expect(states(outcome, V1, V2, CANCEL)).toEqual(["undone", "undone", "delivered"]);
    expect(inForce(outcome)).toEqual([]);
  });
});
