import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Condition, FieldRule, MappingTable } from "../../../core/mapping/table.ts";
import { tablesOfRepository } from "./repository-tables.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CODE = ["core", "connectors", "functions", "aws", "cli", "infra", "workflows"].flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));

/** Names as vendors make them (`AUFNR`, `E1AFKOL`, `FBillNo`, `ME_OPERATION_ID`), not words: those of ISA-95, English and our own are everybody's. */
const isVendors = (name: string): boolean => /^(?:[A-Z][A-Z0-9_]{3,}|F[A-Z][a-z]\w+|E1[A-Z0-9]+)$/.test(name);
/** In capitals, and nobody's. */
const EVERYBODYS = new Set(["UTF8", "HTTP", "JSON"]);

const wordsIn = (path: string): readonly string[] => path.split(/[^A-Za-z0-9_]+/).filter((word) => word !== "");

const pathsOf = (rule: FieldRule): readonly string[] => ("lines" in rule ? [rule.lines, ...rule.fields.flatMap(pathsOf)] : (rule.source ?? []));

function namesOf({ fields, ignored, when, direction }: MappingTable): readonly string[] {
  const asked = when.map((condition: Condition) => condition.path);
  const targets = direction === "from-canonical" ? fields.flatMap(targetsOf) : [];
  return [...fields.flatMap(pathsOf), ...ignored.map(({ source }) => source), ...asked, ...targets].flatMap(wordsIn);
}

const targetsOf = (rule: FieldRule): readonly string[] => ("lines" in rule ? [rule.target, ...rule.fields.flatMap(targetsOf)] : [rule.target]);

/** Code without its comments: a comment may say what SAP calls a thing. */
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, " ").replace(/(^|\s)\/\/.*$/gm, " ");

const found = (names: ReadonlySet<string>, text: string): readonly string[] =>
  [...new Set(withoutComments(text).match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? [])].filter((word) => names.has(word));

const vendorNames = (): ReadonlySet<string> =>
  new Set(
    tablesOfRepository()
      .flatMap(({ table }) => namesOf(table))
      .filter((name) => isVendors(name) && !EVERYBODYS.has(name)),
  );

describe("no vendor's field name stands outside its table", () => {
  it("in any of the product's code", () => {
    const names = vendorNames();
    const places = CODE.filter((file) => !/connectors\/[^/]+\/(?:mapping\/|fake)/.test(file)).flatMap((file) =>
      found(names, readFileSync(join(ROOT, file), "utf8")).map((name) => `${file}: ${name}`),
    );
    expect(CODE.length).toBeGreaterThan(150);
    expect(places).toEqual([]);
  });

  it("would be found", () => {
    const names = new Set(["AUFNR", "FBillNo"]);
    expect(found(names, 'const order = wire["AUFNR"]; // FBillNo in a comment')).toEqual(["AUFNR"]);
    expect(["AUFNR", "E1AFKOL", "FBillNo", "MATNR_LONG", "ME_OPERATION_ID"].every(isVendors)).toBe(true);
    expect(["id", "quantity", "OperationsRequest", "ID", "Find", "materialUse"].some(isVendors)).toBe(false);
  });
});
