import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../../core/documents/exact-json.ts";
import { identifierFault } from "../../core/documents/identifiers.ts";
import { byHand } from "./by-hand.ts";

/** Identifiers that plants mean as they stand. */
const IDENTIFIERS = ["000001000123", "12E4", "0x1F", "1e5", "批次 4711/A", "LOT 7 ", " A-1", "-0", "1.0", "null", "true", "ǅ/№ 5", "e\u0301", "007"];
/** As they stand in the JSON text, and as they must arrive. */
const QUANTITIES: readonly (readonly [string, string])[] = [
  ["12.50", "12.50"],
  ["9007199254740993", "9007199254740993"],
  ["0.1", "0.1"],
  ["0.10", "0.10"],
  ["100000000000000000.000000000001", "100000000000000000.000000000001"],
  ["1e3", "1000"],
  ["0.0", "0.0"],
  ['"12.500"', "12.500"],
  ['"0012.5"', "0012.5"],
  ['"9007199254740993.10"', "9007199254740993.10"],
];

const reportText = (id: string, lot: string, quantity: string): string =>
  `{"type":"MaterialActual","id":${JSON.stringify(id)},"operationsRequestId":"000001001","materialDefinitionId":${JSON.stringify(lot)},"materialLotId":${JSON.stringify(lot)},` +
  `"materialUse":"Consumed","quantity":{"value":${quantity},"unit":"kg"},"actualTime":"2026-03-02T05:00:00Z"}`;

/** What the ERP has in its book after the report went all the way. */
async function postedOf(id: string, lot: string, quantity: string) {
  const world = await byHand();
  const answer = await world.functions().receive(world.fromMes(reportText(id, lot, quantity)));
  await world.run(1);
  const document = world.erp.books()[0]?.document;
  if (document?.type !== "MaterialActual") return { status: answer.status, state: world.headers()[0]?.state };
  return {
    id: document.id,
    order: document.operationsRequestId,
    material: document.materialDefinitionId,
    lot: document.materialLotId,
    quantity: document.quantity,
  };
}

const orderText = (id: string, lot: string, quantity: string): string =>
  `{"type":"OperationsRequest","id":${JSON.stringify(id)},"version":"000000000000000007","hierarchyScope":"hamburg","operationsType":"Production","requestState":"Released",` +
  `"segmentRequirements":[{"id":"0010","processSegmentId":${JSON.stringify(lot)}}],"materialRequirements":[{"id":"0010","materialDefinitionId":"M0","materialLotId":${JSON.stringify(lot)},` +
  `"materialUse":"Consumed","quantity":{"value":${quantity},"unit":"kg"}}]}`;

/** What the plant's agent leases of the order. */
async function leasedOf(id: string, lot: string, quantity: string) {
  const world = await byHand();
  await world.functions().receive(world.fromErp(orderText(id, lot, quantity)));
  await world.run(1);
  await world.functions().perform({ step: "deliver", direction: "forward", document: world.headers()[0]?.id, attempt: 1, taskToken: "t" }, () => 60_000);
  const { deliveries } = await world.functions().lease("hamburg", 1);
  const document = deliveries[0]?.document;
  if (document?.type !== "OperationsRequest") return { state: world.headers()[0]?.state };
  const [line] = document.materialRequirements;
  return {
    id: document.id,
    version: document.version,
    segment: document.segmentRequirements[0]?.processSegmentId,
    lot: line?.materialLotId,
    quantity: line?.quantity,
  };
}

const anyIdentifier = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() !== "" && text.length <= 100 && identifierFault(text) === undefined);
const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^\\d{${least},${most}}$`));
const anyDecimal = fc
  .tuple(digits(1, 20), fc.option(digits(1, 12), { nil: undefined }))
  .map(([whole, part]) => (part === undefined ? whole : `${whole}.${part}`));
const canBeANumber = (text: string): boolean => parseExactJson(new TextEncoder().encode(`[${text}]`)).kind === "parsed";

describe("promise 7: identifiers and quantities are never altered between the wire and what the other system gets", () => {
  for (const identifier of IDENTIFIERS) {
    it(`the identifier ${JSON.stringify(identifier)} reaches the ERP's book and the plant's agent as it was sent`, async () => {
      const quantity = { value: "1", unit: "KGM" };
      expect(await postedOf(identifier, identifier, "1")).toEqual({ id: identifier, order: "000001001", material: identifier, lot: identifier, quantity });
      expect(await leasedOf(identifier, identifier, "1")).toEqual({
        id: identifier,
        version: "000000000000000007",
        segment: identifier,
        lot: identifier,
        quantity,
      });
    });
  }

  for (const [written, expected] of QUANTITIES) {
    it(`the quantity ${written} reaches both as the decimal ${expected}`, async () => {
      const posted = await postedOf("C1", "L1", written);
      const leased = await leasedOf("1001", "L1", written);
      expect([posted.quantity, leased.quantity]).toEqual([
        { value: expected, unit: "KGM" },
        { value: expected, unit: "KGM" },
      ]);
    });
  }

  it("whatever identifier and whatever decimal a plant reports, the ERP's book has the very same text", async () => {
    const carried = await fc.check(
      fc.asyncProperty(anyIdentifier, anyIdentifier, anyDecimal, fc.boolean(), async (id, lot, decimal, asNumber) => {
        const written = asNumber && canBeANumber(decimal) ? decimal : JSON.stringify(decimal);
        const posted = await postedOf(id, lot, written);
        return isDeepStrictEqual(posted, { id, order: "000001001", material: lot, lot, quantity: { value: decimal, unit: "KGM" } });
      }),
      { numRuns: 150, seed: 20260302 },
    );
    expect(carried.counterexample).toBeNull();
    expect(carried.numRuns).toBe(150);
  });

  it("padded and bare numbers are one subject, and each side keeps its own writing of it", async () => {
    const world = await byHand();
    await world.functions().receive(world.fromErp(orderText("000001001", "L1", "1")));
    await world.functions().receive(world.fromMes(reportText("C1", "L1", "1").replace('"000001001"', '"1001"')));
    const headers = world.headers();
    expect(new Set(headers.map(({ pk }) => pk)).size).toBe(1);
    expect(headers.map(({ subject }) => subject.number).sort()).toEqual(["000001001", "1001"]);
  });

  it("a quantity that cannot be carried whole parks with the text as sent, and is never rounded", async () => {
    for (const written of ["1e400", "123456789012345678901", "0.1234567890123"]) {
      const world = await byHand();
      await world.functions().receive(world.fromMes(reportText("C1", "L1", written)));
      await world.run(1);
      expect(world.erp.books()).toEqual([]);
      expect(world.headers()[0]).toMatchObject({ state: "parked", reason: { code: "ORL-MAP-006", text: written } });
    }
  });

  it("reports that are posted together are summed to the last digit", async () => {
    const world = await byHand({ windows: { count: 3, seconds: 60 } });
    for (const [at, quantity] of ["0.1", "0.2", "100000000000000000.000000000001"].entries())
      await world.functions().receive(world.fromMes(reportText(`R${at}`, "L1", quantity)));
    await world.run(1);
    expect(world.erp.books().map(({ document }) => (document.type === "MaterialActual" ? document.quantity : undefined))).toEqual([
      { value: "100000000000000000.300000000001", unit: "KGM" },
    ]);
  });
});
