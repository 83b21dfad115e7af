import Big from "big.js";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { balanceLines } from "../../../cli/balance.ts";
import { balanceOf, type ReportedLine } from "../../../core/balance/balance.ts";
import { BalanceAnswer } from "../../../core/balance/order-balance.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import type { BookLine } from "../../../core/effects/target-system.ts";
import { itemOf } from "../../../core/ledger/items.ts";
import { headerKey, masterKey } from "../../../core/ledger/keys.ts";
import type { Value } from "../../../core/ledger/ledger-store.ts";
import { convertExactly } from "../../../core/quantities/conversions.ts";
import { addDecimals } from "../../../core/quantities/decimals.ts";
import { unitFraction } from "../../../core/quantities/unit-fractions.ts";
import { answerIn, askWorld, consumptionWire, materialWire } from "../asking/ask-world.ts";

const reported = (value: string, unit = "KGM", more: Partial<ReportedLine> = {}): ReportedLine => ({
  materialUse: "Consumed",
  material: "AL",
  lot: "12E4",
  quantity: { value, unit },
  posted: true,
  ...more,
});
const booked = (value: string, unit = "KGM"): BookLine => ({ materialUse: "Consumed", material: "AL", lot: "12E4", quantity: { value, unit }, reference: "R" });
const fractionOf = (_material: string, unit: string, base: string) => unitFraction(unit, base);

it("converts exactly, counts what is under way on neither side, and shows each column in the books' unit", () => {
  const rows = balanceOf([reported("1250.5", "GRM"), reported("2"), reported("9", "KGM", { posted: false })], [booked("3.2505")], [], fractionOf);
  expect(rows).toEqual([
    {
      materialUse: "Consumed",
      material: "AL",
      lot: "12E4",
      unit: "KGM",
      reported: "3.2505",
      books: "3.2505",
      remainder: "0",
      underWay: "9",
      verdict: "equal",
    },
  ]);
});

it("books and recorded remainders together are what was reported, also where a fraction never ends", () => {
  const third = () => ({ numerator: "1", denominator: "3" });
  const rows = (remainder: string) =>
    balanceOf(
      [reported("0.9", "PR"), reported("3", "PR")],
      [booked("1")],
      [{ materialUse: "Consumed", material: "AL", lot: "12E4", value: remainder, unit: "KGM" }],
      third,
    );
  expect(rows("0.3")[0]?.verdict).toBe("equal");
  expect(rows("0.300000000001")[0]?.verdict).toBe("differs");
});

it("whatever is converted into the books' unit, with whatever digits, balances with its remainder: no fraction is cut off", async () => {
  const sent = fc.tuple(fc.integer({ min: 1, max: 10 ** 9 }), fc.nat(6)).map(([digits, scale]) => new Big(digits).div(new Big(10).pow(scale)).toFixed());
  const part = fc.integer({ min: 1, max: 10 ** 6 }).map(String);
  await fc.assert(
    fc.property(fc.array(sent, { minLength: 1, maxLength: 6 }), part, part, fc.nat(6), (quantities, numerator, denominator, decimals) => {
      const fraction = { numerator, denominator };
      const made = quantities.map((quantity) => convertExactly(quantity, fraction, decimals));
      const plant = quantities.map((quantity) => reported(quantity, "PR"));
      const books = made.map(({ value }) => booked(value));
      const lost = made.map(({ remainder }) => ({ materialUse: "Consumed" as const, material: "AL", lot: "12E4", value: remainder, unit: "KGM" }));
      expect(balanceOf(plant, books, lost, () => fraction)).toMatchObject([{ verdict: "equal" }]);
      const [first] = lost;
      if (first !== undefined) expect(balanceOf(plant, books, [...lost, { ...first, value: "0.000000000001" }], () => fraction)[0]?.verdict).toBe("differs");
    }),
    { numRuns: 200 },
  );
});

