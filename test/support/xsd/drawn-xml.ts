import fc from "fast-check";
import type { SchemaModel } from "../../../core/documents/schema-model.ts";
import { type CompiledType, compiledType, type Particle } from "../../../core/documents/schema-types.ts";

/** XML drawn along a schema model, and spoilt: what a schema and our reading of it must judge alike. */

export type Drawn = { name: string; prefix: string; attributes: [string, string][]; children: Drawn[]; text: string };
type Draw = (below: number) => number;

const GOOD: Readonly<Record<string, readonly string[]>> = {
  string: ["some text", "", "批次 7", " a  b "],
  normalizedString: ["0010", "A-1", "", " x", "12E4"],
  token: ["a b"],
  anyURI: ["http://example.org/a b", "urn:x:1", "x#y", "1/a:b", ""],
  language: ["en", "zh-CN", "de"],
  boolean: ["true", "false"],
  decimal: ["12.500", "-3", " 0.1 ", "+1", ".5", "1."],
  dateTime: ["2026-03-02T08:15:00Z", "2026-03-02T08:15:00", "2024-02-29T24:00:00+08:00", "2026-03-02T08:15:00.123-14:00", "12026-01-01T00:00:00Z"],
  duration: ["PT15M", "P1DT2H", "-P1Y", "P1M", "PT1.5S"],
  base64Binary: ["", "QUJD", "QUI="],
};
const BAD: Readonly<Record<string, readonly string[]>> = {
  anyURI: ["%zz", "1a:b", "a:b%1"],
  language: ["", "e n", "english-too-long-a-tag-x", "e_n"],
  boolean: ["yes", "TRUE", ""],
  decimal: ["1,5", "12345678901234567890123456789", "0.12345678901234567890123456789", "1e3", "", "abc", "--1", "."],
  dateTime: [
    "2026-03-02",
    "2026-02-30T00:00:00",
    "2026-03-02T25:00:00",
    "yesterday",
    "2026-03-02T08:15:00+08",
    "-2026-03-02T08:15:00Z",
    "2026-03-02 08:15:00",
    "2026-03-02T08:15",
    "0000-01-01T00:00:00",
    "2026-3-2T00:00:00",
    "2026-03-02T24:00:01",
    "2026-03-02T08:15:00+15:00",
    "2026-03-02T08:60:00",
  ],
  duration: ["15M", "P", "PT", "P1S", "P1DT", "PT1.S"],
  base64Binary: ["QUJ", "Q*=="],
};

