import { describe, expect, it } from "vitest";
import { ConnectionId } from "../../../core/documents/ids.ts";
import { ResultsCursor, resultsAnswer } from "../../../core/results/results.ts";
import { siteOf } from "../../../core/settings/settings.ts";
import { askWorld, consumptionWire } from "../asking/ask-world.ts";

/** Issue 5, "Bad input": what only the ERP can see of a consumption. Each parks, its lane waits, other orders go on, and the plant is told the next step. */

const MES = ConnectionId.parse("mes-hamburg");
const REFUSALS = [
  ["order-closed", "ORL-EFFECT-030", /open the order again/],
  ["order-cancelled", "ORL-EFFECT-031", /on the right order/],
  ["operation-unknown", "ORL-EFFECT-032", /id of the operation/],
  ["lot-of-another-material", "ORL-EFFECT-033", /with the right lot/],
  ["too-many-digits", "ORL-EFFECT-034", /more digits/],
  ["no-conversion", "ORL-EFFECT-035", /add the conversion/],
  ["more-than-ordered", "ORL-EFFECT-036", /count again/],
  ["scrap-above-started", "ORL-EFFECT-037", /count again/],
  ["date-in-future", "ORL-EFFECT-038", /right date/],
  ["period-closed", "ORL-EFFECT-039", /open the period/],
] as const;

describe("what an ERP will not book of a report is a person's task", () => {
  it.each(REFUSALS)("%s", async (code, expected, next) => {
    let isMended = false;
    const world = await askWorld({
      erpRefuses: ({ document }) => (document.id === "BAD" && !isMended ? { code, message: "no", by: "张伟", at: "2026-03-01T10:00:00Z" } : undefined),
    });
    const bad = await world.receive("mes-hamburg", consumptionWire("BAD", "1000123"));
    const behind = await world.receive("mes-hamburg", consumptionWire("C2", "1000123"));
    const other = await world.receive("mes-hamburg", consumptionWire("C3", "1000124"));
    await world.drain();
    expect(await world.headerOf(bad)).toMatchObject({
      state: "parked",
      reason: { code: expected, next: expect.stringMatching(next), owner: expect.any(String) },
    });
    expect((await world.headerOf(bad)).reason?.message).toContain("no, by 张伟, at 2026-03-01T10:00:00Z");
    expect([(await world.headerOf(behind)).state, (await world.headerOf(other)).state]).toEqual(["held", "delivered"]);
    const { results } = await resultsAnswer(world, siteOf(world.settings, "hamburg"), MES, ResultsCursor.optional().parse(undefined));
    expect(results.find(({ objectId }) => objectId === "BAD")).toMatchObject({
      state: "parked",
      reason: { code: expected, next: expect.stringMatching(next) },
    });

    isMended = true;
    const { attempt, target } = await world.headerOf(bad);
    await world.replay(target, bad, attempt);
    expect([(await world.headerOf(bad)).state, (await world.headerOf(behind)).state]).toEqual(["delivered", "delivered"]);
  });

  it("any other refusal is the ERP's last word: rejected, and the plant is told", async () => {
    const world = await askWorld({ erpRefuses: () => ({ code: "blocked", message: "no" }) });
    const id = await world.receive("mes-hamburg", consumptionWire("C1", "1"));
    await world.drain();
    expect(await world.headerOf(id)).toMatchObject({ state: "rejected", reason: { message: "no" } });
  });
});
