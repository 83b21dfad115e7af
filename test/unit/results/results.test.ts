import { expect, it } from "vitest";
import { ConnectionId, type DocumentId, subjectKeyIn } from "../../../core/documents/ids.ts";
import { headerKey, laneKey } from "../../../core/ledger/keys.ts";
import type { Value } from "../../../core/ledger/ledger-store.ts";
import { deliveryIdOf, putDelivery } from "../../../core/mailbox/mailbox.ts";
import { type ResultsAnswer, ResultsCursor, resultsAnswer } from "../../../core/results/results.ts";
import { siteOf } from "../../../core/settings/settings.ts";
import { type AskWorld, askWorld, consumptionWire, TOKENS } from "../asking/ask-world.ts";

const MES = ConnectionId.parse("mes-hamburg");
const asked = (world: AskWorld, after?: string): Promise<ResultsAnswer> =>
  resultsAnswer(world, siteOf(world.settings, "hamburg"), MES, ResultsCursor.optional().parse(after));
const through = (world: AskWorld, query: Record<string, string>, token: string) =>
  world.answer({ resource: "/v1/sites/{site}/results", path: { site: "hamburg" }, query, headers: { authorization: [`Bearer ${token}`] } });

it("tells a plant what became of each document it posted: posted with the ERP's number, refused with the reason", async () => {
  const world = await askWorld({ erpRefuses: ({ document }) => (document.id === "C2" ? { code: "blocked", message: "the account is closed" } : undefined) });
  await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
  await world.receive("mes-hamburg", consumptionWire("C2", "1000124"));
  await world.drain();
  const answer = await asked(world);
  const results = answer.results.toSorted((one, other) => Number(one.objectId > other.objectId) - Number(one.objectId < other.objectId));
  expect(results.map(({ objectId, state }) => [objectId, state])).toEqual([
    ["C1", "delivered"],
    ["C2", "rejected"],
  ]);
  expect(results[0]?.references.post).toMatch(/^ERP-/);
  expect(results[1]?.reason?.message).toContain("closed");
});

it("loses nothing that is written late: once all is read the cursor goes back to what is sure, and repeats have one id", async () => {
  const world = await askWorld();
  await world.receive("mes-hamburg", consumptionWire("C1", "1"));
  await world.drain();
  const first = await asked(world);
  const again = await asked(world, first.after);
  expect(again.results).toEqual(first.results);
  const [told] = await world.ledger.list("RESULT#mes-hamburg", { prefix: "", limit: 1 });
  if (told === undefined) throw new Error("no result");
  world.clock.advance(1000);
  await asked(world, again.after);
  const late = { ...told, sk: told.sk.replace(/#.*#1#/, `#${"0".repeat(26)}.${"0".repeat(26)}#1#`), objectId: "LATE" };
  await world.ledger.write([{ kind: "put", item: late }]);
  expect((await asked(world, again.after)).results.map(({ objectId }) => objectId)).toContain("LATE");
  world.clock.advance(3_600_000);
  expect((await asked(world, (await asked(world, again.after)).after)).results).toEqual([]);
});

it("pages through more than an answer holds, each result once in a run", async () => {
  const world = await askWorld();
  for (let at = 0; at < 230; at += 1) await world.receive("mes-hamburg", consumptionWire(`C${at}`, String(at % 7)));
  await world.drain();
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 3; page += 1) {
    const answer = await asked(world, cursor);
    seen.push(...answer.results.map(({ objectId }) => objectId));
    cursor = answer.after;
  }
  expect([seen.length, new Set(seen).size]).toEqual([230, 230]);
});

it("is the sender's own: another token, site or connection finds nothing there, a wrong cursor is told", async () => {
  const world = await askWorld();
  expect(await through(world, { connection: "mes-hamburg" }, TOKENS.mes)).toMatchObject({ status: 200 });
  expect(await through(world, { connection: "erp" }, TOKENS.mes)).toMatchObject({ status: 404 });
  expect(await through(world, { connection: "mes-hamburg" }, TOKENS.operator)).toMatchObject({ status: 404 });
  expect(await through(world, { connection: "mes-hamburg" }, TOKENS.suzhou)).toMatchObject({ status: 404 });
  expect(await through(world, { connection: "mes-hamburg", after: "%%" }, TOKENS.mes)).toMatchObject({ status: 422 });
  const madeUp = Buffer.from("RESULT#mes-suzhou", "utf8").toString("base64url");
  const refusal = await through(world, { connection: "mes-hamburg", after: madeUp }, TOKENS.mes);
  expect([refusal.status, refusal.body]).toEqual([422, expect.stringContaining("ORL-DOOR-041")]);
  expect(await through(world, {}, TOKENS.mes)).toMatchObject({ status: 422 });
});

const put = (world: AskWorld, document: DocumentId, fields: Record<string, Value>) =>
  world.ledger.write([{ kind: "update", key: headerKey(document), set: fields }]);
const toldOf = async (world: AskWorld, document: DocumentId) => (await asked(world)).results.filter((result) => result.document === document);

it("tells of a document that parks beside its lane: its message was lost in the middle of its posting, and another took its turn", async () => {
  const world = await askWorld();
  const lost = await world.receive("mes-hamburg", consumptionWire("C1", "1"));
  const holder = await world.receive("mes-hamburg", consumptionWire("C2", "1"));
  const { pk, target } = await world.headerOf(holder);
  await put(world, lost, { state: "delivering", "markers.post": { state: "unknown", generation: 0, attempt: 1, doubt: true, lookAt: 0 } });
  const lane = { ...laneKey(subjectKeyIn(holder), target), pk, revision: 1, holder, heldCount: 0, highWater: {}, inForce: {}, windows: [], apart: [] };
  await world.ledger.write([{ kind: "put", item: lane }]);
  await world.drain();
  expect(await toldOf(world, lost)).toMatchObject([{ state: "parked", reason: { code: "ORL-LANE-006", next: expect.stringContaining("replay") } }]);
});

it("tells of a plant that keeps what was withdrawn after its document had settled", async () => {
  const world = await askWorld();
  const id = await world.receive("mes-hamburg", testWire);
  await put(world, id, { state: "undone", "markers.deliver": { state: "undone", generation: 1, attempt: 1 } });
  const header = await world.headerOf(id);
  const withdrawal = {
    id: deliveryIdOf(id, 1, "late 1"),
    action: "withdraw",
    content: id,
    version: undefined,
    hasDeadline: false,
    taskToken: undefined,
  } as const;
  await world.ledger.write(putDelivery({ ...header, target: MES }, withdrawal, world.clock.now()));
  await world.verdict("rejected");
  expect(await toldOf(world, id)).toMatchObject([{ state: "parked", reason: { code: "ORL-EFFECT-003", message: expect.stringContaining("no such line") } }]);
});

const testWire = {
  type: "TestResult",
  id: "T1",
  hierarchyScope: "hamburg",
  materialLotId: "L1",
  materialDefinitionId: "4711",
  evaluationDate: "2026-03-01T11:00:00Z",
  evaluatedCriterionResult: "Fail",
  propertyMeasurements: [],
};
