import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CodeTables } from "../../../core/mapping/code-tables.ts";
import { Converter, MappingTable } from "../../../core/mapping/table.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/mapping.md"), "utf8");

describe("docs/mapping.md", () => {
  it("has every converter with an example that the schema takes", () => {
    for (const option of Converter.options) {
      const [use] = option.shape.use.values;
      const row = page.split("\n").find((line) => line.startsWith(`| \`${use}\` |`));
      const example = /`(\{"use".*?\})`/.exec(row ?? "")?.[1];
      expect(row, use).toBeDefined();
      expect(Converter.safeParse(JSON.parse(example ?? "null")).success, `${use}: ${example}`).toBe(true);
    }
  });

  it("has every member of a table and every code table", () => {
    for (const name of Object.keys(MappingTable.shape)) if (name !== "names" && name !== "note") expect(page, name).toContain(`\`${name}\``);
    for (const name of Object.keys(CodeTables.shape)) expect(page, name).toContain(`\`${name}\``);
  });
});
