import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { genealogyLines } from "../../../cli/lot.ts";
import { ConnectionId, type DocumentId, SiteId, subjectKeyIn } from "../../../core/documents/ids.ts";
import { forgetPerson } from "../../../core/genealogy/forget-person.ts";
import { GenealogyAnswer } from "../../../core/genealogy/genealogy-answer.ts";
import { LIMITS, walk } from "../../../core/genealogy/walk.ts";
import type { Item, LedgerStore } from "../../../core/ledger/ledger-store.ts";
import { type AskWorld, answerIn, askWorld } from "../asking/ask-world.ts";

const HAMBURG = SiteId.parse("hamburg");
const AT = "2026-03-02T08:00:00Z";
const consumed = (id: string, order: string, material: string, lot: string, more: object = {}) => ({
  type: "MaterialActual",
  id,
  hierarchyScope: "hamburg",
  operationsRequestId: order,
  segmentRequirementId: "0010",
  materialDefinitionId: material,
  materialLotId: lot,
  materialUse: "Consumed",
  quantity: { value: "1.250", unit: "KGM" },
  actualTime: AT,
  ...more,
});
const assembled = (id: string, lot: string, ...of: string[]) => ({
  type: "MaterialLot",
  id,
  hierarchyScope: "hamburg",
  materialLotId: lot,
  materialDefinitionId: "M",
  lotEvent: "Assembled",
  actualTime: AT,
  assemblyLots: of.map((part) => ({ materialDefinitionId: "M", materialLotId: part })),
});
const tested = (id: string, lot: string, result: string, at: string) => ({
  type: "TestResult",
  id,
  hierarchyScope: "hamburg",
  materialLotId: lot,
  materialDefinitionId: "M",
  evaluationDate: at,
  evaluatedCriterionResult: result,
  personId: "P-7",
  propertyMeasurements: [{ id: "hardness", value: "52.0" }],
});

const routed = (more: { readonly payloadsInLedger?: boolean } = {}) =>
  askWorld({
    ...more,
    settings: (base) => ({
      ...base,
      sites: base.sites.map((site) => ({ ...site, routes: { ...site.routes, Person: ConnectionId.parse("mes-hamburg") } })),
    }),
  });

async function reported(world: AskWorld, documents: readonly object[]): Promise<void> {
  const ids = new Set<DocumentId>();
  for (const document of documents) ids.add(await world.receive("mes-hamburg", document));
  await world.drain();
  // No workflow runs here: an inspection's has ended well.
  for (const id of ids) if ((await world.headerOf(id)).state === "delivering") await world.finish(id, { kind: "delivered" });
}
const asked = async (world: AskWorld, lot: string, direction: "back" | "forward" = "back", material?: string) =>
  answerIn(GenealogyAnswer, await world.ask.lot("hamburg", { lot, direction, material }));

const DOCUMENTS = [
  consumed("C1", "000100", "AL", "AL-1", { personId: "P-7", equipmentId: "CNC-1" }),
  consumed("C2", "100", "CU", "12E4"),
  assembled("L1", "FIN-1", "SUB-1", "SUB-2"),
  assembled("L2", "SUB-1", "RAW-1", "RAW-2"),
  assembled("L3", "SUB-2", "RAW-2"),
  tested("T1", "SUB-1", "Fail", "2026-03-02T09:00:00Z"),
  tested("T2", "SUB-1", "Pass", "2026-03-02T10:00:00Z"),
];

it("a finished lot is followed back to every lot in it, with its tests, and a raw one forward", async () => {
  const world = await routed();
  await reported(world, DOCUMENTS);
  const back = await asked(world, "FIN-1");
  expect(back.lots.map(({ lot, level }) => [lot, level])).toEqual([
    ["FIN-1", 0],
    ["SUB-1", 1],
    ["SUB-2", 1],
    ["RAW-1", 2],
    ["RAW-2", 2],
  ]);
  expect(back.lots[1]?.tests.map(({ result, measurements }) => [result, measurements])).toEqual([
    ["Fail", [{ id: "hardness", value: "52.0" }]],
    ["Pass", [{ id: "hardness", value: "52.0" }]],
  ]);
  expect(back.complete).toBe(true);
  expect((await asked(world, "RAW-2", "forward")).lots.map(({ lot }) => lot)).toEqual(["RAW-2", "SUB-1", "SUB-2", "FIN-1"]);
  expect(await asked(world, "12E4", "forward")).toMatchObject({ material: "CU", lots: [{ orders: ["100"] }], orders: [{ order: "100" }] });
  expect(genealogyLines(back, "zh-CN")).toContainEqual(expect.stringContaining("由以下批次制成"));
});