it("a remainder counts on its own side where one material is both consumed and produced", () => {
  const made = { materialUse: "Produced", material: "AL", lot: "12E4" } as const;
  const rows = balanceOf(
    [reported("1.5"), { ...reported("2"), ...made }],
    [booked("1"), { ...booked("2"), ...made }],
    [{ materialUse: "Consumed", material: "AL", lot: "12E4", value: "0.5", unit: "KGM" }],
    fractionOf,
  );
  expect(rows.map(({ materialUse, verdict }) => [materialUse, verdict])).toEqual([
    ["Consumed", "equal"],
    ["Produced", "equal"],
  ]);
});

it("units that nobody relates are a finding, not a guess", () => {
  expect(balanceOf([reported("1", "SET")], [booked("1")], [], fractionOf)).toMatchObject([{ verdict: "no-conversion", reported: "1 SET", books: "1 KGM" }]);
});

const amount = fc.tuple(fc.nat(10 ** 9), fc.nat(999)).map(([whole, part]) => `${whole}.${String(part).padStart(3, "0")}`);

it("any one line that is changed, left out or booked twice is found", async () => {
  const lines = fc.array(fc.tuple(amount, fc.constantFrom("KGM", "GRM"), fc.constantFrom("A", "B")), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.property(lines, fc.nat(), fc.constantFrom("changed", "left-out", "twice"), (drawn, at, how) => {
      const plant = drawn.map(([value, unit, lot]) => reported(value, unit, { lot }));
      const books = drawn.map(([value, unit, lot]) => ({ ...booked(value, unit), lot }));
      expect(balanceOf(plant, books, [], fractionOf).every(({ verdict }) => verdict === "equal")).toBe(true);
      const line = books[at % books.length];
      if (line === undefined || /^[0.]+$/.test(line.quantity.value)) return;
      const others = books.filter((each) => each !== line);
      const changed = { ...line, quantity: { ...line.quantity, value: addDecimals(line.quantity.value, "0.001") } };
      const tampered = { changed: [...others, changed], "left-out": others, twice: [...books, line] }[how];
      expect(balanceOf(plant, tampered, [], fractionOf).filter(({ verdict }) => verdict === "differs")).toHaveLength(1);
    }),
  );
});

it("an order is asked for by its number: delivered reports against the ERP's books, in two languages", async () => {
  const world = await askWorld();
  await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
  await world.receive("mes-hamburg", consumptionWire("C2", "000001000123"));
  await world.drain();
  const answer = answerIn(BalanceAnswer, await world.ask.balance("hamburg", "1000123"));
  expect(answer).toMatchObject({ differences: 0, connection: "erp", rows: [{ verdict: "equal" }] });
  expect(balanceLines(answer, "zh-CN").join("\n")).toContain("完全一致");
  const [first] = world.erp.books();
  if (first === undefined) throw new Error("nothing was posted");
  world.erp.reverse({ key: "0123456789ABCDEF", original: { key: first.key, reference: first.reference } });
  const behindOurBack = answerIn(BalanceAnswer, await world.ask.balance("hamburg", "1000123"));
  expect(behindOurBack).toMatchObject({ differences: 1, rows: [{ verdict: "differs" }] });
  expect(balanceLines(behindOurBack, "en").join("\n")).toContain("DIFFERS");
  expect(await world.ask.balance("hamburg", "77")).toMatchObject({ kind: "refused", problem: { status: 404 } });
});

const reportWire = (id: string) => ({
  type: "SegmentResponse",
  id,
  hierarchyScope: "hamburg",
  operationsRequestId: "1000123",
  segmentRequirementId: "10",
  segmentState: "Completed",
  materialActuals: [
    { id: "1", materialUse: "Consumed", materialDefinitionId: "4711", materialLotId: "12E4", quantity: { value: "2.5", unit: "kg" } },
    { id: "2", materialUse: "Produced", materialDefinitionId: "RING", materialLotId: "0099", quantity: { value: "7", unit: "pcs" } },
  ],
});

