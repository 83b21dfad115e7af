import { describe, expect, it } from "vitest";
import { CALM, HOUR, MINUTE, sendAt } from "../support/world/calm-plan.ts";
import { judge } from "../support/world/checker.ts";
import { consumptionDocument, inspection, materialDocument, operationReport, orderDocument, type PlannedDocument } from "../support/world/planned-documents.ts";
import { idOf } from "../support/world/sender.ts";
import { createTally } from "../support/world/tally.ts";
import { type Outcome, runWorld } from "../support/world/world.ts";
import type { WorldPlan } from "../support/world/world-plan.ts";

/** A delivered document is undone by command (LANES.md 5; docs/adr/0015): on the real logic, judged by the books of both systems. */

const at = { site: "hamburg", order: "1001" };
const R1 = consumptionDocument({ ...at, name: "R1" });

async function tell(plan: Partial<WorldPlan> & Pick<WorldPlan, "sends">): Promise<Outcome> {
  const healAt = Math.max(0, ...(plan.commands ?? []).map((each) => each.at + MINUTE));
  const outcome = await runWorld({ ...CALM, healAt, ...plan }, { tally: createTally() });
  expect(judge(outcome)).toEqual([]);
  return outcome;
}

const headerOf = (outcome: Outcome, document: PlannedDocument) =>
  outcome.ledger.find((item) => item.sk.startsWith("DOC#") && item.id === idOf(document, sendAt(document, 0).key));
const states = (outcome: Outcome, ...documents: readonly PlannedDocument[]) => documents.map((document) => headerOf(outcome, document)?.state);
const book = (outcome: Outcome): string[] =>
  outcome.postings.map(({ action, reverses }) =>
    reverses === undefined ? action : `reversal of ${outcome.postings.find(({ reference }) => reference === reverses)?.action}`,
  );
const undo = (document: PlannedDocument, minutes: number) => ({ at: minutes * MINUTE, document: document.name, command: "undo" as const });
const replay = (document: PlannedDocument, minutes: number) => ({ at: minutes * MINUTE, document: document.name, command: "replay" as const });

