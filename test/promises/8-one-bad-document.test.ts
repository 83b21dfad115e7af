import { describe, expect, it } from "vitest";
import { consumptionDocument, orderDocument } from "../support/world/planned-documents.ts";
import type { Fate, PortCall, Process } from "../support/world/scheduler.ts";
import { idOf, keyFor } from "../support/world/sender.ts";
import { byHand } from "./by-hand.ts";
import { soFar } from "./held-back.ts";
import { actionsOf, bookOf, headerOf, inForce, inSums, MINUTE, posted, type Story, sent, stateOf, tell } from "./story.ts";

const report = (name: string, order: string, invalid = false) =>
  consumptionDocument({ name, site: "hamburg", order, traits: invalid ? { invalid: true } : {} });
const bad = report("C1", "1001", true);
const poison = report("C1", "1001");
const poisonId = idOf(poison, keyFor(poison, "first"));

/** Whoever reads the poison's content comes to this. */
const poisoned =
  (fate: Fate, isOver: () => boolean = () => false): NonNullable<Story["decide"]> =>
  (process: Process, call: PortCall) =>
    process.kind === "advance-lane" && call.port === "payloads" && call.method === "read" && call.detail() === poisonId && !isOver() ? fate : undefined;

const OTHERS = ["1002", "1003", "1004", "1005"].map((order) => report(`D${order}`, order));

describe("promise 8: one bad document never stops another order", () => {
  it("it parks its own lane with a reason; every other order goes through at once, and its successors wait in order", async () => {
    const told = await tell({ sends: [sent(bad, 0), sent(report("C2", "1001"), 1), sent(report("C3", "1001"), 2), ...OTHERS.map((other) => sent(other, 3))] });
    expect([stateOf(told, bad), stateOf(told, report("C2", "1001")), stateOf(told, report("C3", "1001"))]).toEqual(["parked", "held", "held"]);
    expect(headerOf(told, bad)?.reason).toMatchObject({ code: "ORL-MAP-004", field: "/quantity/value", text: "many" });
    expect(posted(told).sort()).toEqual(OTHERS.map(({ name }) => name));
  });

  it("when it is resolved, its successors drain, in their order", async () => {
    const told = await tell({
      sends: [sent(bad, 0), sent(report("C2", "1001"), 1), sent(report("C3", "1001"), 2)],
      commands: [{ at: 30 * MINUTE, document: "C1", command: "skip" }],
    });
    expect([stateOf(told, bad), posted(told)]).toEqual(["skipped", ["C2", "C3"]]);
  });

  it("a bad order does not stop the other direction of the same order, nor its own next version", async () => {
    const first = orderDocument({ name: "O1v1", tag: 1, site: "hamburg", order: "1001", version: "1", traits: { invalid: true } });
    const second = orderDocument({ name: "O1v2", tag: 2, site: "hamburg", order: "1001", version: "2" });
    const told = await tell({ sends: [sent(first, 0), sent(report("C2", "1001"), 5), sent(second, 30)] });
    expect([posted(told), actionsOf(told, second), inForce(told, second)?.tag]).toEqual([["C2"], ["tell-accepted"], "2"]);
  });

  it("one that the ERP refuses takes none of those along with which it is posted: it alone is rejected", async () => {
    const together = [0, 1, 2].map((nth) =>
      consumptionDocument({ name: `C${nth}`, site: "hamburg", order: "1001", nth, traits: nth === 1 ? { postingRefused: true } : {} }),
    );
    const told = await tell({ settings: { consumption: "lane", windows: { count: 3, seconds: 120 } }, sends: together.map((each, at) => sent(each, at / 60)) });
    expect([together.map((each) => stateOf(told, each)), inSums(told)]).toEqual([
      ["delivered", "rejected", "delivered"],
      ["C0", "C2"],
    ]);
  });

  it("where its type is independent it parks alone, and even its own order goes on", async () => {
    const told = await tell({ settings: { consumption: "independent" }, sends: [sent(bad, 0), sent(report("C2", "1001"), 1)] });
    expect([stateOf(told, bad), posted(told)]).toEqual(["parked", ["C2"]]);
  });

  it("a document whose handling fails again and again is parked, long before the dead-letter queue would let its successor overtake", async () => {
    const told = await tell({
      sends: [sent(poison, 0), sent(report("C2", "1001"), 1), ...OTHERS.map((other) => sent(other, 2))],
      decide: poisoned({ kind: "fail" }),
    });
    expect(headerOf(told, poison)).toMatchObject({ state: "parked", reason: { code: "ORL-LANE-004", owner: "operations" } });
    expect([stateOf(told, report("C2", "1001")), posted(told).sort()]).toEqual(["held", OTHERS.map(({ name }) => name)]);
  });

  it("one that fails holds up no other order: they are posted within minutes", async () => {
    const told = await tell({ sends: [sent(poison, 0), ...OTHERS.map((other) => sent(other, 1))], decide: poisoned({ kind: "fail" }) });
    for (const other of OTHERS) {
      const [posting] = bookOf(told, other);
      expect(posting === undefined ? "not posted" : posting.committedAt - (told.sent[0]?.firstArrivedAt ?? 0) < 5 * MINUTE, other.name).toBe(true);
    }
  });

  it("one that kills the function with its whole batch is parked, and nobody in its batch is parked with it", async () => {
    const world = await byHand();
    await world.functions().receive(world.fromMes(JSON.stringify({ documents: [poison, ...OTHERS].map(({ wire }) => wire) })));
    const killer = world.headers().find(({ objectId }) => objectId === poison.name)?.id;
    const batches: number[] = [];
    for (let batch = world.receive("erp"); batch.length > 0; batch = world.receive("erp")) {
      batches.push(batch.length);
      await soFar(world.advance("erp", batch, (call) => (call.port === "payloads" && call.detail() === killer ? "die before" : "run")));
      world.clock.advance(world.settings.limits.consumerTimeoutSeconds * 6000);
    }
    expect(batches[0]).toBe(1 + OTHERS.length);
    const states = world.headers().map(({ objectId, state }) => [objectId, state]);
    expect(Object.fromEntries(states)).toEqual({ [poison.name]: "parked", ...Object.fromEntries(OTHERS.map(({ name }) => [name, "delivered"])) });
    expect(
      world.erp
        .books()
        .map(({ objectId }) => objectId)
        .sort(),
    ).toEqual(OTHERS.map(({ name }) => name));
  });

  it("mended and replayed, it is posted, and its successors drain behind it", async () => {
    let seconds = 0;
    const told = await tell({
      sends: [sent(poison, 0), sent(report("C2", "1001"), 1)],
      commands: [{ at: 24 * 60 * MINUTE, document: "C1", command: "replay" }],
      decide: (process, call) => {
        if (process.kind === "command-document") seconds += 1;
        return poisoned({ kind: "fail" }, () => seconds > 0)(process, call);
      },
    });
    expect(posted(told)).toEqual(["C1", "C2"]);
  });
});
