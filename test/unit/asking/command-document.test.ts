import { expect, it } from "vitest";
import { DocumentAnswer } from "../../../core/asking/answers.ts";
import { CommandRequest } from "../../../functions/command-document/command-document.ts";
import { answerIn, askWorld, orderWire } from "./ask-world.ts";

const ANNA = { who: "Anna in operations", from: "192.0.2.7" };
const replay = { command: "replay", why: "the material is there now" } as const;

async function parkedOrder() {
  const world = await askWorld();
  const order = await world.receive("erp", orderWire("1000123", "1", ["4711"]));
  await world.drain();
  await world.waitInVain();
  expect((await world.headerOf(order)).state).toBe("parked");
  return { world, order };
}
const depth = (world: Awaited<ReturnType<typeof askWorld>>) => world.settings.connections.reduce((sum, { id }) => sum + world.queue.depth(id), 0);

it("puts a command into the document's lane, and the timeline says who, why and what it came to", async () => {
  const { world, order } = await parkedOrder();
  await world.knows("4711");
  const answer = await world.command("hamburg", order, replay, ANNA);
  if (answer.kind !== "queued") throw new Error(JSON.stringify(answer));
  expect((await world.headerOf(order)).state).toBe("parked");
  await world.drain();
  expect((await world.headerOf(order)).state).toBe("delivering");
  const { timeline } = answerIn(DocumentAnswer, await world.ask.document("hamburg", order));
  expect(timeline.at(-1)).toMatchObject({
    what: "replay",
    who: "Anna in operations",
    why: "the material is there now",
    result: "replayed",
    text: "command replay: replayed",
  });
});

it("refuses at once what the lane would refuse, and puts nothing into the lane", async () => {
  const { world, order } = await parkedOrder();
  const fresh = await world.receive("erp", orderWire("2", "1"));
  await world.drain();
  const asked = [
    [await world.command("hamburg", fresh, replay, ANNA), 409],
    [await world.command("hamburg", fresh, { ...replay, command: "skip" }, ANNA), 409],
    [await world.command("hamburg", order, { ...replay, attempt: 99 }, ANNA), 409],
    [await world.command("suzhou", order, replay, ANNA), 404],
    [await world.command("hamburg", `${order.slice(0, 27)}${"0".repeat(26)}`, replay, ANNA), 404],
    [await world.command("hamburg", "no id", replay, ANNA), 404],
  ] as const;
  for (const [answer, status] of asked) expect(answer).toMatchObject({ kind: "refused", problem: { status } });
  expect(depth(world)).toBe(0);
});

it("says so when the queue does not take the command, and takes it when asked again", async () => {
  const { world, order } = await parkedOrder();
  world.setQueueDown(true);
  expect(await world.command("hamburg", order, replay, ANNA)).toMatchObject({ kind: "refused", problem: { status: 503 } });
  world.setQueueDown(false);
  expect(await world.command("hamburg", order, replay, ANNA)).toMatchObject({ kind: "queued", answer: { command: "replay", document: order } });
  expect(depth(world)).toBe(1);
});

it("takes a command only with a reason", () => {
  expect(CommandRequest.safeParse({ command: "skip", why: "  " }).success).toBe(false);
  expect(CommandRequest.safeParse({ command: "skip" }).success).toBe(false);
  expect(CommandRequest.safeParse({ command: "delete", why: "x" }).success).toBe(false);
  expect(CommandRequest.safeParse({ command: "skip", why: "x".repeat(501) }).success).toBe(false);
  expect(CommandRequest.parse({ command: "skip", why: " typed twice " }).why).toBe("typed twice");
});
