import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../../../connectors/registry.ts";
import { TABLE_SETS } from "../../../connectors/rest/table-sets.ts";
import { TargetForm } from "../../../connectors/rest/target-form.ts";
import { createRestTarget } from "../../../connectors/rest/target-system.ts";
import { keptTextOf } from "../../../core/documents/kept-text.ts";
import { MappingTable } from "../../../core/mapping/table.ts";
import { TablesRefused } from "../../../core/mapping/table-set.ts";
import { Connection } from "../../../core/settings/settings.ts";
import { checkedSettings, SettingsRefused, settingsFor } from "../../../infra/settings.ts";
import { bytesOf, EXAMPLES, type ExampleFile, formatFor, NotTaken, partsOf, readAll, reasonsIn, textOf } from "./rest-examples.ts";

const changed = (file: ExampleFile, ...changes: readonly (readonly [RegExp | string, string])[]): Buffer =>
  Buffer.from(
    changes.reduce((text, [from, to]) => {
      const next = text.replace(from, to);
      if (next === text) throw new Error(`${file} has no ${from}`);
      return next;
    }, textOf(file)),
  );
const ORDER = "kingdee-production-order.json";
const YON = "yonbip-production-order.json";

const connection = (change: object = {}) =>
  Connection.parse({
    id: "erp-cn",
    system: "rest",
    tables: ["kingdee"],
    role: "erp",
    sites: ["suzhou"],
    url: "https://erp.example.com",
    source: { scheme: "bearer", allowlist: [], validateAtDoor: false, timeZone: "Asia/Shanghai", matchKey: "exact", volatile: [] },
    target: { commitSeconds: 2, callsPerSecond: 10, maxConcurrency: 2, batchSize: 1, oneAtATime: false, breakerFailures: 5, breakerSeconds: 10 },
    ...change,
  });

describe("the worked examples", () => {
  it.each(EXAMPLES)("become the canonical documents that are kept here: $file", ({ file, set }) => {
    const golden: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "golden", `${file.replace(/\.\w+$/, "")}.json`), "utf8"));
    expect(readAll(set, bytesOf(file))).toEqual(golden);
  });

  it.each(EXAMPLES)("hold no field that a table neither reads nor ignores by name: $file", ({ file, set }) => {
    const format = formatFor(set);
    for (const { document } of partsOf(format, bytesOf(file))) expect(format.unknownFields(document)).toEqual([]);
  });

  it("keep the order of the rows, and tell the place of each", () => {
    const parts = partsOf(formatFor("kingdee"), bytesOf(ORDER));
    expect(parts.map(({ path }) => path)).toEqual(["/Data/FTreeEntity/0", "/Data/FTreeEntity/1"]);
  });

  it("read an order of one row as they read one of many", () => {
    const whole: { Data: { FTreeEntity: unknown[] } } = JSON.parse(textOf(ORDER));
    const [first] = readAll("kingdee", bytesOf(ORDER));
    const alone = readAll(
      "kingdee",
      Buffer.from(
        JSON.stringify({ ...whole, Data: { ...whole.Data, FTreeEntity: whole.Data.FTreeEntity.slice(0, 1) } }).replace('"FQty":120,', '"FQty":120.0,'),
      ),
    );
    expect(alone).toEqual([first]);
  });

  it("give several materials of one message one document each", () => {
    const material: { Data: object } = JSON.parse(textOf("kingdee-material.json"));
    const many = { ...material, Data: [material.Data, { ...material.Data, FNumber: "WL0013" }] };
    expect(readAll("kingdee", Buffer.from(JSON.stringify(many))).map(({ answer }) => answer.kind === "canonical" && answer.document.id)).toEqual([
      "WL0012E4",
      "WL0013",
    ]);
  });

  it("take only the lines of the row's own list", () => {
    const [first, second] = readAll("kingdee", bytesOf(ORDER)).map(({ answer }) => JSON.stringify(answer));
    expect(first).toContain("WL0013");
    expect(second).not.toContain("WL0013");
    expect(second).not.toContain("GX-ZP");
  });
});

