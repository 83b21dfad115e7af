import { describe, expect, it } from "vitest";
import { tagsOf } from "../support/world/members.ts";
import { consumptionDocument, orderDocument } from "../support/world/planned-documents.ts";
import { byHand, callName, resultsIn } from "./by-hand.ts";
import { actionsOf, bookOf, type Death, deathsIn, inForce, MINUTE, nameOf, posted, type Story, sent, stateOf, tell, withDeath } from "./story.ts";

const report = (name: string, order: string, lacksStockUntil?: number) =>
  consumptionDocument({ name, site: "hamburg", order, traits: lacksStockUntil === undefined ? {} : { lacksStockUntil } });
const version = (number: string, tag: number, traits = {}) =>
  orderDocument({ name: `O1v${number}`, tag, site: "hamburg", order: "1001", version: number, materials: ["M0"], traits });

const PLANT = { site: "hamburg", order: "1001" } as const;
/** Three that are posted together, the second of another lot, and one that corrects another, which is posted by itself. */
const TOGETHER = [0, 1, 2].map((nth) => consumptionDocument({ ...PLANT, name: `C${nth}`, nth, ...(nth === 1 ? { lot: "L1" } : {}) }));
const SINGLE = consumptionDocument({ ...PLANT, name: "D1", nth: 3, version: "1" });

/** The first of four of one order waits 20 minutes for stock; the fifth belongs to another order. */
const BLOCKED: Story = {
  sends: [
    sent(report("C1", "1001", 20 * MINUTE), 0),
    sent(report("C2", "1001"), 1),
    sent(report("C3", "1001"), 2),
    sent(report("C4", "1001"), 3),
    sent(report("D1", "1002"), 3),
  ],
};

