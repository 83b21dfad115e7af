import { beforeEach, expect, it } from "vitest";
import { grantItem } from "../../../core/access/grants.ts";
import { ConnectionsAnswer } from "../../../core/connections/connection-states.ts";
import type { EventSources } from "../../../core/connections/event-sources.ts";
import { ConnectionId, SiteId } from "../../../core/documents/ids.ts";
import { FOREVER } from "../../../core/lanes/times.ts";
import { createSteerConnections } from "../../../functions/steer-connections/steer-connections.ts";
import { type AskWorld, askWorld, orderWire, TOKENS } from "../asking/ask-world.ts";

/** Pause and resume (LANES.md 4, 6), and what is told of a connection. */

const ADMIN = `orl_${"z".repeat(26)}`;
const MES = ConnectionId.parse("mes-hamburg");
let world: AskWorld;
let consumed: Map<string, boolean>;
let isBusy: boolean;

beforeEach(async () => {
  world = await askWorld();
  consumed = new Map();
  isBusy = false;
  const administers = { sites: [SiteId.parse("hamburg")], connections: [MES], types: [], actions: ["administer" as const, "read" as const] };
  await world.ledger.write([{ kind: "put", item: grantItem(ADMIN, { principal: "Petra", ...administers, expiresAt: FOREVER, revoked: false }) }]);
});

/** A mapping is enabled, or not, or being changed. */
const sources: EventSources = {
  set: async (connection, isConsumed) => {
    if (isBusy) return "busy";
    consumed.set(connection, isConsumed);
    return "set";
  },
};

async function ask(route: "" | "/pause" | "/resumption", token: string = ADMIN, connection: string = MES, body: unknown = { why: "the MES is upgraded" }) {
  const path = route === "" ? { site: "hamburg" } : { site: "hamburg", connection };
  const resource = `/v1/sites/{site}/connections${route === "" ? "" : `/{connection}${route}`}`;
  const headers = { authorization: [`Bearer ${token}`], "content-type": ["application/json"] };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const answer = await createSteerConnections({ ...world, sources })({ resource, path, headers, body: bytes, sourceIp: "192.0.2.9" });
  return { status: answer.status, body: JSON.parse(answer.body) };
}

const stateOf = async () => {
  const { connections } = ConnectionsAnswer.parse((await ask("")).body);
  return connections.find(({ connection }) => connection === MES);
};

it("pauses and resumes a connection, each recorded in the audit before; the first who paused stays named", async () => {
  expect((await ask("/pause")).body).toMatchObject({ connection: MES, paused: true, by: "Petra", changed: true });
  expect(consumed.get(MES)).toBe(false);
  expect((await ask("/pause")).body).toMatchObject({ changed: false, by: "Petra" });
  expect(await stateOf()).toMatchObject({ state: "paused", paused: { by: "Petra", why: "the MES is upgraded" } });
  expect((await ask("/resumption")).body).toMatchObject({ paused: false, changed: true });
  expect(consumed.get(MES)).toBe(true);
  expect((await stateOf())?.paused).toBeUndefined();
  expect(world.audit.entries.map(({ who, from, action, what }) => [who, from, action, what])).toEqual([
    ["Petra", "192.0.2.9", "pause", MES],
    ["Petra", "192.0.2.9", "pause", MES],
    ["Petra", "192.0.2.9", "resume", MES],
  ]);
});

it("is for who administers the connection; without a reason nothing is done, and what one may not see is not there", async () => {
  expect((await ask("/pause", TOKENS.operator)).status).toBe(404);
  expect((await ask("/pause", ADMIN, "erp")).status).toBe(404);
  expect((await ask("/pause", ADMIN, MES, {})).status).toBe(422);
  expect((await ask("/pause", "none")).status).toBe(401);
  expect([consumed.size, world.audit.entries.length]).toEqual([0, 0]);
});

it("asks to be asked again while the event source is being changed, and a resumption stays paused until then", async () => {
  await ask("/pause");
  isBusy = true;
  expect(await ask("/resumption")).toMatchObject({ status: 503, body: { code: "ORL-DOOR-082" } });
  expect((await stateOf())?.state).toBe("paused");
});

it("keeps the timer from filling the queue that stands still, and from holding up others; after the resumption it wakes again", async () => {
  const order = await world.receive("erp", orderWire("1000123", "1", ["4711"]));
  await world.drain();
  await ask("/pause");
  const before = (await world.headerOf(order)).dueAt;
  world.clock.advance(24 * 3_600_000);
  const depth = () => world.queue.depth(MES);
  expect(await world.functions.wake()).toMatchObject({ looked: 1, woken: 1, failed: [] });
  expect(depth()).toBe(0);
  expect((await world.headerOf(order)).dueAt).toBeGreaterThan(Number(before));
  expect(await world.functions.wake()).toMatchObject({ looked: 0 });
  await ask("/resumption");
  world.clock.advance(3_600_000);
  await world.functions.wake();
  expect(depth()).toBe(1);
});

it("does not pause a connection that only sends: there is no queue that could stand still", async () => {
  const only = { id: ConnectionId.parse("only-sends"), role: "erp" as const, sites: [SiteId.parse("hamburg")] };
  const [first] = world.settings.connections;
  if (first === undefined) throw new Error("the world has no connection");
  const connections = [...world.settings.connections, { ...first, ...only }];
  await world.ledger.write([
    {
      kind: "put",
      item: grantItem(ADMIN, {
        principal: "Petra",
        sites: only.sites,
        connections: [only.id],
        types: [],
        actions: ["administer"],
        expiresAt: FOREVER,
        revoked: false,
      }),
    },
  ]);
  world = { ...world, settings: { ...world.settings, connections } };
  expect((await ask("/pause", ADMIN, only.id)).status).toBe(404);
  expect(consumed.size).toBe(0);
});
