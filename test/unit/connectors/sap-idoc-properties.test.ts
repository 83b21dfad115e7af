import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFakeSap, type FakeOperation, type FakeOrder } from "../../../connectors/sap-idoc/fake.ts";
import { sapIdocFormat } from "../../../connectors/sap-idoc/format.ts";
import type { Json } from "../../../core/documents/exact-json.ts";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";
import { keptTextOf, parseKeptText } from "../../../core/documents/kept-text.ts";
import { CONTEXT, order, partsOf } from "./sap-reading.ts";

const RUNS = { numRuns: 150 };

/** What an identifier may be: no control characters, no white space around, no twins by form. */
const identifier = fc.stringMatching(/^[A-Za-z0-9中文<&"'/._-][A-Za-z0-9 中文<&"'/._-]{0,30}[A-Za-z0-9中文]$/);
const digits = fc.stringMatching(/^\d{1,20}$/);
const quantity = fc.oneof(
  digits,
  fc.tuple(digits, fc.stringMatching(/^\d{1,12}$/)).map(([whole, part]) => `${whole}.${part}`),
);
const UNITS = { ST: "H87", EA: "EA", KG: "KGM", G: "GRM", CM: "CMT", M: "MTR", L: "LTR", H: "HUR", MIN: "MIN" };
const unit = fc.constantFrom("ST", "EA", "KG", "G", "CM", "M", "L", "H", "MIN");
const component = fc.record({ material: identifier, quantity, unit }, { noNullPrototype: true });
const operation = fc.record(
  { workCenter: identifier, text: identifier, quantity, unit, components: fc.array(component, { maxLength: 4 }) },
  { noNullPrototype: true },
);
/** Whole seconds of forty years; in UTC no clock changes. */
const instant = fc.integer({ min: 631_152_000, max: 1_900_000_000 }).map((seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z"));

const fourDigits = (at: number): string => String((at + 1) * 10).padStart(4, "0");
const numbered = (operations: readonly Omit<FakeOperation, "number">[]): FakeOperation[] =>
  operations.map((each, at) => ({ ...each, number: fourDigits(at), components: each.components.map((line, place) => ({ ...line, item: fourDigits(place) })) }));

const drawn: fc.Arbitrary<FakeOrder> = fc
  .record(
    {
      number: identifier,
      material: identifier,
      quantity,
      unit,
      start: instant,
      end: instant,
      operations: fc.array(
        operation.map(({ components, ...rest }) => ({ ...rest, components: components.map((each) => ({ ...each, item: "" })) })),
        { minLength: 1, maxLength: 5 },
      ),
    },
    { noNullPrototype: true },
  )
  .map(({ operations, ...head }) => ({ ...head, plant: "DM01", operations: numbered(operations) }));

const sap = () => createFakeSap({ clock: { now: () => 0 }, timeZone: "UTC", sender: "S4H" });
const UTC = { ...CONTEXT, timeZone: "UTC" };
const unitOf = (sent: string): unknown => Reflect.get(UNITS, sent);

const escaped = (text: string): string => (text === "<a/>" ? text : text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));

/** None where the door would refuse the message. */
function documentsIn(message: string): readonly Json[] {
  const parsed = parseExactXml(Buffer.from(message), undefined);
  const split = parsed.kind === "refused" ? undefined : sapIdocFormat.split(parsed.value);
  return split?.kind === "parts" ? split.parts.map(({ document }) => document) : [];
}

/** An answer that is neither a document nor reasons that a person can act on. */
function problemsWith(document: Json): readonly unknown[] {
  const route = sapIdocFormat.route(document);
  const answer = sapIdocFormat.toCanonical(document, UTC);
  const reasons = answer.kind === "invalid" ? answer.reasons : [];
  const unreadable = reasons.filter(({ code, owner, next }) => !/^ORL-MAP-\d{3}$/.test(code) || owner === undefined || next === undefined);
  return answer.kind === "invalid" && reasons.length === 0 ? [route, answer] : unreadable;
}

describe("whatever an ERP holds", () => {
  it("its numbers, quantities and texts arrive as they were sent", () => {
    fc.assert(
      fc.property(drawn, (held) => {
        const read = order(sap().release(held), UTC);
        expect(read).toMatchObject({ id: held.number, startTime: held.start, endTime: held.end });
        const [output, ...components] = read.materialRequirements;
        expect(output).toMatchObject({ materialDefinitionId: held.material, quantity: { value: held.quantity, unit: unitOf(held.unit) } });
        expect(read.segmentRequirements.map(({ id, description, equipmentId, quantity: of }) => [id, description, equipmentId, of?.value, of?.unit])).toEqual(
          held.operations.map((each) => [each.number, each.text, each.workCenter, each.quantity, unitOf(each.unit)]),
        );
        expect(components.map((line) => [line.segmentRequirementId, line.id, line.materialDefinitionId, line.quantity.value, line.quantity.unit])).toEqual(
          held.operations.flatMap((each) => each.components.map((line) => [each.number, line.item, line.material, line.quantity, unitOf(line.unit)])),
        );
      }),
      RUNS,
    );
  });

  it("no field of it is unknown, and a packet is its orders one by one, kept so that each is read again as the same", () => {
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 2, maxLength: 3 }), (held) => {
        const message = sap().release(...held);
        const parts = partsOf(message);
        expect(parts).toHaveLength(held.length);
        for (const part of parts) {
          expect(sapIdocFormat.unknownFields(part.document)).toEqual([]);
          const kept = parseKeptText(keptTextOf(part, message));
          const again = kept.kind === "parsed" ? sapIdocFormat.toCanonical(kept.value, UTC) : kept;
          expect(again).toEqual(sapIdocFormat.toCanonical(part.document, UTC));
        }
      }),
      RUNS,
    );
  });

  it("whatever text stands in whatever field, it is read, refused or parked, and nothing is thrown", () => {
    const names = ["AUFNR", "GAMNG", "GMEIN", "GSTRP", "GSUZP", "WERKS", "STAT", "VORNR", "BDMNG", "MEINS", "DOCNUM", "MESTYP", "AUTYP", "SHKZG", "PLNFL"];
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      quantity,
      identifier,
      fc.constantFrom("", " ", "-", "1,5", "1e400", "0x1F", "00000000", "240000", "<a/>", "I0045"),
    );
    fc.assert(
      fc.property(drawn, fc.constantFrom(...names), texts, (held, name, text) => {
        const message = sap()
          .release(held)
          .replace(new RegExp(`<${name}>[^<]*</${name}>`), () => `<${name}>${escaped(text)}</${name}>`);
        for (const document of documentsIn(message)) expect(problemsWith(document)).toEqual([]);
      }),
      RUNS,
    );
  });
});