describe("a message of many rows", () => {
  const whole: { Data: { FTreeEntity: object[]; FPPBom: object[] } } = JSON.parse(textOf(ORDER));
  const many = (rows: number): Buffer => {
    const each = (one: object | undefined, change: (at: number) => object) => Array.from({ length: rows }, (_, at) => ({ ...one, ...change(at) }));
    const FTreeEntity = each(whole.Data.FTreeEntity[0], (at) => ({ FSeq: at + 1, FEntryId: 1000 + at }));
    const FPPBom = each(whole.Data.FPPBom[0], (at) => ({ FMOEntryID: 1000 + at }));
    return Buffer.from(JSON.stringify({ ...whole, Data: { ...whole.Data, FTreeEntity, FPPBom } }));
  };

  it("is kept once, not once for each row", () => {
    const bytes = many(200);
    const kept = partsOf(formatFor("kingdee"), bytes).reduce((sum, part) => sum + keptTextOf(part, bytes.toString()).length, 0);
    expect(kept).toBeLessThan(2 * bytes.length);
  });

  it("parks a released row that came without its own bill of material", () => {
    const [, second] = readAll("kingdee", changed(ORDER, [/"FMOEntryID": (\d+)/g, '"FMOEntryID": 1$1']));
    expect(second && reasonsIn(second)).toContainEqual(expect.stringMatching(/^ORL-MAP-001 \/Data\/FPPBom/));
  });
});

describe("what is not the plant's parks by name, and is never guessed", () => {
  it.each(["Z", "A", "B", "D"])("an order that is not approved: %s", (status) => {
    for (const read of readAll("kingdee", changed(ORDER, ['"FDocumentStatus": "C"', `"FDocumentStatus": "${status}"`])))
      expect(reasonsIn(read)[0]).toBe(`ORL-MAP-003 /Data/FDocumentStatus ${status}`);
  });

  it.each(["1", "2", "5", "7", ""])("a row that is not released: %j", (status) => {
    const [first, second] = readAll("kingdee", changed(ORDER, ['"FStatus": "3"', `"FStatus": "${status}"`]));
    expect(first && reasonsIn(first)[0]).toMatch(/^ORL-MAP-00[13] \/Data\/FTreeEntity\/FStatus/);
    expect(second?.answer.kind).toBe("canonical");
  });

  it("a material that is not approved", () => {
    const [read] = readAll("kingdee", changed("kingdee-material.json", ['"FDocumentStatus": "C"', '"FDocumentStatus": "B"']));
    expect(read && reasonsIn(read)[0]).toBe("ORL-MAP-003 /Data/FDocumentStatus B");
  });

  it.each([0, 3, 4, 9])("a YonBIP order in status %i", (status) => {
    const [read] = readAll("yonbip", changed(YON, ['"status": 1', `"status": ${status}`]));
    expect(read && reasonsIn(read)[0]).toBe(`ORL-MAP-003 /data/status ${status}`);
  });

  it("a closed row takes the order away from the plant, with no bill of material needed", () => {
    const [first] = readAll("kingdee", changed(ORDER, ['"FStatus": "3"', '"FStatus": "6"'], ['"FPPBom"', '"FOther"']));
    expect(first).toMatchObject({ route: { fields: { cancel: true } }, answer: { document: { id: "MO000042-1", requestState: "Cancelled" } } });
  });

  it("a line that stands twice, which would be consumed twice", () => {
    const kingdee: { Data: { FPPBom: unknown[]; FOperPlan: unknown[] } } = JSON.parse(textOf(ORDER));
    const { FPPBom, FOperPlan } = kingdee.Data;
    const twice = (change: object) => readAll("kingdee", Buffer.from(JSON.stringify({ ...kingdee, Data: { ...kingdee.Data, ...change } }))).flatMap(reasonsIn);
    expect(twice({ FPPBom: [...FPPBom, ...FPPBom] })).toContainEqual(expect.stringMatching(/^ORL-MAP-031 \/Data\/FPPBom\/\d\/FEntity\/0 1$/));
    expect(twice({ FOperPlan: [...FOperPlan, ...FOperPlan] })).toContainEqual(expect.stringMatching(/^ORL-MAP-031 \/Data\/FOperPlan\/\d\/FSubEntity\/0 10$/));
    const [yonbip] = readAll("yonbip", changed(YON, [/"orderMaterial": \[\s*(\{[^{}]*\}),/, '"orderMaterial": [$1, $1,']));
    expect(yonbip && reasonsIn(yonbip)).toContainEqual(expect.stringMatching(/^ORL-MAP-031 \/data\/orderProduct\/\S*orderMaterial\/1 10$/));
  });

  it("a forbidden material is deleted", () => {
    const [read] = readAll("kingdee", changed("kingdee-material.json", ['"FForbidStatus": "A"', '"FForbidStatus": "B"']));
    expect(read).toMatchObject({ route: { fields: { cancel: true } }, answer: { document: { state: "Deleted" } } });
  });
});

describe("numbers, nulls and names as systems write them", () => {
  it("reads null as no value, and a number that no double holds as it is", () => {
    const [read] = readAll("yonbip", bytesOf(YON));
    expect(JSON.stringify(read?.answer)).toContain('"value":"12345678901234567890.123456789"');
    expect(JSON.stringify(read?.answer)).toContain("1897654321098765313");
    expect(JSON.stringify(read?.answer)).not.toContain("null");
  });

  it("refuses a key that stands twice, at the door", () => {
    expect(() => readAll("kingdee", changed(ORDER, ['"FID": 104872', '"FID": 104872, "FBillNo": "MO000043"']))).toThrow(/^duplicate-key/);
  });

  it("refuses half a number at the door rather than making a shorter one", () => {
    const [first] = readAll("kingdee", changed(ORDER, ['"FSeq": 1,', ""]));
    expect(first?.route).toMatchObject({ kind: "unroutable", path: "/Data/FBillNo" });
    const [none] = readAll("kingdee", changed(ORDER, ['"FBillNo": "MO000042"', '"FBillNo": ""']));
    expect(none?.route.kind).toBe("unroutable");
  });

  it("carries any quantity and any number of a row verbatim", async () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,18}$/);
    const decimals = fc.option(fc.stringMatching(/^\d{1,12}$/), { nil: undefined });
    await fc.assert(
      fc.property(digits, decimals, fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/), fc.stringMatching(/^[1-9]\d{0,17}$/), (whole, part, number, id) => {
        const quantity = part === undefined ? whole : `${whole}.${part}`;
        const [first] = readAll(
          "kingdee",
          changed(
            ORDER,
            ['"FQty": 120.0', `"FQty": ${quantity}`],
            ['"MO000042"', JSON.stringify(number)],
            ['"FEntryId": 205001', `"FEntryId": ${id}`],
            ['"FMOEntryID": 205001', `"FMOEntryID": ${id}`],
          ),
        );
        const properties = expect.arrayContaining([{ id: "erpOrderLineId", value: id }]);
        expect(first?.answer).toMatchObject({ kind: "canonical", document: { id: `${number}-1`, properties } });
        expect(JSON.stringify(first?.answer)).toContain(
          `{"id":"product","materialDefinitionId":"CH4441","materialUse":"Produced","quantity":{"value":"${quantity}"`,
        );
      }),
      { numRuns: 150 },
    );
  });
});

