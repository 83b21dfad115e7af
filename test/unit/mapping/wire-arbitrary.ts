import * as fc from "fast-check";
import { isJsonList, isJsonObject, type Json, parseExactJson } from "../../../core/documents/exact-json.ts";
import type { FieldRule, LinesRule, MappingTable, ValueRule } from "../../../core/mapping/table.ts";

/** Names and values that the table's rules ask for, so that some of what is drawn gets somewhere. */
function vocabulary(table: MappingTable): { readonly names: readonly string[]; readonly values: readonly string[] } {
  const text = JSON.stringify(table);
  const names = [
    ...new Set(
      [...text.matchAll(/"(?:source|lines|path|time|material|unit)":(?:\[([^\]]*)\]|"([^"]*)")/g)].flatMap(
        ([, list = "", one = ""]) => `${list},${one}`.match(/[^",/[\]+]+/g) ?? [],
      ),
    ),
  ];
  const values = [...new Set([...text.matchAll(/"is":\[([^\]]*)\]/g)].flatMap(([, list = ""]) => list.match(/[^",]+/g) ?? []))];
  return { names, values };
}

const VALUES = [
  "1",
  "0010",
  "12.500",
  "KG",
  "kg",
  "PC",
  "2026-03-02",
  "20260302",
  "240000",
  "2026-03-02T08:00:00",
  "Released",
  "Consumed",
  "Production",
  "X",
  "",
  " ",
  "é\u0301",
  "材料/１",
  "a\u200b",
  "\u0000",
  "-5.000-",
];

/** Trees of the table's own names: JSON with numbers as sent, and what XML looks like. */
export function documentsFor(table: MappingTable): fc.Arbitrary<Json> {
  const { names, values } = vocabulary(table);
  const leaf = fc.oneof(
    fc.constantFrom(...VALUES, ...values),
    fc.constantFrom<Json>(null, true, 7, 12.5),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.constantFrom("12.500", "1e400", "-0").map((text) => numberIn(text)),
  );
  const name = fc.constantFrom(...names, "unknown", "#text", "@attribute", "constructor", "toString");
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "medium" },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(name, tie("tree"), { maxKeys: 8, noNullPrototype: true }),
    ),
  }));
  const anyJson = fc.json({ maxDepth: 4, noUnicodeString: false }).map((text) => parsedOr(text, null));
  return fc.oneof(fc.dictionary(name, tree, { maxKeys: 14, noNullPrototype: true }), tree, anyJson);
}

const numberIn = (text: string): Json => {
  const list = parsedOr(`[${text}]`, null);
  return isJsonList(list) ? (list[0] ?? null) : null;
};
const parsedOr = (text: string, otherwise: Json): Json => {
  const parsed = parseExactJson(new TextEncoder().encode(text));
  return parsed.kind === "parsed" ? parsed.value : otherwise;
};

/** A document that gets all the way: filled along the table's own rules. */
export function filledFor(table: MappingTable): fc.Arbitrary<Json> {
  return fc.infiniteStream(fc.nat(1000)).map((numbers) => {
    const document: { [name: string]: Json } = {};
    fillFrom(table.fields, document, () => Number(numbers.next().value));
    for (const condition of table.when) if ("is" in condition) putAt(document, condition.path, condition.is[0] ?? "");
    return document;
  });
}

function fillFrom(rules: readonly FieldRule[], into: { [name: string]: Json }, draw: () => number): void {
  for (const rule of rules) {
    if ("lines" in rule) putAt(into, rule.lines.replaceAll("+", ""), linesOf(rule, draw));
    else if (draw() % 20 > 0) for (const path of (rule.source ?? []).slice(0, 1)) putAt(into, path, goodValue(rule, draw()));
  }
}

const linesOf = ({ fields }: LinesRule, draw: () => number): Json[] =>
  Array.from({ length: draw() % 3 }, () => {
    const line: { [name: string]: Json } = {};
    fillFrom(fields, line, draw);
    return line;
  });

function goodValue({ convert = [], target }: ValueRule, seed: number): Json {
  const uses = convert.map(({ use }) => use);
  if (uses.includes("date")) return `202603${String((seed % 28) + 1).padStart(2, "0")}`;
  if (uses.includes("instant")) return `2026-03-${String((seed % 28) + 1).padStart(2, "0")}T08:00:00`;
  if (uses.includes("decimal")) return numberIn(`${seed}.500`);
  if (uses.includes("unit")) return "kg";
  const choice = convert.find((one) => one.use === "choose");
  if (choice !== undefined) return choice.cases[seed % choice.cases.length]?.[0] ?? "";
  return GOOD_TEXTS[String(target.split("/").at(-1))] ?? `${seed % 2 === 0 ? "00" : ""}${seed}`;
}

const GOOD_TEXTS: Readonly<Record<string, string>> = {
  operationsType: "Production",
  requestState: "Released",
  materialUse: "Consumed",
  reasonType: "Scrap",
  segmentState: "Running",
  responseState: "Completed",
  verb: "Process",
  lotEvent: "Moved",
  evaluatedCriterionResult: "Pass",
  equipmentLevel: "WorkUnit",
  state: "Active",
  code: "KGM",
  language: "de",
};

function putAt(into: { [name: string]: Json }, path: string, value: Json): void {
  const names = path
    .replace(/^\//, "")
    .split("/")
    .map((name) => name.replace(/[[+].*$/, ""));
  let holder = into;
  for (const name of names.slice(0, -1)) {
    if (name === ".." || name === ".") return;
    const known = holder[name];
    const next: { [name: string]: Json } = known !== undefined && isJsonObject(known) ? { ...known } : {};
    holder[name] = next;
    holder = next;
  }
  holder[String(names.at(-1))] = value;
}
