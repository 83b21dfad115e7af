import * as fc from "fast-check";
import type * as z from "zod";
import { DecimalText, Instant, LocalDate, UnitCode, Version } from "../../../core/documents/canonical.ts";
import type { DocumentType } from "../../../core/documents/document-types.ts";
import { type Shape, shapeOfType, type TextShape } from "../../../core/mapping/canonical-shape.ts";
import { UNIT_CODES } from "../../../core/quantities/units.ts";

/** Canonical documents drawn from their own schema: every member that may be absent is sometimes, every list has none to three elements. */

export type Drawn = string | Drawn[] | { [name: string]: Drawn };

/** Text that XML and JSON both carry: no control characters, no half of a pair. */
const printable = fc.string({
  unit: fc.oneof(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 }), fc.constantFrom("中", "文", "é", "ß", "螺", "🙂", "0")),
  minLength: 1,
});
const text = (most: number): fc.Arbitrary<string> =>
  printable.map((drawn) => drawn.slice(0, most)).filter((drawn) => drawn.isWellFormed() && drawn.trim() === drawn && drawn !== "");
const identifier = fc.oneof(
  fc.stringMatching(/^[A-Z0-9][A-Z0-9 _./-]{0,18}[A-Z0-9]$/),
  fc.constantFrom("000001000123", "12E4", "0x1F", "材料/１", "0"),
  text(20),
);

const instant = fc
  .tuple(fc.date({ min: new Date("1971-01-02"), max: new Date("2099-12-30"), noInvalidDate: true }), fc.boolean())
  .map(([date, isWhole]) => (isWhole ? `${date.toISOString().slice(0, 19)}Z` : date.toISOString().replace(".000Z", "Z")));
const decimal = fc.oneof(fc.stringMatching(/^(?:0|[1-9]\d{0,12})(?:\.\d{1,6})?$/), fc.constantFrom("12.500", "0.000", "9007199254740993"));
const whole = fc.bigInt({ min: 1n, max: 999_999_999n }).map(String);

const ARBITRARIES: ReadonlyMap<z.ZodType, fc.Arbitrary<string>> = new Map<z.ZodType, fc.Arbitrary<string>>([
  [Instant, instant],
  [LocalDate, instant.map((drawn) => drawn.slice(0, 10))],
  [DecimalText, decimal],
  [UnitCode, fc.constantFrom(...UNIT_CODES)],
  [Version, fc.stringMatching(/^[1-9]\d{0,9}$/)],
]);

export type Drawing = {
  /** Instead of what the schema's own is, by the member's name. */
  readonly members?: Readonly<Record<string, fc.Arbitrary<Drawn>>>;
  /** Members that are never drawn: what the other system has no place for. */
  readonly without?: readonly string[];
};

export const canonicalArbitrary = (type: DocumentType, drawing: Drawing = {}): fc.Arbitrary<Drawn> => arbitraryOf(shapeOfType(type), drawing);

function arbitraryOf(shape: Shape, drawing: Drawing): fc.Arbitrary<Drawn> {
  if (shape.kind === "text") return textOf(shape);
  if (shape.kind === "list") return fc.array(arbitraryOf(shape.element, drawing), { maxLength: 3 });
  const members = [...shape.members].filter(([name, { required }]) => required || !(drawing.without ?? []).includes(name));
  const required = members.filter(([, member]) => member.required).map(([name]) => name);
  const drawn = Object.fromEntries(members.map(([name, member]) => [name, drawing.members?.[name] ?? arbitraryOf(member.shape, drawing)]));
  return fc.record<Record<string, Drawn>>(drawn, { requiredKeys: required, noNullPrototype: true });
}

function textOf(shape: TextShape): fc.Arbitrary<string> {
  const { schema, values, isIdentifier } = shape;
  if (values !== undefined) return fc.constantFrom(...values);
  const own = isIdentifier ? identifier : ARBITRARIES.get(schema);
  if (own !== undefined) return own;
  // Whatever else the schema takes: numbers of several lengths, language tags, words.
  return fc.oneof(whole, fc.stringMatching(/^\d{1,4}$/), fc.constantFrom("en", "zh-CN", "de"), text(60)).filter((drawn) => schema.safeParse(drawn).success);
}
