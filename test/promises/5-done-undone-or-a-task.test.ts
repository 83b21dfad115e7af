import { describe, expect, it } from "vitest";
import { Delivery, parseItem } from "../../core/ledger/items.ts";
import type { Traits } from "../support/world/planned-documents.ts";
import { consumptionDocument, inspection, operationReport, orderDocument } from "../support/world/planned-documents.ts";
import { byHand } from "./by-hand.ts";
import { actionsOf, deathsIn, headerOf, inForce, MINUTE, nameOf, type Story, sent, stateOf, tell, withDeath } from "./story.ts";

const release = (traits: Traits = {}) => orderDocument({ name: "O1", tag: 1, site: "hamburg", order: "1001", version: "1", materials: ["M0"], traits });

/** Which step says no, and what both systems must have then. */
const CASES: readonly {
  readonly refuses: string;
  readonly traits: Traits;
  readonly state: string;
  readonly mes: string | undefined;
  readonly erp: readonly string[];
  readonly task?: { readonly code: string; readonly step: string; readonly owner: string };
}[] = [
  { refuses: "nobody", traits: {}, state: "delivered", mes: "1", erp: ["tell-accepted"] },
  { refuses: "the plant", traits: { plantRefuses: true }, state: "rejected", mes: undefined, erp: ["tell-rejected"] },
  { refuses: "the ERP, the acceptance", traits: { acceptanceRefused: true }, state: "undone", mes: undefined, erp: ["tell-undone"] },
  {
    refuses: "the ERP, the acceptance, and the plant its withdrawal",
    traits: { acceptanceRefused: true, withdrawalRefused: true },
    state: "parked",
    mes: "1",
    erp: [],
    task: { code: "ORL-EFFECT-003", step: "deliver", owner: "plant shift lead" },
  },
  {
    refuses: "the plant, and the ERP to hear of it",
    traits: { plantRefuses: true, badNewsRefused: true },
    state: "parked",
    mes: undefined,
    erp: [],
    task: { code: "ORL-EFFECT-004", step: "tell-rejected", owner: "ERP key user" },
  },
  {
    refuses: "the ERP, the acceptance and to hear of its undo",
    traits: { acceptanceRefused: true, badNewsRefused: true },
    state: "parked",
    mes: undefined,
    erp: [],
    task: { code: "ORL-EFFECT-004", step: "tell-undone", owner: "ERP key user" },
  },
];

const storyOf = (traits: Traits): Story => ({ sends: [sent(release(traits), 0)] });
const END_OF_A_CASE = ["state", "mes", "erp", "task"] as const;

async function endOf(story: Story) {
  const told = await tell(story);
  const document = release();
  const header = headerOf(told, document);
  const task = header?.state === "parked" ? { code: header.reason?.code, step: header.reason?.step, owner: header.reason?.owner } : undefined;
  return { state: header?.state, mes: inForce(told, document)?.tag, erp: actionsOf(told, document), task, next: header?.reason?.next };
}

const REPORT = consumptionDocument({ name: "C1", site: "hamburg", order: "1001", traits: { reversalRefused: true } });
/** Which step the ERP refuses, and what of the report is in force then. */
const REPORT_ENDS = [
  { refused: undefined, state: "delivered", inForce: ["confirm-operation", "post-backflush", "receive-output", "set-order-state"] },
  { refused: "confirm-operation", state: "rejected", inForce: [] },
  { refused: "post-backflush", state: "undone", inForce: [] },
  { refused: "receive-output", state: "undone", inForce: [] },
  { refused: "set-order-state", state: "undone", inForce: [] },
] as const;

describe("promise 5: an operation report ends whole, or leaves nothing", () => {
  const of = (refused: string | undefined) =>
    operationReport({ name: "P1", site: "hamburg", order: "1001", completes: true, traits: refused === undefined ? {} : { stepRefused: refused } });
  const standing = (told: Awaited<ReturnType<typeof tell>>) =>
    told.postings.flatMap(({ action, reversedBy }) => (action !== "reversal" && reversedBy === undefined ? [action] : []));

  for (const { refused, state, inForce } of REPORT_ENDS) {
    it(`ends ${state} when ${refused ?? "nothing"} is refused`, async () => {
      const told = await tell({ sends: [sent(of(refused), 0)] });
      expect([stateOf(told, of(refused)), standing(told)]).toEqual([state, inForce]);
    });
  }

  it("wherever its lane or one of its steps dies", async () => {
    const kinds = ["advance-lane", "perform-step"];
    for (const { refused, state, inForce } of REPORT_ENDS.slice(-1)) {
      const story: Story = { sends: [sent(of(refused), 0)] };
      for (const death of await deathsIn(story, kinds)) {
        const told = await tell(withDeath(story, kinds, death));
        expect([stateOf(told, of(refused)), standing(told)], nameOf(death)).toEqual([state, inForce]);
      }
    }
  });
});

