import { expect, it } from "vitest";
import { DocumentAnswer } from "../../../core/asking/answers.ts";
import { CommandRequest } from "../../../core/lanes/command-bodies.ts";
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

it("records a command in the audit before it is in the lane, and none that is refused; without the audit nothing is done", async () => {
  const { world, order } = await parkedOrder();
  expect(await world.command("hamburg", order, { ...replay, attempt: 99 }, ANNA)).toMatchObject({ kind: "refused" });
  expect(world.audit.entries).toEqual([]);
  const header = await world.headerOf(order);
  expect(await world.command("hamburg", order, replay, ANNA)).toMatchObject({ kind: "queued", answer: { attempt: header.attempt, revision: header.revision } });
  expect(world.audit.entries).toEqual([
    {
      ...ANNA,
      action: "replay",
      what: order,
      why: replay.why,
      details: { id: expect.any(String), site: "hamburg", attempt: header.attempt, revision: header.revision },
    },
  ]);
  world.audit.breakDown();
  await expect(world.command("hamburg", order, replay, ANNA)).rejects.toThrow("audit");
  expect(depth(world)).toBe(1);
});

it("plans what it would do, as data and in words, and writes nothing", async () => {
  const { world, order } = await parkedOrder();
  const before = world.ledger.all();
  const planned = await world.command("hamburg", order, { ...replay, plan: true }, ANNA);
  const { attempt, revision } = await world.headerOf(order);
  expect(planned).toMatchObject({
    kind: "planned",
    answer: {
      command: "replay",
      attempt,
      revision,
      state: "parked",
      turn: "now",
      becomes: "delivered",
      steps: [{ step: "deliver", does: "make" }, { step: "tell-accepted" }],
    },
  });
  expect(world.ledger.all()).toEqual(before);
  expect(world.audit.entries).toEqual([]);
  expect(depth(world)).toBe(0);
});

it("tells the loser of a race who won, with what and when: in the lane, and at the door", async () => {
  const { world, order } = await parkedOrder();
  const { attempt, revision } = await world.headerOf(order);
  const bela = { who: "Béla", from: "192.0.2.8" };
  await world.command("hamburg", order, { command: "skip", why: "not needed" }, ANNA);
  await world.command("hamburg", order, { ...replay, attempt, revision }, bela);
  await world.drain();
  expect((await world.headerOf(order)).state).toBe("skipped");
  const { timeline } = answerIn(DocumentAnswer, await world.ask.document("hamburg", order));
  expect(timeline.find(({ who }) => who === "Béla")?.result).toMatch(
    /^too late: Anna in operations gave skip at \S+ \(skipped\); now the document is in attempt \d+, skipped$/,
  );
  const late = await world.command("hamburg", order, { ...replay, revision }, bela);
  expect(late).toMatchObject({
    kind: "refused",
    problem: { status: 409, detail: expect.stringMatching(/too late, it was changed since: Anna in operations gave skip/) },
  });
});

it("takes a number for resolve alone, on one line", () => {
  expect(CommandRequest.safeParse({ command: "resolve", why: "x" }).success).toBe(false);
  expect(CommandRequest.safeParse({ command: "skip", why: "x", postedAs: "1" }).success).toBe(false);
  expect(CommandRequest.safeParse({ command: "resolve", why: "x", postedAs: "1\r\nx: y" }).success).toBe(false);
  expect(CommandRequest.parse({ command: "resolve", why: "x", postedAs: " 4900001234 " }).postedAs).toBe("4900001234");
});

it("takes a reason on one line, without what a terminal or a log would obey", () => {
  for (const why of ["mended\r\nlevel: error", "\u001b[2J", "\u009b31m", "\ud800", "   "])
    expect(CommandRequest.safeParse({ command: "replay", why }).success, JSON.stringify(why)).toBe(false);
  expect(CommandRequest.parse({ command: "replay", why: " 物料已维护 " }).why).toBe("物料已维护");
});