describe("the undo of a delivered document", () => {
  for (const consumption of ["lane", "independent"] as const) {
    it(`reverses a posting, and its replay posts it anew under a key of its own (${consumption})`, async () => {
      const settings = { consumption, undoesFirst: false, oneAtATime: false };
      const outcome = await tell({ settings, sends: [sendAt(R1, 0)], commands: [undo(R1, 10), replay(R1, 20)] });
      expect(book(outcome)).toEqual(["post", "reversal of post", "post"]);
      expect(new Set(outcome.postings.map(({ key }) => key)).size).toBe(3);
      expect(states(outcome, R1)).toEqual(["delivered"]);
    });
  }

  it("takes an operation's report back, the last step first", async () => {
    const report = operationReport({ ...at, name: "P1", completes: true });
    const outcome = await tell({ sends: [sendAt(report, 0)], commands: [undo(report, 10)] });
    const steps = ["confirm-operation", "post-backflush", "receive-output", "set-order-state"];
    expect(book(outcome)).toEqual([...steps, ...steps.toReversed().map((step) => `reversal of ${step}`)]);
    expect(states(outcome, report)).toEqual(["undone"]);
  });

  it("withdraws an order from its plant and tells the ERP; its replay brings it there again", async () => {
    const order = orderDocument({ ...at, name: "O1", tag: 1, version: "1", materials: ["M0"] });
    const undone = await tell({ sends: [sendAt(order, 0)], commands: [undo(order, 10)] });
    expect(states(undone, order)).toEqual(["undone"]);
    expect(undone.plants.get("hamburg")?.inForce("OperationsRequest", "1001")).toBeUndefined();
    const outcome = await tell({ sends: [sendAt(order, 0)], commands: [undo(order, 10), replay(order, 20)] });
    expect(states(outcome, order)).toEqual(["delivered"]);
    expect(outcome.plants.get("hamburg")?.inForce("OperationsRequest", "1001")).toMatchObject({ tag: "1" });
    expect(book(outcome)).toEqual(["tell-accepted", "tell-undone", "tell-accepted"]);
  });

  it("of a newer version brings the former one back; the former one is undone only then", async () => {
    const [v1, v2] = ["1", "2"].map((version) => orderDocument({ ...at, name: `O1v${version}`, tag: Number(version), version, materials: ["M0"] }));
    if (v1 === undefined || v2 === undefined) throw new RangeError("two versions");
    const sends = [sendAt(v1, 0), sendAt(v2, 1)];
    const refused = await tell({ sends, commands: [undo(v1, 10)] });
    expect(states(refused, v1, v2)).toEqual(["delivered", "delivered"]);
    expect(refused.causes.commands).toEqual([]);
    const back = await tell({ sends, commands: [undo(v2, 10)] });
    expect(states(back, v1, v2)).toEqual(["delivered", "undone"]);
    expect(back.plants.get("hamburg")?.inForce("OperationsRequest", "1001")).toMatchObject({ tag: "1" });
    const both = await tell({ sends, commands: [undo(v2, 10), undo(v1, 20)] });
    expect(states(both, v1, v2)).toEqual(["undone", "undone"]);
    expect(both.plants.get("hamburg")?.inForce("OperationsRequest", "1001")).toBeUndefined();
  });

  it("of a material makes the orders that name it wait again", async () => {
    const material = materialDocument({ name: "M1", tag: 7, site: "hamburg", material: "M1", version: "1" });
    const order = orderDocument({ ...at, name: "O1", tag: 1, version: "1", materials: ["M1"] });
    const outcome = await tell({ sends: [sendAt(material, 0), sendAt(order, 20)], commands: [undo(material, 10)] });
    expect(states(outcome, material, order)).toEqual(["undone", "parked"]);
  });

  it("releases a lot that a failed inspection held", async () => {
    const failed = inspection({ name: "I1", site: "hamburg", lot: "L1", result: "Fail" });
    const outcome = await tell({ sends: [sendAt(failed, 0)], commands: [undo(failed, 10)] });
    expect(states(outcome, failed)).toEqual(["undone"]);
    expect(outcome.ledger.find(({ sk }) => sk === "HOLD#L1")).toMatchObject({ failed: [] });
  });

  it("waits its turn behind what holds its lane, and what comes later waits behind it", async () => {
    const other = consumptionDocument({ ...at, name: "R2", traits: { lacksStockUntil: 25 * MINUTE } });
    const later = consumptionDocument({ ...at, name: "R3" });
    const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(other, 1), sendAt(later, 15)], commands: [undo(R1, 10)], healAt: 2 * HOUR });
    expect(states(outcome, R1, other, later)).toEqual(["undone", "delivered", "delivered"]);
    expect(outcome.postings.map(({ action, objectId }) => `${action} ${objectId}`)).toEqual(["post R1", "post R2", "reversal R1", "post R3"]);
  });

  it("parks with the task where the ERP refuses, and goes on when that is done", async () => {
    const held = consumptionDocument({ ...at, name: "R1", traits: { reversalRefused: "once" } });
    const stopped = await tell({ sends: [sendAt(held, 0)], commands: [undo(held, 10)] });
    expect(headerOf(stopped, held)).toMatchObject({ state: "parked", mode: "undo", reason: { code: "ORL-EFFECT-011", owner: "ERP key user" } });
    const outcome = await tell({ sends: [sendAt(held, 0)], commands: [undo(held, 10), replay(held, 20)] });
    expect(states(outcome, held)).toEqual(["undone"]);
  });

  it("and its cancel, whichever comes first, reverse it once", async () => {
    const cancel = consumptionDocument({ ...at, name: "R1c", number: "R1", cancel: true });
    for (const minute of [1, 9.9999, 10, 10.0001, 12]) {
      const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(cancel, minute)], commands: [undo(R1, 10)] });
      expect(states(outcome, R1, cancel)).toEqual(["undone", "delivered"]);
      expect(book(outcome)).toEqual(["post", "reversal of post"]);
    }
  });
});