/** Ten ways to break each example; what is expected is a refusal by name, at the door or in the lane. */
const BROKEN: Readonly<Record<ExampleFile, readonly (readonly [string, (bytes: Buffer) => Buffer])[]>> = {
  [ORDER]: jsonBreaks([
    ["another form", '"PRD_MO"', '"PRD_PPBOM"'],
    ["a number for a code", '"FNumber": "CH4441"', '"FNumber": 4441'],
    ["a quantity in words", '"FQty": 120.0', '"FQty": "120 pieces"'],
    ["a quantity below zero", '"FQty": 120.0', '"FQty": -1'],
    ["an unknown unit", '"FUnitId": { "FNumber": "Pcs" }', '"FUnitId": { "FNumber": "Barrel" }'],
    ["a day that is none", '"2025-05-09T08:00:00"', '"2025-02-30T08:00:00"'],
    ["a version that is no time", '"FModifyDate": "2025-05-08T10:42:59.073"', '"FModifyDate": "soon"'],
    ["no bill of material", '"FPPBom"', '"FElsewhere"'],
    ["a bill that is no list", /"FEntity": \[\s*\{\s*"FEntryID": 900101[\s\S]*?\n {8}\]/, '"FEntity": {"FSeq": 1}'],
    ["an organisation without a code", '"FPrdOrgId": { "FNumber": "101" }', '"FPrdOrgId": { "FNumber": 101 }'],
    ["no material", '"FNumber": "CH4441"', '"FNumber": " "'],
  ]),
  "kingdee-material.json": jsonBreaks([
    ["another form", '"BD_MATERIAL"', '"BD_Customer"'],
    ["no number", '"WL0012E4"', '""'],
    ["a number that is a number", '"WL0012E4"', "12"],
    ["an unknown unit", '"FNumber": "Pcs"', '"FNumber": "Fass"'],
    ["an unknown language", '"Key": 1033', '"Key": 9999'],
    ["no Chinese name", '"FName": [{ "Key": 2052', '"FName": [{ "Key": 1041'],
    ["two Chinese names", '"Key": 1033', '"Key": 2052'],
    ["a state that is none", '"FForbidStatus": "A"', '"FForbidStatus": "X"'],
    ["no state of the document", '"FDocumentStatus": "C"', '"FDocumentStatus": null'],
    ["a version of a year without end", '"2025-05-06T16:20:10.33"', '"9999-12-31T00:00:00"'],
  ]),
  [YON]: jsonBreaks([
    ["another type", '"PRODUCTION_ORDER"', '"SALES_ORDER"'],
    ["a date as text where milliseconds are", '"startDate": 1746748800000', '"startDate": "2025-05-09"'],
    ["milliseconds below zero", '"finishDate": 1747040400000', '"finishDate": -1'],
    ["a quantity as a list", '"quantity": 500.250', '"quantity": [500.250, 1]'],
    ["more digits than are carried", '"quantity": 500.250', '"quantity": 0.1234567890123'],
    ["an unknown unit", '"mainUnitName": "千克"', '"mainUnitName": "担"'],
    ["no line number", '"lineNo": 10,', ""],
    ["a line number with a fraction of nothing", '"code": "SCDD20250508000007"', '"code": null'],
    ["materials that are no list", '"orderMaterial": [', '"orderMaterial": "none", "x": ['],
    ["a look-alike of a material", '"productCode": "M-200"', '"productCode": "M-100\u200b"'],
    ["no product", '"productCode": "P-3300"', '"productCode": ""'],
  ]),
  "yonbip-product.json": jsonBreaks([
    ["another type", '"PRODUCT"', '"PARTNER"'],
    ["no code", '"M-200"', "null"],
    ["no name in Chinese", '"zh_CN": "包装瓶"', '"zh_CN": ""'],
    ["a name in one piece", '{ "zh_CN": "包装瓶", "en_US": "Bottle" }', '"包装瓶"'],
    ["an unknown unit", '"个"', '"担"'],
    ["units that are no list", '"productAssistUnits": [', '"productAssistUnits": {}, "x": ['],
    ["a fraction that is no whole number", '"mainUnitCount": 24', '"mainUnitCount": 24.5'],
    ["nothing of something", '"assistUnitCount": 1', '"assistUnitCount": 0'],
    ["a state that is none", '"stopStatus": false', '"stopStatus": "maybe"'],
    ["a version that is no time", '"2025-05-07 09:00:00"', '"2025-05-07 99:00:00"'],
  ]),
  "order-list-gbk.xml": [
    ["cut in its middle", (bytes) => bytes.subarray(0, bytes.length / 2)],
    ["said to be UTF-8", (bytes) => Buffer.from(bytes.toString("latin1").replace('"GBK"', '"UTF-8"'), "latin1")],
    ["said to be of a charset nobody knows", (bytes) => Buffer.from(bytes.toString("latin1").replace('"GBK"', '"BIG-7"'), "latin1")],
    ...latinBreaks([
      ["another root", /Orders/g, "Lists"],
      ["a namespace", "<Orders ", '<Orders xmlns="urn:other" '],
      ["an attribute twice", 'rev="3"', 'rev="3" rev="4"'],
      ["a document type", "<Orders ", "<!DOCTYPE Orders><Orders "],
      ["no number", 'no="A-100"', 'no=""'],
      ["a version that is none", 'rev="3"', 'rev="three"'],
      ["a state that is none", 'state="released"', 'state="maybe"'],
      ["a quantity with a comma", '"62.500"', '"62,500"'],
      ["two products", "<Operation no", '<Product code="P-78" quantity="1" unit="kg"/><Operation no'],
      ["no product", /<Product.*<\/Product>/, ""],
    ]),
  ],
};

/** Why the first document of a message does not go on: at the door or in the lane; nothing where it does. */
function outcomeOf(set: string, bytes: Buffer): readonly string[] {
  try {
    const [first] = readAll(set, bytes);
    if (first === undefined) return ["empty: no document"];
    if (first.route.kind === "unroutable") return [`unroutable: ${first.route.message}`];
    return first.answer.kind === "invalid" ? first.answer.reasons.map(({ code, message, owner, next }) => [code, message, owner, next].join(" | ")) : [];
  } catch (error) {
    if (error instanceof NotTaken) return [error.message];
    throw error;
  }
}

type Break = readonly [string, string | RegExp, string];

function replaced(bytes: Buffer, encoding: "utf8" | "latin1", from: string | RegExp, to: string): Buffer {
  const text = bytes.toString(encoding);
  const next = text.replace(from, to);
  if (next === text) throw new Error(`there is no ${from}`);
  return Buffer.from(next, encoding);
}
function jsonBreaks(breaks: readonly Break[]) {
  return breaks.map(([name, from, to]) => [name, (bytes: Buffer) => replaced(bytes, "utf8", from, to)] as const);
}
function latinBreaks(breaks: readonly Break[]) {
  return breaks.map(([name, from, to]) => [name, (bytes: Buffer) => replaced(bytes, "latin1", from, to)] as const);
}

describe("a broken message is refused or parks with a reason, and nothing of it is guessed", () => {
  it.each(EXAMPLES.flatMap(({ file, set }) => BROKEN[file].map(([name, spoil]) => ({ file, set, name, spoil }))))("$file: $name", ({ file, set, spoil }) => {
    const outcome = outcomeOf(set, spoil(bytesOf(file)));
    expect(outcome.length).toBeGreaterThan(0);
    for (const text of outcome) expect(text).toMatch(/^(?:[a-z-]+: .|ORL-MAP-\d{3}(?: \| [^|]+){3}$)/);
  });

  it("breaks each example in at least ten ways", () => {
    for (const { file } of EXAMPLES) expect(BROKEN[file].length).toBeGreaterThanOrEqual(10);
  });

  it("leaves a message without rows without documents: the door refuses it", () => {
    expect(readAll("kingdee", Buffer.from('{"FormId":"PRD_MO","Data":{"FBillNo":"1","FTreeEntity":[]}}'))).toEqual([]);
  });
});

describe("the tables that a connection names", () => {
  it("are those of the set, or the one table alone", () => {
    const material = formatFor("kingdee").split(JSON.parse(textOf("kingdee-material.json")));
    const [part] = material.kind === "parts" ? material.parts : [];
    expect(part && sourceOf(connection()).route(part.document).kind).toBe("routed");
    expect(part && sourceOf(connection({ tables: ["kingdee/production-order"] })).route(part.document).kind).toBe("unroutable");
  });

  it("are read once for all connections that name them", () => {
    expect(sourceOf(connection())).toBe(sourceOf(connection({ id: "erp-two" })));
    expect(sourceOf(connection())).not.toBe(sourceOf(connection({ tables: ["kingdee/material"] })));
  });

  it("are refused by name where there are none such", () => {
    expect(() => sourceOf(connection({ tables: ["kingdee/production-oder"] }))).toThrow(TablesRefused);
    expect(() => sourceOf(connection({ tables: ["kingdee", "sap"] }))).toThrow(/"sap" .* there are kingdee\/production-order/);
  });

  it("are there for every connection of every stage, and must be named for `rest`", () => {
    for (const stage of ["local", "small", "prod"] as const)
      for (const each of settingsFor(stage).connections) expect(sourceOf(each).accepts.length).toBeGreaterThan(0);
    const local = settingsFor("local");
    const without = { ...local, connections: local.connections.map((each) => (each.id === "erp" ? { ...each, system: "rest" } : each)) };
    expect(() => checkedSettings(without)).toThrow(SettingsRefused);
    expect(() => checkedSettings(without)).toThrow(/connections\.0\.tables/);
  });

  it("are right in every file, and every set that says how it is called can be", () => {
    for (const { tables, target } of TABLE_SETS) {
      for (const table of tables) expect(MappingTable.parse(table).version).toBe(1);
      if (target === undefined) continue;
      expect(TargetForm.parse(target).answers.cases.length).toBeGreaterThan(0);
      const call = { url: "https://erp.example.com", token: async () => "x", clock: { now: () => 0 }, allowLoopbackHttp: false };
      expect(createRestTarget({ ...call, connection: connection(), tables, target }).capabilities.lookup).toBe(false);
    }
  });
});
