import { join } from "node:path";
import { describe, expect, it } from "vitest";
import v7 from "../../connectors/b2mml/schema/v7.json" with { type: "json" };
import v0401 from "../../connectors/b2mml/schema/v0401.json" with { type: "json" };
import { complaintsOf } from "../../core/documents/schema-check.ts";
import { SchemaModel } from "../../core/documents/schema-model.ts";
import { xmlElementsOf } from "../../core/documents/xml-elements.ts";
import { modelOf, schemasFolder, VERSIONS } from "../../local/derive-b2mml-schemas.ts";
import { drawnXml } from "../support/xsd/drawn-xml.ts";
import { validated } from "../support/xsd/validation.ts";

const MODELS = { "v7.json": SchemaModel.parse(v7), "v0401.json": SchemaModel.parse(v0401) };
const folder = schemasFolder();
const complaints = (model: SchemaModel, xml: string): readonly string[] => complaintsOf(model, xmlElementsOf(xml)).map(({ text }) => text);

describe("drawn documents", () => {
  it.each(Object.entries(MODELS))("of %s that keep the schema have no complaint", (_file, model) => {
    const drawn = drawnXml(model, 200, 0, 1);
    expect(drawn.flatMap(({ xml }) => complaints(model, xml))).toEqual([]);
  });
});

describe.skipIf(folder === undefined)("against the published schemas (needs the shared samples)", () => {
  it.each(VERSIONS)("$file is what they say now", (version) => {
    expect(modelOf(String(folder), version)).toEqual(MODELS[version.file]);
  });

  it.each(VERSIONS)("$file: a document is complained of exactly where lxml refuses it", async ({ file, entry }) => {
    const model = MODELS[file];
    const drawn = drawnXml(model, 150, 8, Date.now() % 1_000_000);
    const verdicts = await validated(
      join(String(folder), entry),
      drawn.map(({ xml }) => xml),
    );
    const differences = drawn.flatMap(({ xml }, at) => {
      const [own, theirs] = [complaints(model, xml), verdicts[at]];
      return own.length > 0 === (theirs !== null) ? [] : [{ xml, own, theirs }];
    });
    expect(differences.slice(0, 3)).toEqual([]);
    expect(verdicts.filter((faults, at) => drawn[at]?.isSpoilt === true && faults !== null).length).toBeGreaterThan(500);
    expect(verdicts.filter((faults, at) => drawn[at]?.isSpoilt === true && faults === null).length).toBeGreaterThan(20);
  });
});