describe("promise 5: a lot that failed", () => {
  it("is a person's task when the plant will not hold it; it stays blocked in the ERP meanwhile", async () => {
    const failed = inspection({ name: "T1", site: "hamburg", lot: "L1", result: "Fail", traits: { plantRefuses: true } });
    const told = await tell({ sends: [sent(failed, 0)] });
    const reason = headerOf(told, failed)?.reason;
    expect([stateOf(told, failed), reason?.code, reason?.owner]).toEqual(["parked", "ORL-EFFECT-008", "plant shift lead"]);
    expect(actionsOf(told, failed)).toEqual(["record-inspection", "block-lot"]);
  });

  it("is released by a later pass, in the ERP and in the plant", async () => {
    const failed = inspection({ name: "T1", site: "hamburg", lot: "L1", result: "Fail" });
    const passed = inspection({ name: "T2", site: "hamburg", lot: "L1", result: "Pass" });
    const told = await tell({ sends: [sent(failed, 0), sent(passed, 10)] });
    expect([actionsOf(told, passed), told.journal.map(({ tag, result }) => [tag, result])]).toEqual([
      ["record-inspection", "release-lot"],
      [
        ["T1", "applied"],
        ["T2", "applied"],
      ],
    ]);
  });
});

const CANCEL = consumptionDocument({ name: "C1c", site: "hamburg", order: "1001", number: "C1", cancel: true });

describe("promise 5: cancelling what was reported", () => {
  it("is a named person's task, with its next step, when the ERP will not take it back; the posting stands until then", async () => {
    const told = await tell({ sends: [sent(REPORT, 0), sent(CANCEL, 10)] });
    expect([stateOf(told, REPORT), stateOf(told, CANCEL)]).toEqual(["delivered", "parked"]);
    const reason = headerOf(told, CANCEL)?.reason;
    expect([reason?.owner, reason?.step, reason?.next]).toEqual(["ERP key user", "post", expect.stringContaining("replay this document")]);
    expect(actionsOf(told, REPORT)).toEqual(["post"]);
  });
});

describe("promise 5: a multi-step sync ends done, or undone, or with a named person's task, never silently half done", () => {
  for (const { refuses, traits, ...expected } of CASES) {
    it(`ends ${expected.state} when ${refuses} refuses, and both books say so`, async () => {
      const end = await endOf(storyOf(traits));
      expect(END_OF_A_CASE.map((part) => end[part])).toEqual(END_OF_A_CASE.map((part) => expected[part]));
      if (expected.task !== undefined) expect(end.next).toMatch(/replay/);
    });

    it(`ends the same wherever a step, or the report of a verdict, dies, when ${refuses} refuses`, async () => {
      const kinds = ["perform-step", "report-verdicts"];
      for (const death of await deathsIn(storyOf(traits), kinds)) {
        const end = await endOf(withDeath(storyOf(traits), kinds, death));
        expect(
          END_OF_A_CASE.map((part) => end[part]),
          nameOf(death),
        ).toEqual(END_OF_A_CASE.map((part) => expected[part]));
      }
    });
  }

  it("a task is not the end: once the plant lets go, a replay goes on with the undo and finishes it", async () => {
    const told = await tell({ ...storyOf({ acceptanceRefused: true, withdrawalRefused: true }), healAt: 60 * MINUTE, mends: true });
    expect([stateOf(told, release()), inForce(told, release())?.tag, actionsOf(told, release())]).toEqual(["undone", undefined, ["tell-undone"]]);
  });

  it("a verdict that does not come within the business deadline undoes the release, and what the plant says later changes nothing", async () => {
    const told = await tell(storyOf({ plantNeeds: 60 * MINUTE }));
    expect([stateOf(told, release()), inForce(told, release())?.tag, actionsOf(told, release())]).toEqual(["undone", undefined, ["tell-undone"]]);
  });

  it("a workflow that ends without its `finished`, or vanishes, is found by the timer, and its order still ends", async () => {
    const lost = await tell({
      ...storyOf({ acceptanceRefused: true }),
      rates: { call: 0, erp: 0, buried: 0, finishedLost: 1, index: 0 },
      healAt: 24 * 60 * MINUTE,
    });
    expect([stateOf(lost, release()), inForce(lost, release())?.tag, actionsOf(lost, release())]).toEqual(["undone", undefined, ["tell-undone"]]);
    const vanished = await tell({ ...storyOf({ plantNeeds: 5 * MINUTE }), blows: [{ at: 2 * MINUTE, kind: "vanishes" }] });
    expect([stateOf(vanished, release()), inForce(vanished, release())?.tag, actionsOf(vanished, release())]).toEqual(["delivered", "1", ["tell-accepted"]]);
  });

  it("a verdict is stored before its workflow hears of it", async () => {
    const stored: boolean[] = [];
    const world = await byHand({
      onAnswer: () => {
        const deliveries = world.ledger.all().filter(({ sk }) => sk.startsWith("DELIVERY#"));
        stored.push(deliveries.every((item) => parseItem(Delivery, item).verdict !== undefined));
      },
    });
    await world.functions().receive(world.fromErp(JSON.stringify(release().wire)));
    await world.run(1);
    const document = world.headers()[0]?.id;
    await world.functions().perform({ step: "deliver", direction: "forward", document, attempt: 1, taskToken: "token-1" }, () => 60_000);
    const { deliveries } = await world.functions().lease("hamburg", 5);
    const verdicts = deliveries.map(({ id, leaseToken }) => ({ delivery: id, leaseToken, result: "accepted" as const, reference: "MES-1" }));
    expect((await world.functions().report("hamburg", { verdicts })).results.map(({ result }) => result)).toEqual(["recorded"]);
    expect(stored).toEqual([true]);
  });
});
