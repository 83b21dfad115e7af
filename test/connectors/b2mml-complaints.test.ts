import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { b2mmlFormat } from "../../connectors/b2mml/format.ts";
import v7 from "../../connectors/b2mml/schema/v7.json" with { type: "json" };
import v0401 from "../../connectors/b2mml/schema/v0401.json" with { type: "json" };
import type { Json } from "../../core/documents/exact-json.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import { SiteId } from "../../core/documents/ids.ts";
import { complaintsOf } from "../../core/documents/schema-check.ts";
import { SchemaModel } from "../../core/documents/schema-model.ts";
import { xmlElementsOf } from "../../core/documents/xml-elements.ts";
import { modelOf, schemasFolder, VERSIONS } from "../../local/derive-b2mml-schemas.ts";
import { drawnXml } from "../support/xsd/drawn-xml.ts";
import { validated } from "../support/xsd/validation.ts";

const MODELS = { "v7.json": SchemaModel.parse(v7), "v0401.json": SchemaModel.parse(v0401) };
const CONTEXT = { site: SiteId.parse("suzhou"), timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [] } as const;
const folder = schemasFolder();
const complaints = (model: SchemaModel, xml: string): readonly string[] => complaintsOf(model, xmlElementsOf(xml)).map(({ text }) => text);

describe("drawn documents", () => {
  it.each(Object.entries(MODELS))("of %s that keep the schema have no complaint", (_file, model) => {
    const drawn = drawnXml(model, 200, 0, 1);
    expect(drawn.flatMap(({ xml }) => complaints(model, xml))).toEqual([]);
  });

  it.each(Object.entries(MODELS))("of %s, sound or spoilt, are split, routed and mapped, or told why not; nothing throws", (_file, model) => {
    const documents = drawnXml(model, 100, 3, 2).flatMap(({ xml }) => documentsIn(xml));
    expect(documents.length).toBeGreaterThan(20);
    for (const document of documents) {
      expect(["routed", "unroutable"]).toContain(b2mmlFormat.route(document).kind);
      const answer = b2mmlFormat.toCanonical(document, CONTEXT);
      expect(answer.kind === "canonical" || answer.reasons.length > 0).toBe(true);
    }
  });
});

describe("xsi:nil", () => {
  const nil = (said: string, held: string) =>
    complaints(
      MODELS["v7.json"],
      `<ChangeOperationsTestInformation xmlns="http://www.mesa.org/xml/B2MML" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" releaseID="1">
        <ApplicationArea><CreationDateTime>2026-03-02T08:00:00Z</CreationDateTime></ApplicationArea>
        <DataArea><Change/><OperationsTestInformation><TestResult xsi:nil="${said}">${held}</TestResult></OperationsTestInformation></DataArea>
      </ChangeOperationsTestInformation>`,
    );

  it.each([
    ["false", "<ID>1</ID>", 0],
    [" 1 ", "", 0],
    ["true", "<ID>1</ID>", 1],
    ["%zz", "<ID>1</ID>", 1],
    ["TRUE", "", 1],
  ])("of %o before %o has %i complaints, as lxml has", (said, held, count) => {
    expect(nil(said, held)).toHaveLength(count);
  });
});

function documentsIn(xml: string): readonly Json[] {
  const parsed = parseExactXml(Buffer.from(xml), undefined);
  const split = parsed.kind === "parsed" ? b2mmlFormat.split(parsed.value) : undefined;
  return split?.kind === "parts" ? split.parts.map(({ document }) => document) : [];
}

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