it("the order of arrival, and what comes twice, make no difference", async () => {
  const base = await routed();
  await reported(base, DOCUMENTS);
  const expected = [await asked(base, "FIN-1"), await asked(base, "AL-1", "forward")];
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...DOCUMENTS, ...DOCUMENTS], { minLength: DOCUMENTS.length * 2 }), async (documents) => {
      const world = await routed();
      await reported(world, documents);
      expect([await asked(world, "FIN-1"), await asked(world, "AL-1", "forward")]).toEqual(expected);
    }),
    { numRuns: 12 },
  );
});

it("a lot number of several materials is asked for by material, and one of none is not there", async () => {
  const world = await routed();
  await reported(world, [consumed("C1", "100", "AL", "7"), consumed("C2", "100", "CU", "7")]);
  expect(await world.ask.lot("hamburg", { lot: "7", direction: "back" })).toMatchObject({
    kind: "refused",
    problem: { detail: expect.stringContaining("AL or CU") },
  });
  expect(await asked(world, "7", "back", "CU")).toMatchObject({ material: "CU" });
  expect(await world.ask.lot("hamburg", { lot: "8", direction: "back" })).toMatchObject({ kind: "refused", problem: { status: 404 } });
});

it("ends in a circle, and says where it stops: 10 levels, 1,000 lots", async () => {
  const world = await routed();
  const chain = Array.from({ length: 13 }, (_, at) => assembled(`L${at}`, `N${at}`, `N${at + 1}`));
  await reported(world, [...chain, assembled("R1", "A", "B"), assembled("R2", "B", "A")]);
  expect(await asked(world, "A")).toMatchObject({ complete: true, lots: [{ lot: "A" }, { lot: "B" }] });
  const cut = await asked(world, "N0");
  expect(cut.complete).toBe(false);
  expect(cut.lots).toHaveLength(LIMITS.levels + 1);
  const many = Array.from({ length: 120 }, (_, at) => `P${at}`);
  await reported(world, [assembled("W1", "BIG", ...many)]);
  const walked = await walk(world, HAMBURG, { material: "M", lot: "BIG" }, "back", { levels: 10, lots: 100 });
  expect([walked.lots.length, walked.complete]).toEqual([100, false]);
  expect((await asked(world, "BIG")).lots).toHaveLength(121);
});

it("reads each order once, however many lots of it are on the way: hundreds of lots of ten levels cost a read each, and one for each order", async () => {
  const world = await routed();
  // Each level's lots are made by one order out of all lots of the level before.
  const wide = 30;
  const documents = Array.from({ length: 10 }, (_, level) =>
    Array.from({ length: wide }, (_each, nth) => ({
      type: "SegmentResponse",
      id: `R${level}-${nth}`,
      hierarchyScope: "hamburg",
      operationsRequestId: `9${level}`,
      segmentRequirementId: "10",
      segmentState: "Completed",
      materialActuals: [
        { id: "1", materialUse: "Consumed", materialDefinitionId: "M", materialLotId: `D${level}-${nth}`, quantity: { value: "1", unit: "pcs" } },
        { id: "2", materialUse: "Produced", materialDefinitionId: "M", materialLotId: `D${level + 1}-${nth}`, quantity: { value: "1", unit: "pcs" } },
      ],
    })),
  );
  for (const document of documents.flat().toReversed()) {
    const id = await world.receive("mes-hamburg", document);
    await world.posted(id);
  }
  let reads = 0;
  const list: LedgerStore["list"] = (pk, range) => {
    reads += 1;
    return world.ledger.list(pk, range);
  };
  const counting = { ...world.ledger, list };
  const walked = await walk({ ledger: counting }, HAMBURG, { material: "M", lot: "D10-0" }, "back");
  expect([walked.lots.length, walked.orders.length, walked.complete]).toEqual([1 + 10 * wide, 10, true]);
  expect(reads).toBe(walked.lots.length + walked.orders.length);
});