const DEEPEST = 7;
const pick = <T>(values: readonly T[], draw: Draw): T => {
  const found = values[draw(values.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
};

function drawnValue({ text, values }: Pick<CompiledType, "text" | "values">, draw: Draw): string {
  return values === undefined ? pick(GOOD[text] ?? [], draw) : pick(values, draw);
}

function drawnElement(model: SchemaModel, name: string, typeName: string, draw: Draw, depth: number): Drawn {
  const type = compiledType(model, typeName);
  const attributes = [...type.attributes]
    .filter(([, { required }]) => required || draw(8) === 0)
    .map(([attribute, { type: text, values }]): [string, string] => [attribute, drawnValue({ text, values }, draw)]);
  const children = type.particles === undefined ? [] : type.particles.flatMap((particle) => drawnParticle(model, particle, draw, depth));
  return { name, prefix: "", attributes, children, text: type.particles === undefined ? drawnValue(type, draw) : "" };
}

function drawnParticle(model: SchemaModel, { choices, least, many }: Particle, draw: Draw, depth: number): Drawn[] {
  const isWanted = least || draw(depth > DEEPEST ? 20 : 3) === 0;
  const count = isWanted ? 1 + (many && draw(3) === 0 ? 1 : 0) : 0;
  return Array.from({ length: depth > 24 && !least ? 0 : count }, () => pick(choices, draw)).map(({ name, type }) =>
    drawnElement(model, name, type, draw, depth + 1),
  );
}

const writtenXml = (root: Drawn, namespace: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, ` xmlns="${namespace}" xmlns:o="urn:other" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`)}`;

function written({ name, prefix, attributes, children, text }: Drawn, declarations = ""): string {
  const own = attributes.map(([attribute, value]) => ` ${attribute}="${escaped(value)}"`).join("");
  return `<${prefix}${name}${declarations}${own}>${escaped(text)}${children.map((child) => written(child)).join("")}</${prefix}${name}>`;
}
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const everyElement = (element: Drawn): Drawn[] => [element, ...element.children.flatMap(everyElement)];

/** Each spoils, or not, one place of the document. */
const MUTATIONS: readonly ((root: Drawn, draw: Draw) => void)[] = [
  (root, draw) => withChildren(root, draw, (parent) => parent.children.splice(draw(parent.children.length), 1)),
  (root, draw) => withChildren(root, draw, (parent) => parent.children.splice(draw(parent.children.length), 0, structuredClone(pick(parent.children, draw)))),
  (root, draw) =>
    withChildren(root, draw, (parent) => {
      const [moved] = parent.children.splice(draw(parent.children.length), 1);
      if (moved !== undefined) parent.children.splice(draw(parent.children.length + 1), 0, moved);
    }),
  (root, draw) => {
    const element = pick(everyElement(root).slice(1), draw);
    element.name = draw(2) === 0 ? element.name.slice(0, -1) : `${element.name}s`;
  },
  (root, draw) => {
    const [one, other] = [pick(everyElement(root).slice(1), draw), pick(everyElement(root).slice(1), draw)];
    one.name = other.name;
  },
  (root, draw) => {
    const element = pick(everyElement(root), draw);
    element.text = draw(2) === 0 ? pick(["Eaten", "consumed", " Consumed", "loose text", " \n ", "Other"], draw) : pick(Object.values(BAD).flat(), draw);
  },
  (root, draw) => {
    const element = pick(everyElement(root), draw);
    if (draw(2) === 0) element.attributes.splice(draw(element.attributes.length + 1), 1);
    else if (!element.attributes.some(([name]) => name === "unitCode")) element.attributes.push(["unitCode", "KGM"]);
  },
  (root, draw) => {
    const element = pick(everyElement(root), draw);
    const attribute = element.attributes[draw(Math.max(element.attributes.length, 1))];
    if (attribute !== undefined) attribute[1] = pick(Object.values(BAD).flat(), draw);
  },
  (root, draw) => {
    pick(everyElement(root).slice(1), draw).prefix = "o:";
  },
  (root, draw) => {
    const element = pick(everyElement(root).slice(1), draw);
    if (element.attributes.some(([name]) => name === "xsi:nil")) return;
    element.attributes.push(["xsi:nil", draw(3) === 0 ? "false" : "true"]);
    if (draw(2) === 0) Object.assign(element, { children: [], text: "" });
  },
  (root, draw) => {
    pick(everyElement(root).slice(1), draw).children.push({ name: "ID", prefix: "", attributes: [], children: [], text: "1" });
  },
];

function withChildren(root: Drawn, draw: Draw, change: (parent: Drawn) => unknown): void {
  const parents = everyElement(root).filter(({ children }) => children.length > 0);
  change(pick(parents, draw));
}

export type Sample = { readonly xml: string; readonly isSpoilt: boolean };

/** Good ones, and for each as many spoilt once or twice. */
export function drawnXml(model: SchemaModel, count: number, spoiltEach: number, seed: number): readonly Sample[] {
  const streams = fc.sample(fc.infiniteStream(fc.nat(0xffffff)), { numRuns: count, seed });
  return streams.flatMap((numbers) => {
    const draw: Draw = (below) => Number(numbers.next().value) % Math.max(below, 1);
    const [name, type] = pick(Object.entries(model.roots), draw);
    const root = drawnElement(model, name, type, draw, 0);
    const spoilt = Array.from({ length: spoiltEach }, () => {
      const copy = structuredClone(root);
      for (let times = draw(4) === 0 ? 2 : 1; times > 0; times -= 1) pick(MUTATIONS, draw)(copy, draw);
      return { xml: writtenXml(copy, model.namespace), isSpoilt: true };
    });
    return [{ xml: writtenXml(root, model.namespace), isSpoilt: false }, ...spoilt];
  });
}
