import { describe, expect, it } from "vitest";
import { CALM, MINUTE, sendAt } from "../support/world/calm-plan.ts";
import { judge } from "../support/world/checker.ts";
import { consumptionDocument, type PlannedDocument } from "../support/world/planned-documents.ts";
import { idOf } from "../support/world/sender.ts";
import { createTally } from "../support/world/tally.ts";
import { type Outcome, runWorld } from "../support/world/world.ts";
import type { Entry, WorldPlan } from "../support/world/world-plan.ts";

/** "I entered it by hand" (docs/adr/0015): on the real logic, judged by the ERP's own book. */

const at = { site: "hamburg", order: "1001" };
/** Waits for stock that never comes, and parks. */
const R1 = consumptionDocument({ ...at, name: "R1", traits: { lacksStockUntil: 1000 * MINUTE } });

type Story = Partial<WorldPlan> & Pick<WorldPlan, "sends">;

async function tell(plan: Story): Promise<Outcome> {
  const healAt = Math.max(0, ...(plan.commands ?? []).map((each) => each.at + MINUTE));
  const outcome = await runWorld({ ...CALM, healAt, ...plan }, { tally: createTally() });
  expect(judge(outcome)).toEqual([]);
  return outcome;
}

const headerOf = (outcome: Outcome, document: PlannedDocument) =>
  outcome.ledger.find((item) => item.sk.startsWith("DOC#") && item.id === idOf(document, sendAt(document, 0).key));
const results = (outcome: Outcome): string[] => outcome.ledger.flatMap(({ result }) => (typeof result === "string" ? [result] : []));
const resolve = (document: PlannedDocument, minutes: number, entry: Entry, unchecked?: true) => ({
  at: minutes * MINUTE,
  document: document.name,
  command: "resolve" as const,
  entry,
  ...(unchecked === undefined ? {} : { unchecked }),
});
const inForce = (outcome: Outcome): string[] =>
  outcome.postings.filter(({ action, reversedBy }) => action === "post" && reversedBy === undefined).map(({ objectId }) => objectId);

describe("a document whose posting was entered by hand", () => {
  it("is delivered with that number, and what waits behind it goes on", async () => {
    const next = consumptionDocument({ ...at, name: "R2" });
    const outcome = await tell({ sends: [sendAt(R1, 0), sendAt(next, 5)], commands: [resolve(R1, 60, "right")] });
    expect(headerOf(outcome, R1)).toMatchObject({ state: "delivered", markers: { post: { state: "applied", reference: "ERP-000001", byHand: "checked" } } });
    expect(headerOf(outcome, next)?.state).toBe("delivered");
    expect(inForce(outcome)).toEqual(["R1", "R2"]);
  });

  for (const [entry, why] of [
    ["wrong", /it is for order 7777777, the document for 1001/],
    ["reversed", /ERP-000001 is not in force there/],
    ["none", /has nothing under the number ERP-999999/],
  ] as const) {
    it(`stays parked where the number is ${entry}, and is told what differs`, async () => {
      const outcome = await tell({ sends: [sendAt(R1, 0)], commands: [resolve(R1, 60, entry)] });
      expect(headerOf(outcome, R1)?.state).toBe("parked");
      expect(results(outcome).join()).toMatch(why);
    });
  }

  it("stays parked where the number is the posting of another, of ours or by hand", async () => {
    const posted = consumptionDocument({ ...at, name: "R0" });
    const outcome = await tell({ sends: [sendAt(posted, 0), sendAt(R1, 5)], commands: [resolve(R1, 60, "foreign")] });
    expect(headerOf(outcome, R1)?.state).toBe("parked");
    expect(results(outcome).join()).toMatch(/our own posting of another document/);
    const alike = consumptionDocument({ ...at, name: "R3", traits: R1.traits });
    const twice = await tell({ sends: [sendAt(R1, 0), sendAt(alike, 1)], commands: [resolve(R1, 60, "right"), resolve(alike, 130, "foreign")] });
    expect(headerOf(twice, R1)?.state).toBe("delivered");
    expect(headerOf(twice, alike)?.state).toBe("parked");
    expect(results(twice).join()).toMatch(/is the posting of \S+ .*already/);
  });

  it("is taken on the person's word only where the ERP cannot be asked, and only where that is said", async () => {
    const erp = { lookup: false, idempotent: false };
    const silent = await tell({ erp, sends: [sendAt(R1, 0)], commands: [resolve(R1, 60, "right")] });
    expect(headerOf(silent, R1)?.state).toBe("parked");
    expect(results(silent).join()).toMatch(/cannot be asked for a number of its own; look there yourself, and say so with --unchecked/);
    const said = await tell({ erp, sends: [sendAt(R1, 0)], commands: [resolve(R1, 60, "right", true)] });
    expect(headerOf(said, R1)).toMatchObject({ state: "delivered", markers: { post: { byHand: "unchecked" } } });
  });

  it("is looked up where that can be, whatever the person's word", async () => {
    const outcome = await tell({ sends: [sendAt(R1, 0)], commands: [resolve(R1, 60, "wrong", true)] });
    expect(headerOf(outcome, R1)?.state).toBe("parked");
  });

  it("is reversed by hand too: its cancel names the number, and goes on when that is done", async () => {
    const cancel = consumptionDocument({ ...at, name: "R1c", number: "R1", cancel: true });
    const story = { sends: [sendAt(R1, 0), sendAt(cancel, 80)], commands: [resolve(R1, 60, "right")] };
    const outcome = await runWorld({ ...CALM, healAt: 70 * MINUTE, ...story }, { tally: createTally() });
    expect(headerOf(outcome, cancel)).toMatchObject({ state: "parked", reason: { code: "ORL-EFFECT-017", text: "ERP-000001" } });
    expect(outcome.postings.map(({ action }) => action)).toEqual(["post"]);
  });

  it("loses to whoever came first, and is told who that was", async () => {
    const skip = { at: 60 * MINUTE, document: "R1", command: "skip" as const };
    const outcome = await runWorld(
      { ...CALM, sends: [sendAt(R1, 0)], commands: [skip, { ...skip, at: skip.at + 1 }], healAt: 61 * MINUTE },
      { tally: createTally() },
    );
    expect(headerOf(outcome, R1)?.state).toBe("skipped");
    expect(results(outcome).filter((result) => result.startsWith("too late"))).toEqual([
      expect.stringMatching(/^too late: operator gave skip at \S+ \(skipped\); now the document is in attempt \d+, skipped$/),
    ]);
  });
});
