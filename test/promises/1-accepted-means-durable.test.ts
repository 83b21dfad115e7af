import { describe, expect, it } from "vitest";
import { consumptionDocument, orderDocument } from "../support/world/planned-documents.ts";
import { type ByHand, byHand, callName, type Decide, resultsIn } from "./by-hand.ts";
import { soFar } from "./held-back.ts";
import { bookOf, deathsIn, nameOf, posted, sent, stateOf, tell, withDeath } from "./story.ts";

const order = (version: string): object => orderDocument({ name: "", tag: 1, site: "hamburg", order: "1001", version, materials: ["M0"] }).wire;
const MESSAGE = JSON.stringify({ documents: [order("1"), order("2")] });
const DOCUMENTS = 2;

/** What a 202 promises: of every document the payload, the header, and a message in its lane. */
async function durable(world: ByHand): Promise<{ headers: number; payloads: number; messages: number }> {
  const headers = world.headers();
  const payloads = await Promise.all(headers.map(({ id }) => world.payloads.read(id)));
  const queued = ["mes-hamburg", "erp"]
    .flatMap((target) => world.settings.connections.filter(({ id }) => id === target))
    .map(({ id }) => world.queue.depth(id));
  return {
    headers: headers.length,
    payloads: payloads.filter((payload) => payload !== undefined).length,
    messages: queued.reduce((sum, depth) => sum + depth, 0),
  };
}

const ALL = { headers: DOCUMENTS, payloads: DOCUMENTS, messages: DOCUMENTS };

async function callsOfTheDoor(): Promise<string[]> {
  const calls: string[] = [];
  const world = await byHand();
  const answer = await world
    .functions((call) => {
      calls.push(callName(call));
      return "run";
    })
    .receive(world.fromErp(MESSAGE));
  expect([answer.status, await durable(world)]).toEqual([202, ALL]);
  return calls;
}

describe("promise 1: accepted means durable, a 202 is answered only after the document is stored and queued", () => {
  it("while any single call that stores or queues is still unanswered, there is no 202", async () => {
    const calls = await callsOfTheDoor();
    expect(new Set(calls)).toEqual(new Set(["secrets.read", "ledger.write", "payloads.put", "queue.send"]));
    for (const [at, call] of calls.entries()) {
      const world = await byHand();
      const never = new Promise<void>(() => {});
      const answer = await soFar(world.functions((_, n) => (n === at + 1 ? never : "run")).receive(world.fromErp(MESSAGE)));
      expect(answer?.status, `answered while call ${at + 1}, ${call}, was under way`).toBeUndefined();
    }
  });

  it("killed before or after any call of its own, it has answered nothing, and the sender's retry completes what is missing", async () => {
    const calls = await callsOfTheDoor();
    for (const [at, call] of calls.entries()) {
      for (const when of ["die before", "die after"] as const) {
        const world = await byHand();
        const request = world.fromErp(MESSAGE);
        const killed: Decide = (_, n) => (n === at + 1 ? when : "run");
        expect(await soFar(world.functions(killed).receive(request)), `${when} ${call}`).toBeUndefined();
        const retried = await world.functions().receive(request);
        expect([retried.status, await durable(world)], `retried after: ${when} call ${at + 1}, ${call}`).toEqual([202, ALL]);
      }
    }
  });

  it("when any call fails it answers 503, and the sender's retry gets its 202 with everything in place", async () => {
    const calls = await callsOfTheDoor();
    for (const [at, call] of calls.entries()) {
      const world = await byHand();
      const request = world.fromErp(MESSAGE);
      const answer = await world.functions((_, n) => (n === at + 1 ? "fail" : "run")).receive(request);
      expect(answer.status, `call ${at + 1}, ${call}, failed`).toBe(503);
      const retried = await world.functions().receive(request);
      expect([retried.status, await durable(world)], `retried after call ${at + 1}, ${call}, failed`).toEqual([202, ALL]);
    }
  });

  it("with the queue down it answers 503 with `retry` for each line, as often as it is asked, and 202 once the queue takes them", async () => {
    let down = true;
    const world = await byHand({ refuses: () => down });
    for (const attempt of [1, 2]) {
      const answer = await world.functions().receive(world.fromErp(MESSAGE));
      expect([answer.status, resultsIn(answer)], `attempt ${attempt}`).toEqual([503, ["retry", "retry"]]);
    }
    down = false;
    const answer = await world.functions().receive(world.fromErp(MESSAGE));
    expect([answer.status, await durable(world)]).toEqual([202, ALL]);
  });

  it("what was stored but never queued, its sender gone for good, is queued by the timer a quarter of an hour later", async () => {
    let down = true;
    const world = await byHand({ refuses: () => down });
    await world.functions().receive(world.fromErp(MESSAGE));
    down = false;
    await world.functions().wake();
    expect((await durable(world)).messages).toBe(0);
    world.clock.advance(900_000);
    await world.functions().wake();
    expect(await durable(world)).toEqual(ALL);
  });

  it("every document that was answered with 202 is in the books of both systems at the end, wherever the door was killed", async () => {
    const release = orderDocument({ name: "O1", tag: 1, site: "hamburg", order: "1001", version: "1", materials: ["M0"] });
    const report = consumptionDocument({ name: "C1", site: "suzhou", order: "1001" });
    const story = { sends: [sent(release, 0), sent(report, 1)] };
    const kinds = ["receive-documents"];
    for (const death of await deathsIn(story, kinds)) {
      const told = await tell(withDeath(story, kinds, death));
      expect(
        told.sent.map(({ acceptedAt }) => acceptedAt === undefined),
        nameOf(death),
      ).toEqual([false, false]);
      expect([bookOf(told, release).map(({ action }) => action), posted(told)], nameOf(death)).toEqual([["tell-accepted"], ["C1"]]);
    }
  });

  it("what is stored when its sender gives up is completed all the same", async () => {
    const report = consumptionDocument({ name: "C1", site: "hamburg", order: "1001" });
    const story = { sends: [sent(report, 0, true)] };
    const kinds = ["receive-documents"];
    let completed = 0;
    for (const death of await deathsIn(story, kinds)) {
      const told = await tell(withDeath(story, kinds, death));
      const stored = stateOf(told, report) !== undefined;
      if (stored) completed += 1;
      expect(posted(told), nameOf(death)).toEqual(stored ? ["C1"] : []);
    }
    expect(completed).toBeGreaterThan(1);
  });
});
