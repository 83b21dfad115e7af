import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../../../core/documents/exact-json.ts";
import { tableFormat } from "../../../core/mapping/table-set.ts";
import { context } from "./rest-examples.ts";

const words = { en: "x", "zh-CN": "x" };
const rule = (target: string, more: object) => ({ target, owner: "ERP", conflict: "owner-wins", names: words, ...more });

/** A system that nobody has ever heard of: what an engineer writes for it, and nothing else. */
const FOUNDRY = {
  messages: { system: "foundry", accepts: ["json"], forms: [{ when: [{ path: "casts", present: true }], split: "casts" }] },
  tables: [
    {
      name: "foundry/cast",
      version: 1,
      direction: "to-canonical",
      documentType: "OperationsRequest",
      names: { en: "Cast", "zh-CN": "浇铸单" },
      when: [{ path: "casts", present: true }],
      absent: ["-"],
      lists: "strict",
      route: {
        subject: { source: ["casts/melt"] },
        object: { source: ["casts/melt"] },
        version: { source: ["stamp"], convert: [{ use: "instantNumber" }] },
        site: { source: ["works"] },
        volatile: [],
      },
      fields: [
        rule("id", { source: ["casts/melt"], required: true }),
        rule("version", { source: ["stamp"], convert: [{ use: "instantNumber" }], required: true }),
        rule("operationsType", { constant: "Production" }),
        rule("requestState", { source: ["casts/go"], convert: [{ use: "choose", cases: [["true", "Released"]] }], required: true }),
        rule("startTime", { source: ["casts/pour"], convert: [{ use: "instant", epoch: "s" }] }),
        rule("segmentRequirements", { lines: "casts/steps", required: false, fields: [rule("id", { source: ["n"], required: true })] }),
        rule("materialRequirements", {
          lines: "casts/charge",
          required: true,
          fields: [
            rule("id", { convert: [{ use: "position", first: 10, step: 10, digits: 4 }] }),
            rule("materialDefinitionId", { source: ["alloy"], convert: [{ use: "strip", leading: "0" }], required: true }),
            rule("materialUse", { constant: "Consumed" }),
            rule("quantity/value", { source: ["mass"], convert: [{ use: "decimal", negative: "park" }], required: true }),
            rule("quantity/unit", { constant: "KGM" }),
            rule("description", { source: ["label[lang=zh]/t"] }),
          ],
        }),
      ],
      ignored: [],
    },
  ],
};

const MESSAGE = `{"works":"suzhou","stamp":"2025-05-08 10:00:00","casts":[
  {"melt":"M-1","go":true,"pour":1746748800,"charge":[{"alloy":"00AlSi7","mass":812.500,"label":[{"lang":"en","t":"ingot"},{"lang":"zh","t":"铝锭"}]},{"alloy":"0000","mass":1e2}]},
  {"melt":"M-2","go":false,"charge":[]}]}`;

describe("a system that is nothing but tables", () => {
  it("is read without a line of code, row by row, and what is not ready parks by name", () => {
    const format = tableFormat([FOUNDRY], ["foundry"]);
    const parsed = parseExactJson(Buffer.from(MESSAGE));
    const split = parsed.kind === "parsed" ? format.split(parsed.value) : undefined;
    const parts = split?.kind === "parts" ? split.parts : [];
    expect(parts.map(({ document }) => format.route(document))).toMatchObject([
      { kind: "routed", mapping: "foundry/cast@1", fields: { objectId: "M-1", version: "20250508100000000", site: "suzhou" } },
      { kind: "routed", fields: { objectId: "M-2" } },
    ]);
    expect(parts.map(({ document }) => format.toCanonical(document, context))).toMatchObject([
      {
        kind: "canonical",
        document: {
          type: "OperationsRequest",
          id: "M-1",
          hierarchyScope: "suzhou",
          requestState: "Released",
          startTime: "2025-05-09T00:00:00Z",
          segmentRequirements: [],
          materialRequirements: [
            { id: "0010", materialDefinitionId: "AlSi7", quantity: { value: "812.500", unit: "KGM" }, description: "铝锭" },
            { id: "0020", materialDefinitionId: "0", quantity: { value: "100", unit: "KGM" } },
          ],
        },
      },
      { kind: "invalid", reasons: [{ code: "ORL-MAP-003", field: "/casts/go", text: "false", rule: "foundry/cast@1 requestState" }] },
    ]);
  });
});

/** Names that a table's paths go through and that are no plain word of ours. */
function vendorNames(): Set<string> {
  const names = new Set<string>();
  for (const file of globSync("connectors/rest/mapping/*/*.json", { cwd: root })) {
    for (const [, path] of readFileSync(join(root, file), "utf8").matchAll(/"(?:source|path|lines|split|equals)": \[?\s*"([^"]+)"/g))
      for (const name of String(path).split(/[/[\]=+]/))
        if (/^F[A-Z_]|^(?:order|product|pubts|main|recipient|trans|warehouse)[A-Z]|^pubts$|^PRD_|^BD_/.test(name)) names.add(name);
  }
  return names;
}

const root = join(import.meta.dirname, "../../..");

describe("code", () => {
  it("names no field of a vendor: they stand in tables alone", () => {
    const names = vendorNames();
    expect(names.size).toBeGreaterThan(50);
    for (const file of globSync("{core,connectors,functions,aws,infra,cli}/**/*.ts", { cwd: root })) {
      const found = readFileSync(join(root, file), "utf8").match(/[A-Za-z_]\w*/g) ?? [];
      expect({ file, found: found.filter((word) => names.has(word)) }).toEqual({ file, found: [] });
    }
  });
});
