import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { DocumentType } from "../../../core/documents/document-types.ts";
import { textCheck, wholeCheck } from "../../../core/mapping/canonical-check.ts";
import { type Shape, shapeOfType, type TextShape } from "../../../core/mapping/canonical-shape.ts";
import type { FieldRule } from "../../../core/mapping/table.ts";
import { canonicalArbitrary, type Drawn } from "./canonical-arbitrary.ts";
import { own } from "./tables.ts";

/** Rules that give nothing surely: what the check then asks is all that the schema asks. */
function unsureRules(shape: Shape, prefix = ""): FieldRule[] {
  if (shape.kind !== "object") return [];
  return [...shape.members].flatMap(([name, { shape: inside }]): FieldRule[] => {
    const target = `${prefix}${name}`;
    if (inside.kind === "object") return unsureRules(inside, `${target}/`);
    if (inside.kind === "list") return [{ target, lines: name, ...own, fields: unsureRules(inside.element) }];
    return [{ target, source: [name], ...own }];
  });
}

function textsOf(shape: Shape): TextShape[] {
  if (shape.kind === "text") return [shape];
  return shape.kind === "list" ? textsOf(shape.element) : [...shape.members.values()].flatMap((member) => textsOf(member.shape));
}

/** All values right, each on its own: what textCheck sees to. */
function textsAreRight(value: Drawn | undefined, shape: Shape): boolean {
  if (value === undefined) return true;
  if (typeof value === "string") return shape.kind === "text" && (textCheck({ target: "x", source: ["x"], ...own }, shape)?.(value) ?? true);
  if (Array.isArray(value)) return shape.kind === "list" && value.every((one) => textsAreRight(one, shape.element));
  if (shape.kind !== "object") return false;
  return Object.entries(value).every(([name, member]) => {
    const known = shape.members.get(name);
    return known !== undefined && textsAreRight(member, known.shape);
  });
}

/** The document with one member somewhere taken out, or made another text. */
function spoiled(value: Drawn, at: number, put: string | undefined): Drawn {
  const places: { readonly holder: { [name: string]: Drawn }; readonly name: string }[] = [];
  const visit = (one: Drawn): void => {
    if (typeof one === "string") return;
    if (Array.isArray(one)) {
      one.forEach(visit);
      return;
    }
    for (const name of Object.keys(one)) {
      places.push({ holder: one, name });
      visit(one[name] ?? "");
    }
  };
  const copy = structuredClone(value);
  visit(copy);
  const place = places[at % places.length];
  if (place === undefined) return copy;
  if (put === undefined) delete place.holder[place.name];
  else place.holder[place.name] = put;
  return copy;
}

const TYPES = DocumentType.options;

describe("the compiled canonical check", () => {
  it.each(TYPES)("judges %s as the zod schema does, right and spoiled", async (type) => {
    const shape = shapeOfType(type);
    const isWhole = wholeCheck(shape, unsureRules(shape));
    const put = fc.option(fc.constantFrom("", "x", "1", "-1.5", "KGM", "2026-03-02T00:00:00Z", "Consumed", "x".repeat(101), "x".repeat(1001)), {
      nil: undefined,
    });
    let refused = 0;
    await fc.assert(
      fc.property(canonicalArbitrary(type), fc.nat(200), put, (document, at, text) => {
        const isRight = (one: Drawn): boolean => textsAreRight(one, shape) && isWhole(one);
        expect(isRight(document)).toBe(true);
        const bad = spoiled(document, at, text);
        // The engine puts type and site itself, so that no rule can leave them out.
        fc.pre(typeof bad !== "string" && !Array.isArray(bad) && bad.type === type && bad.hierarchyScope !== undefined);
        const expected = CanonicalDocument.safeParse(bad).success;
        if (!expected) refused += 1;
        expect(isRight(bad)).toBe(expected);
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  it("asks of each kind of text what the schema asks", async () => {
    const shapes = TYPES.flatMap((type) => textsOf(shapeOfType(type)));
    const any = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom("x".repeat(100), "x".repeat(101), "x".repeat(1000), "x".repeat(1001), "2026-03-02T00:00:00.12Z", "1.5", "KGM\n", "🙂".repeat(51)),
    );
    await fc.assert(
      fc.property(fc.constantFrom(...shapes), any, (shape, text) => {
        expect(textCheck({ target: "x", source: ["x"], ...own }, shape)?.(text) ?? true).toBe(shape.schema.safeParse(text).success);
      }),
      { numRuns: 4000 },
    );
  });
});
