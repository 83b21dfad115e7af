import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../core/documents/exact-json.ts";
import { parseExactXml, parseGuardedXml, parseXmlText, writeExactXml } from "../../../core/documents/exact-xml.ts";
import { type QuickXmlLimits, xmlTreeQuickly } from "../../../core/documents/quick-xml.ts";
import { MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, MAX_REFERENCES, MAX_TEXT } from "../../../core/documents/xml-guard.ts";
import { treeOf } from "../../../core/documents/xml-tree.ts";

const LIMITS: QuickXmlLimits = { depth: MAX_DEPTH, nodes: MAX_NODES, attributes: MAX_ATTRIBUTES, references: MAX_REFERENCES, text: MAX_TEXT, name: 200 };

/** The quick way may decline; where it answers, the guard and the parser answer the same, members in the same order. */
function expectSame(text: string): boolean {
  const quick = xmlTreeQuickly(text, LIMITS);
  if (quick === undefined) return false;
  const exact = parseGuardedXml(text);
  expect(exact, text).toMatchObject({ kind: "parsed" });
  if (exact.kind === "parsed") {
    expect(quick, text).toEqual(exact.value);
    expect(JSON.stringify(quick)).toBe(JSON.stringify(exact.value));
  }
  const endless = treeOf(text, Number.POSITIVE_INFINITY);
  const kept = parseXmlText(text);
  if (endless.kind === "tree") expect(kept.kind === "parsed" ? kept.value : kept).toEqual(endless.value);
  return true;
}

const text = fc.oneof(
  fc.constantFrom(
    "",
    "x",
    " ",
    "\n  ",
    "a &amp; b",
    "&lt;&gt;&quot;&apos;",
    "&#65;",
    "&x;",
    "&",
    "螺丝",
    "🙂",
    "12.500",
    "]]>",
    "a>b",
    "\r\n",
    "\t",
    "\u0001",
    "\ud800",
  ),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);
const name = fc.constantFrom("a", "B_1", "E1AFKOL", "x-y.z", "__proto__", "constructor", "é", "p:a", "xml", "1a", "");
const attribute = fc
  .tuple(
    fc.constantFrom(" ", "\n", "  ", ""),
    fc.constantFrom("s", "SEGMENT", "xsi:nil", "p:q", "xmlns", "xmlns:p", "xmlns:xsi", "xml:lang", "s"),
    fc.constantFrom('"', "'"),
    text,
  )
  .map(([space, key, quote, value]) => `${space}${key}=${quote}${value}${quote}`);
const attributes = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.array(attribute, { maxLength: 3 }).map((all) => all.join("")) },
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      name,
      attributes,
      fc.array(fc.oneof(text, tie("element"), fc.constantFrom("<!-- c -->", "<![CDATA[<x>]]>", "<?pi?>")), { maxLength: 4 }),
      fc.constantFrom("", "", "", " ", "x"),
    )
    .map(([own, held, inside, end]) => (inside.length === 0 ? `<${own}${held}/>` : `<${own}${held}>${inside.join("")}</${own}${end}>`)),
}));
const document = fc
  .tuple(
    fc.constantFrom("", '<?xml version="1.0" encoding="UTF-8"?>\n', "<?xml version='1.0'?>", '<?xml version="1.1"?>', " "),
    element,
    fc.constantFrom("", "\n", "x", "<b/>"),
  )
  .map((parts) => parts.join(""));

/** Trees as systems write them, which the quick way is for. */
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: fc.constantFrom("a", "0", " ", "&", "<", "中", ".", '"'), maxLength: 8 }),
    fc.dictionary(fc.constantFrom("AUFNR", "E1AFKOL", "Line", "id"), fc.oneof(tie("tree"), fc.array(tie("tree"), { minLength: 2, maxLength: 3 })), {
      maxKeys: 4,
      minKeys: 1,
      noNullPrototype: true,
    }),
  ),
}));

describe("the quick way to the tree of an XML document", () => {
  it("answers what the guard and the parser answer, or nothing, for any text", async () => {
    let taken = 0;
    await fc.assert(
      fc.property(document, (drawn) => {
        taken += expectSame(drawn) ? 1 : 0;
      }),
      { numRuns: 15_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it("answers it when a good document is spoiled somewhere", async () => {
    const good =
      '<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="1">\n <A S="1"><B>x &amp; y</B><B/></A>\n <A>1</A>\n</R>\n';
    expect(expectSame(good)).toBe(true);
    const spoiled = fc
      .tuple(
        fc.nat(good.length),
        fc.nat(2),
        fc.constantFrom("", "<", ">", "/", '"', "&", ";", "=", " ", "\r", "x", ":", "<!--", "]]>", "\u0000", "xmlns", "中"),
      )
      .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut));
    await fc.assert(
      fc.property(spoiled, (drawn) => {
        expectSame(drawn);
      }),
      { numRuns: 8000 },
    );
  });

  it("is taken for what systems write, indented or not", async () => {
    let taken = 0;
    await fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("IDOC", "Head", "Lines"), tree, { minKeys: 1, noNullPrototype: true }), fc.boolean(), (members, isIndented) => {
        const root: JsonObject = { "#element": "ROOT", "#namespace": "urn:x", ...members };
        taken += expectSame(writeExactXml(root, isIndented ? { indent: 2 } : {})) ? 1 : 0;
      }),
      { numRuns: 400 },
    );
    expect(taken).toBe(400);
  });

  it.each([
    `${"<a>".repeat(64)}x${"</a>".repeat(64)}`,
    `${"<a>".repeat(65)}x${"</a>".repeat(65)}`,
    `<a>${" ".repeat(600_000)}<b/>${" ".repeat(600_000)}</a>`,
    `<a>${"x".repeat(MAX_TEXT + 1)}</a>`,
    `<a ${Array.from({ length: MAX_ATTRIBUTES + 1 }, (_, at) => `k${at}="1"`).join(" ")}/>`,
    `<a>${"&amp;".repeat(MAX_REFERENCES + 1)}</a>`,
    `<a>${"<b/>".repeat(MAX_NODES)}</a>`,
    `<a><${"n".repeat(201)}/></a>`,
    `<a xmlns="urn:${"n".repeat(200)}"/>`,
  ])("leaves what passes a limit to the guard", (drawn) => {
    const quick = xmlTreeQuickly(drawn, LIMITS);
    const exact = parseGuardedXml(drawn);
    if (quick !== undefined) expect(exact).toMatchObject({ kind: "parsed" });
    expect(parseExactXml(new TextEncoder().encode(drawn), undefined).kind).toBe(exact.kind);
  });
});
