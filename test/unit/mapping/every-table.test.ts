import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CanonicalDocument } from "../../../core/documents/canonical.ts";
import type { MappingAnswer, MappingContext } from "../../../core/documents/source-format.ts";
import { compileTable } from "../../../core/mapping/compile.ts";
import { rootScope } from "../../../core/mapping/paths.ts";
import type { ValueRule } from "../../../core/mapping/table.ts";
import { textOf } from "../../../core/mapping/texts.ts";
import { formsOfRepository, tablesOfRepository } from "./repository-tables.ts";
import { context } from "./tables.ts";
import { documentsFor, filledFor } from "./wire-arbitrary.ts";

const READING = tablesOfRepository().filter(({ table }) => table.direction === "to-canonical");

const ZONED: MappingContext = { ...context, timeZone: "Europe/Berlin" };
/** Whose value is what was sent, letter by letter: decimals that need no exponent too. */
const isVerbatim = ({ convert = [], source }: ValueRule): boolean => source !== undefined && convert.every(({ use }) => use === "text" || use === "decimal");

const madeAt = (made: unknown, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((at, name) => (typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined), made);

function expectSound(answer: MappingAnswer, name: string): void {
  if (answer.kind === "canonical") {
    expect(CanonicalDocument.safeParse(answer.document)).toEqual({ success: true, data: answer.document });
    return;
  }
  expect(answer.reasons.length).toBeGreaterThan(0);
  for (const { rule } of answer.reasons) expect(rule).toContain(name);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the repository's tables", () => {
  it("are there, each name and version once, and every message form with them", () => {
    expect(READING.length).toBeGreaterThan(8);
    const names = tablesOfRepository().map(({ table }) => `${table.name}@${table.version}`);
    expect(names).toEqual([...new Set(names)]);
    expect(formsOfRepository().length).toBeGreaterThan(0);
  });

  it.each(tablesOfRepository().map(({ file, table }) => ({ file, table })))("$file compiles", ({ table }) => {
    expect(compileTable(table).name).toBe(`${table.name}@${table.version}`);
  });
});

describe.each(READING)("$file", ({ table, system }) => {
  const compiled = compileTable(table);
  const documents = fc.oneof(documentsFor(table), filledFor(table));

  it("answers any document with a canonical one or with reasons, and never throws", async () => {
    let canonical = 0;
    await fc.assert(
      fc.property(documents, (document) => {
        compiled.fits(rootScope(document));
        expect(["routed", "unroutable"]).toContain(compiled.route(document).kind);
        const answer = compiled.toCanonical(document, ZONED);
        expectSound(answer, compiled.name);
        canonical += answer.kind === "canonical" ? 1 : 0;
      }),
      { numRuns: 300 },
    );
    // What is drawn along the rules gets all the way where no rule asks for codes of a system's own.
    if (system === "plain-json") expect(canonical).toBeGreaterThan(10);
  });

  it("alters no identifier and no quantity: what was made verbatim was sent so", async () => {
    let compared = 0;
    await fc.assert(
      fc.property(filledFor(table), (document) => {
        const { origins, made } = compiled.explain(document, ZONED);
        const verbatim = origins.filter(({ rule, byDefault }) => !byDefault && isVerbatim(rule));
        for (const { target, sent } of verbatim) expect(madeAt(made, target), target).toBe(textOf(sent));
        compared += verbatim.length;
      }),
      { numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(0);
  });

  it("gives the same bytes each time, and asks neither clock nor chance", async () => {
    const poison = (name: string) => (): never => {
      throw new Error(`${name} was asked`);
    };
    const drawn = fc.sample(documents, { numRuns: 60, seed: 42 });
    const first = drawn.map((document) => JSON.stringify(compiled.toCanonical(document, ZONED)));
    vi.spyOn(Date, "now").mockImplementation(poison("Date.now"));
    vi.spyOn(Math, "random").mockImplementation(poison("Math.random"));
    vi.spyOn(performance, "now").mockImplementation(poison("performance.now"));
    expect(drawn.map((document) => JSON.stringify(compiled.toCanonical(document, ZONED)))).toEqual(first);
    expect(drawn.map((document) => JSON.stringify(compileTable(table).toCanonical(document, ZONED)))).toEqual(first);
  });
});