describe("promise 4: in order per lane, in parallel across lanes", () => {
  it("what comes behind a blocked holder is held, and drains in the order of its acceptance; another order goes on meanwhile", async () => {
    const told = await tell(BLOCKED);
    expect(posted(told)).toEqual(["D1", "C1", "C2", "C3", "C4"]);
    const [other] = bookOf(told, report("D1", "1002"));
    const [waited] = bookOf(told, report("C1", "1001"));
    expect(other !== undefined && waited !== undefined && waited.committedAt - other.committedAt > 15 * MINUTE).toBe(true);
  });

  it("the order holds wherever advance-lane dies while the lane is blocked, handed over or drained", async () => {
    const kinds = ["advance-lane"];
    for (const death of await deathsIn(BLOCKED, kinds)) {
      const told = await tell(withDeath(BLOCKED, kinds, death));
      expect(
        posted(told).filter((name) => name.startsWith("C")),
        nameOf(death),
      ).toEqual(["C1", "C2", "C3", "C4"]);
    }
  });

  it("when a message fails, the later ones of its group fail with it, and the other groups of the batch do not", async () => {
    const world = await byHand();
    const documents = [report("C1", "1001"), report("C2", "1001"), report("D1", "1002")].map(({ wire }) => wire);
    await world.functions().receive(world.fromMes(JSON.stringify({ documents })));
    const batch = [...world.receive("erp"), ...world.receive("erp")].sort((one, other) => (one.sequenceNumber < other.sequenceNumber ? -1 : 1));
    expect(batch).toHaveLength(3);
    let hasFailed = false;
    const group = batch[0]?.group;
    const failed = await world.advance("erp", batch, (call) => {
      if (hasFailed || callName(call) !== "payloads.read" || batch[0]?.body.includes(call.detail()) !== true) return "run";
      hasFailed = true;
      return "fail";
    });
    expect(failed).toEqual(batch.filter((message) => message.group === group).map(({ receiptHandle }) => receiptHandle));
    expect(world.erp.books().map(({ objectId }) => objectId)).toEqual(["D1"]);
    world.clock.advance(6 * MINUTE);
    await world.run(2);
    expect(world.erp.books().map(({ objectId }) => objectId)).toEqual(["D1", "C1", "C2"]);
  });

  it("after a line that the queue did not take, the door sends no later line of that lane", async () => {
    const refused = [true, false, false];
    const world = await byHand({ refuses: () => refused.shift() === true });
    const message = JSON.stringify({ documents: [report("C1", "1001"), report("C2", "1001"), report("C3", "1001")].map(({ wire }) => wire) });
    const answer = await world.functions().receive(world.fromMes(message));
    expect([answer.status, resultsIn(answer)]).toEqual([503, ["retry", "retry", "retry"]]);
    await world.run(1);
    await world.functions().receive(world.fromMes(message));
    await world.run(1);
    expect(world.erp.books().map(({ objectId }) => objectId)).toEqual(["C1", "C2", "C3"]);
  });

  it("an older version that arrives after a newer one was delivered is superseded, and never reaches the plant", async () => {
    const [older, newer] = [version("1", 1), version("2", 2)];
    const told = await tell({ sends: [sent(newer, 0), sent(older, 30)] });
    expect(told.journal.map(({ tag, result }) => [tag, result])).toEqual([["2", "applied"]]);
    expect([inForce(told, newer)?.tag, stateOf(told, older), actionsOf(told, older)]).toEqual(["2", "superseded", []]);
  });

  it("a parked older version, replayed after the newer one was delivered, is superseded as well", async () => {
    const [older, newer] = [version("1", 1, { invalid: true }), version("2", 2)];
    const told = await tell({ sends: [sent(older, 0), sent(newer, 10)], commands: [{ at: 30 * MINUTE, document: "O1v1", command: "replay" }] });
    expect([stateOf(told, older), stateOf(told, newer), inForce(told, newer)?.tag]).toEqual(["superseded", "delivered", "2"]);
  });

  it("a newer version, then a cancel, held behind an order that the plant is still working on, take its place in their order", async () => {
    const slow = version("1", 1, { plantNeeds: 10 * MINUTE });
    const cancel = orderDocument({ name: "O1v3c", tag: 3, site: "hamburg", order: "1001", version: "3", cancel: true });
    const told = await tell({ sends: [sent(slow, 0), sent(version("2", 2), 2), sent(cancel, 4)] });
    expect(told.journal.filter(({ result }) => result === "applied").map(({ tag }) => tag)).toEqual(["1", "3"]);
    expect([stateOf(told, slow), stateOf(told, version("2", 2)), stateOf(told, cancel)]).toEqual(["delivered", "superseded", "delivered"]);
  });

  it("what is posted by itself comes after all that waits to be posted together before it, wherever advance-lane or the timer dies", async () => {
    const last = consumptionDocument({ ...PLANT, name: "E1", nth: 4 });
    const story: Story = {
      settings: { consumption: "lane", windows: { count: 30, seconds: 600 } },
      sends: [...TOGETHER, SINGLE, last].map((document, at) => sent(document, at / 10)),
    };
    const kinds = ["advance-lane", "wake-due"];
    const undisturbed: Death = { kind: "none", call: "none", n: -2, when: "before" };
    for (const death of [undisturbed, ...(await deathsIn(story, kinds))]) {
      const told = await tell(withDeath(story, kinds, death));
      const sums = told.postings.map(({ document }) => tagsOf(told.plan, document).sort());
      expect(sums, nameOf(death)).toEqual([["C0", "C2"], ["C1"], ["D1@1"], ["E1"]]);
    }
  });

  it("what is posted by itself comes after windows that were open before it when it was held, too", async () => {
    // The first window is full, and its answer is lost: the lane is blocked while the second is still open.
    const told = await tell({
      settings: { consumption: "lane", windows: { count: 2, seconds: 3000 } },
      sends: [...TOGETHER, SINGLE].map((document, at) => sent(document, at / 10)),
      erpFault: ({ n }) => (n === 1 ? { kind: "lose-answer" } : undefined),
    });
    expect(told.postings.map(({ document }) => tagsOf(told.plan, document).sort())).toEqual([["C0", "C2"], ["C1"], ["D1@1"]]);
  });
});
