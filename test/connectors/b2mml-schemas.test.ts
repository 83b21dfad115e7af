import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { b2mmlFormat } from "../../connectors/b2mml/format.ts";
import { comparable, plantMessageOf } from "../../connectors/b2mml/plant-message.ts";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import { SiteId } from "../../core/documents/ids.ts";
import { samplesFolder } from "../../local/sample-accounts.ts";
import { drawnEquipment, drawnMaterial, drawnOrder } from "../support/drawn-canonical.ts";
import { validated } from "../support/xsd/validation.ts";

const HEAD = { id: "D-1", createdAt: "2026-11-24T10:00:00.000Z" };
const context = (document: CanonicalDocument) => ({
  site: SiteId.parse(document.hierarchyScope),
  timeZone: "Asia/Shanghai",
  decimalSeparator: "." as const,
  codes: [],
});

const xmlOf = (document: CanonicalDocument): string => {
  const written = plantMessageOf(document, HEAD);
  if (written.kind === "unwritable") throw new Error(`${written.reason.message}: ${written.reason.text}`);
  return written.xml;
};

describe("a canonical document as B2MML V7", () => {
  it.each([
    ["an order", drawnOrder, 300],
    ["a material", drawnMaterial, 200],
    ["a piece of equipment", drawnEquipment, 200],
  ] as const)("reads back as the same: %s", (_name, drawn, numRuns) => {
    fc.assert(
      fc.property(fc.oneof(drawn), (document) => {
        const parsed = parseExactXml(Buffer.from(xmlOf(document)), undefined);
        if (parsed.kind !== "parsed") throw new Error(parsed.message);
        const back = b2mmlFormat.toCanonical(parsed.value, context(document));
        expect(back.kind === "canonical" ? comparable(back.document) : back).toEqual(comparable(document));
      }),
      { numRuns },
    );
  });
});

const samples = samplesFolder();
const schemas = samples === undefined ? undefined : join(samples, "MESAInternational__B2MML-BatchML");

describe.skipIf(schemas === undefined)("against the published schemas (needs the shared samples)", () => {
  it("validates 150 drawn documents of each run in one process", async () => {
    const drawn = [...fc.sample(drawnOrder, 100), ...fc.sample(drawnMaterial, 25), ...fc.sample(drawnEquipment, 25)];
    const faults = await validated(join(schemas ?? "", "Schema", "AllSchemas.xsd"), drawn.map(xmlOf));
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
    expect(faults).toHaveLength(150);
  });

  it("finds a fault where there is one", async () => {
    const [sound] = fc.sample(drawnOrder, 1);
    const broken = sound === undefined ? "" : xmlOf(sound).replace("<RequestState>", "<RequestStates>").replace("</RequestState>", "</RequestStates>");
    expect(await validated(join(schemas ?? "", "Schema", "AllSchemas.xsd"), [broken])).toEqual([
      expect.arrayContaining([expect.stringContaining("RequestStates")]),
    ]);
  });
});