it("a report that is half posted, and one whose cancel has taken back half, are counted by what each step has done", async () => {
  const world = await askWorld();
  const id = await world.receive("mes-hamburg", reportWire("R1"));
  const cancel = await world.receive("mes-hamburg", { ...reportWire("R1"), verb: "Cancel" });
  const set = (document: typeof id, fields: Record<string, Value>) => world.ledger.write([{ kind: "update", key: headerKey(document), set: fields }]);
  const applied = (reference: string) => ({ state: "applied", generation: 0, attempt: 1, reference });
  const mapped = await world.map(await world.headerOf(id));
  if (mapped?.kind !== "canonical") throw new Error("the report is not understood");
  const verdicts = async () => {
    const { rows } = answerIn(BalanceAnswer, await world.ask.balance("hamburg", "1000123"));
    return rows.map(({ materialUse, reported, books, underWay, verdict }) => [materialUse, reported, books, underWay, verdict].join(" "));
  };
  expect(await verdicts()).toEqual(["Consumed 0 0 2.5 equal", "Produced 0 0 7 equal"]);

  world.erp.post({ key: "BACKFLUSHBACKFLU", action: "post-backflush", document: mapped.document });
  expect(await verdicts()).toEqual(["Consumed 0 2.5 2.5 differs", "Produced 0 0 7 equal"]);
  await set(id, { state: "waiting", "markers.post-backflush": applied("ERP-000001") });
  expect(await verdicts()).toEqual(["Consumed 2.5 2.5 0 equal", "Produced 0 0 7 equal"]);

  world.erp.post({ key: "RECEIPTRECEIPTRE", action: "receive-output", document: mapped.document });
  await set(id, { state: "delivered", "markers.receive-output": applied("ERP-000002") });
  expect(await verdicts()).toEqual(["Consumed 2.5 2.5 0 equal", "Produced 7 7 0 equal"]);
  world.erp.reverse({ key: "REVERSALREVERSAL", original: { key: "RECEIPTRECEIPTRE", reference: "ERP-000002" } });
  await set(cancel, { takesBack: id, "markers.reverse-receive-output": applied("ERP-000003") });
  expect(await verdicts()).toEqual(["Consumed 2.5 2.5 0 equal"]);
});

it("the remainder of the rest of a window is counted once: the cancel's own marker tells of what the carrier's does", async () => {
  const world = await askWorld();
  const [carrier, other] = [
    await world.receive("mes-hamburg", consumptionWire("C1", "1000123")),
    await world.receive("mes-hamburg", consumptionWire("C2", "1000123")),
  ];
  await world.drain();
  const cancel = await world.receive("mes-hamburg", { ...consumptionWire("C3", "1000123"), verb: "Cancel" });
  await world.drain();
  const remainders = [{ material: "4711", value: "0.5", unit: "KGM" }];
  const marker = { state: "applied", generation: 0, attempt: 1, reference: "ERP-000001", remainders };
  const set = (document: typeof carrier, fields: Record<string, Value>) => world.ledger.write([{ kind: "update", key: headerKey(document), set: fields }]);
  await set(carrier, { "markers.post": marker });
  await set(cancel, { "markers.reverse-rest": marker });
  expect((await world.headerOf(other)).state).toBe("delivered");
  expect(answerIn(BalanceAnswer, await world.ask.balance("hamburg", "1000123")).rows).toMatchObject([{ remainder: "0.5" }]);
});

it("converts by what the material's definition relates, where the plant's own table does not", async () => {
  const world = await askWorld();
  const pieces = { alternativeUnits: [{ unit: "pcs", numerator: "25", denominator: "2" }] };
  const material = await world.receive("erp", { ...materialWire("4711", "1"), ...pieces });
  expect(await world.map(await world.headerOf(material))).toMatchObject({ kind: "canonical", document: { alternativeUnits: [{ numerator: "25" }] } });
  await world.ledger.write([{ kind: "put", item: itemOf(masterKey(SiteId.parse("hamburg"), "material:4711"), { document: material, at: 0 }) }]);
  for (const [id, value, unit] of [
    ["C1", "1.5", "kg"],
    ["C2", "3", "pcs"],
  ] as const)
    await world.receive("mes-hamburg", { ...consumptionWire(id, "1000123"), quantity: { value, unit } });
  await world.drain();
  const { rows } = answerIn(BalanceAnswer, await world.ask.balance("hamburg", "1000123"));
  expect(rows).toMatchObject([{ reported: "39", books: "39", unit: "KGM", verdict: "equal" }]);
});