it("a person's name is shown while the persons table has it, and is nowhere once the person was taken away", async () => {
  const world = await routed();
  const person = (version: string, more: object) => ({ type: "Person", id: "P-7", version, hierarchyScope: "hamburg", name: "张伟", ...more });
  const deliver = async (document: object) => {
    const id = await world.receive("erp", document);
    await world.drain();
    await world.verdict("accepted");
    await world.drain();
    return id;
  };
  const first = await deliver(person("1", {}));
  await reported(world, DOCUMENTS);
  expect((await asked(world, "FIN-1")).persons).toEqual({ "P-7": "张伟" });
  const last = await deliver(person("2", { state: "Deleted" }));
  expect(await world.headerOf(last)).toMatchObject({ state: "delivered", cancel: true });
  expect((await asked(world, "FIN-1")).persons).toEqual({});
  expect(first).not.toBe(last);
});

/** With the payloads where the deployed functions keep them. */
async function withPersons() {
  const world = await routed({ payloadsInLedger: true });
  const person = (version: string, more: object = {}) => ({ type: "Person", id: "P-7", version, hierarchyScope: "hamburg", name: "张伟", ...more });
  const deleted = (version: string) => ({ ...person(version), name: undefined, state: "Deleted" });
  const deliver = async (document: object) => {
    const id = await world.receive("erp", document);
    await world.drain();
    await world.verdict("accepted");
    await world.drain();
    return id;
  };
  /** The sort keys of all that still says it, in the texts of the table and in its payloads. */
  const saying = async (id: DocumentId, name: string): Promise<string[]> => {
    const items = await world.ledger.list(subjectKeyIn(id), { prefix: "", limit: 1000 });
    return items.flatMap((item) => (textOf(item).includes(name) ? [item.sk] : []));
  };
  return { world, person, deleted, deliver, saying };
}
const textOf = ({ bytes, ...rest }: Item): string => JSON.stringify(rest) + (bytes instanceof Uint8Array ? gunzipSync(bytes).toString("utf8") : "");

it("a person who was taken away is in no payload, header or timeline any more, not by what stopped, came late, or comes again; and no other is touched", async () => {
  const { world, person, deleted, deliver, saying } = await withPersons();
  const first = await deliver(person("1"));
  const stopped = await world.receive("erp", person("2", { name: "张伟".repeat(101) }));
  const other = await world.receive("erp", person("1", { id: "P-8", name: "李娜" }));
  await world.drain();
  expect(await world.headerOf(stopped)).toMatchObject({ state: "parked", reason: { text: expect.stringContaining("张伟") } });
  await world.verdict("accepted");
  await world.drain();
  await deliver(deleted("3"));
  expect(await saying(first, "张伟")).toEqual([]);
  await world.receive("erp", person("1"));
  expect(await saying(first, "张伟")).toEqual([]);
  await world.receive("erp", person("2", { name: "张伟（旧）" }));
  await world.drain();
  expect(await saying(first, "张伟")).toEqual([]);
  expect(await saying(other, "李娜")).toHaveLength(1);
});

it("a person who comes back after being taken away keeps the name, whatever of the taking away is repeated", async () => {
  const { world, person, deleted, deliver, saying } = await withPersons();
  await deliver(person("1"));
  const gone = await deliver(deleted("2"));
  const back = await deliver(person("3", { name: "张伟二" }));
  await forgetPerson(world.ledger, await world.headerOf(gone));
  await reported(world, DOCUMENTS);
  expect(await saying(back, "张伟二")).toHaveLength(1);
  expect((await asked(world, "FIN-1")).persons).toEqual({ "P-7": "张伟二" });
});
