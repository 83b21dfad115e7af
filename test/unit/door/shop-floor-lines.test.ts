import { expect, it } from "vitest";
import { consumption, json, report } from "../../bad-input/documents.ts";
import { doorWorld, TOKENS } from "./door-world.ts";
import { headersIn, resultsOf } from "./post.ts";

const inspection = (unique: string) => ({
  type: "TestResult",
  id: `QC-${unique}`,
  materialLotId: `LOT-${unique}`,
  materialDefinitionId: "FG-9",
  evaluationDate: "2026-03-01T12:00:00",
  evaluatedCriterionResult: "Pass",
});
const movement = (unique: string) => ({
  type: "MaterialLot",
  id: `MOV-${unique}`,
  materialLotId: `LOT-${unique}`,
  materialDefinitionId: "FG-9",
  lotEvent: "Moved",
  quantity: { value: 1, unit: "pcs" },
  fromStorageLocation: "A",
  storageLocation: "B",
  actualTime: "2026-03-01T12:00:00",
});

async function agent() {
  const world = await doorWorld();
  const post = (lines: readonly { readonly key: string; readonly document: object }[]) =>
    world.receive({
      path: { connection: "mes-hamburg", site: "hamburg" },
      headers: { "content-type": ["application/json"], authorization: [`Bearer ${TOKENS.valid}`] },
      body: json({ lines }),
      sourceIp: "192.0.2.1",
    });
  return { world, post };
}

it("takes 500 lines of four types in one message, each a document of its own lane with its own result, and a repeat of them once", async () => {
  const { world, post } = await agent();
  const kinds = [consumption, report, inspection, movement];
  const lines = Array.from({ length: 500 }, (_, at) => {
    const made = kinds[at % kinds.length] ?? consumption;
    return { key: `k-${at}`, document: made(String(at)) };
  });
  expect(new Set(resultsOf(await post(lines)))).toEqual(new Set(["accepted"]));
  const headers = headersIn(world);
  expect(headers).toHaveLength(500);
  const counts = [...Map.groupBy(headers, ({ type, subject }) => `${type} ${subject.kind}`)].map(([name, found]) => `${found.length} ${name}`);
  expect(counts.sort()).toEqual(["125 MaterialActual order", "125 MaterialLot lot", "125 SegmentResponse order", "125 TestResult lot"]);
  expect(new Set(resultsOf(await post(lines.toReversed())))).toEqual(new Set(["duplicate"]));
  expect(headersIn(world)).toHaveLength(500);
});

it.each(["the report first", "its cancel first"])("knows a cancel by the report's number, and takes neither for a rival: %s", async (order) => {
  const { world, post } = await agent();
  const lines = [
    { key: "report", document: report("1") },
    { key: "cancel", document: report("1", { verb: "Cancel" }) },
  ];
  for (const line of order === "the report first" ? lines : lines.toReversed()) expect(resultsOf(await post([line]))).toEqual(["accepted"]);
  const [one, other] = headersIn(world);
  expect(one?.object).toBe(other?.object);
  expect(
    headersIn(world)
      .map(({ cancel, rival }) => [cancel, rival])
      .sort(),
  ).toEqual([
    [false, undefined],
    [true, undefined],
  ]);
});

it("takes other content under a number that was used for a rival, and a newer version for none", async () => {
  const { world, post } = await agent();
  await post([{ key: "1", document: report("1") }]);
  await post([{ key: "2", document: report("1", { goodQuantity: { value: 8, unit: "pcs" } }) }]);
  expect(headersIn(world).filter(({ rival }) => rival !== undefined)).toHaveLength(1);
  await post([{ key: "3", document: report("2", { version: "1" }) }]);
  await post([{ key: "4", document: report("2", { version: "2", goodQuantity: { value: 8, unit: "pcs" } }) }]);
  expect(headersIn(world).filter(({ rival }) => rival !== undefined)).toHaveLength(1);
});
