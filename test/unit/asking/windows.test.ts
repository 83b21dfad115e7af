import { describe, expect, it } from "vitest";
import { DocumentAnswer } from "../../../core/asking/answers.ts";
import { Settings } from "../../../core/settings/settings.ts";
import { answerIn, askWorld, consumptionWire } from "./ask-world.ts";

const together = (base: Settings): Settings =>
  Settings.parse({ ...base, connections: base.connections.map((each) => (each.id === "erp" ? { ...each, aggregate: { count: 3, seconds: 60 } } : each)) });

describe("a report that is posted with others", () => {
  it("says what it waits for, and then in whose posting it is, under which number", async () => {
    const world = await askWorld({ settings: together });
    const ask = async (id: string) => answerIn(DocumentAnswer, await world.ask.document("hamburg", id));
    const first = await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
    const second = await world.receive("mes-hamburg", consumptionWire("C2", "1000123"));
    await world.drain();
    expect((await ask(second)).block).toMatchObject({ kind: "time", text: "waits for others of its kind, to be posted with them; 2 of them so far" });

    world.clock.advance(60_000);
    await world.functions.wake();
    await world.drain();
    const [carrier, member] = [await ask(first), await ask(second)];
    expect([carrier.state, carrier.erpReference, carrier.postedWith]).toEqual(["delivered", "ERP-000001", undefined]);
    expect([member.state, member.erpReference, member.postedWith]).toEqual(["delivered", "ERP-000001", first]);
    expect(member.block).toBeUndefined();
  });
});
