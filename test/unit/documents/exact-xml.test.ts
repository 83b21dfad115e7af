import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumberText } from "../../../core/documents/exact-json.ts";
import { NotXml, parseXmlText, writeExactXml } from "../../../core/documents/exact-xml.ts";
import { documents, faultIn, parseXml, tree, treeIn } from "./xml-fixtures.ts";

describe("an XML document as a tree", () => {
  it("keeps texts as they were sent: no trimming, no numbers (class 54)", () => {
    const texts = ["000000000000012345", "12E4", "0x1F", " lot  7 ", "ä/中文", "1.50", "true", "", "  ", "-0"];
    expect(treeIn(`<r>${texts.map((text) => `<id>${text}</id>`).join("\n  ")}</r>`)).toEqual(tree({ id: texts }));
  });

  it("makes siblings of one name a list in their order, and a single one none", () => {
    expect(treeIn("<r><a>1</a><b/><a><c>2</c></a><a>3</a></r>")).toEqual(tree({ a: ["1", tree0({ c: "2" }), "3"], b: "" }));
  });

  it("has attributes as written, text beside them, and no declarations", () => {
    expect(treeIn('<r xmlns:p="u" p:x="1" SEGMENT=\'a  b\'><a q="&#10;&lt;">t</a><b q=""/><c q="1">  </c></r>')).toEqual(
      tree({ "@p:x": "1", "@SEGMENT": "a  b", a: tree0({ "@q": "\n<", "#text": "t" }), b: tree0({ "@q": "" }), c: tree0({ "@q": "1", "#text": "  " }) }),
    );
  });

  it("drops white space between children, comments and instructions; keeps mixed text and CDATA", () => {
    expect(treeIn("<r>\n <a/>\n <!-- c --><?p i?> <![CDATA[ ]]>\n</r>")).toEqual(tree({ a: "" }));
    expect(treeIn("<r>one <a/> <a/>two<!-- x --> three</r>")).toEqual(tree({ a: ["", ""], "#text": "one two three" }));
    expect(treeIn("<r><a><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a></r>")).toEqual(tree({ a: "<b>&amp;]]>" }));
  });

  it("makes the root an object always, with its name and namespace", () => {
    expect(treeIn("<r/>")).toEqual(tree({}));
    expect(treeIn("<r> x </r>")).toEqual(tree({ "#text": " x " }));
    expect(treeIn('<p:Show xmlns:p="http://b2mml.example"/>')).toEqual(tree({}, "Show", "http://b2mml.example"));
  });

  it("names children by their local name in the root's namespace or none, else by their namespace", () => {
    const text = '<R xmlns="u" xmlns:v="w"><a/><v:a/><a xmlns=""><b/></a><q:c xmlns:q="u"><v:d>1</v:d></q:c></R>';
    expect(treeIn(text)).toEqual(tree({ a: ["", tree0({ b: "" })], "{w}a": "", c: tree0({ "{w}d": "1" }) }, "R", "u"));
  });

  it("takes names such as __proto__ as data, without a prototype to reach", () => {
    const value = treeIn("<__proto__ constructor='1'><__proto__><polluted>yes</polluted></__proto__><hasOwnProperty/></__proto__>");
    expect(Object.keys(value)).toEqual(["#element", "#namespace", "@constructor", "__proto__", "hasOwnProperty"]);
    expect([Object.getPrototypeOf(value), Object.getPrototypeOf(Object.getOwnPropertyDescriptor(value, "__proto__")?.value)]).toEqual([null, null]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("gives line breaks as XML reads them, and the text as it came", () => {
    const text = "<?xml version='1.0'?>\r\n<r>\r\n<a>1\r\n2\r3&#13;</a></r>\n";
    expect(parseXml(`\ufeff${text}`)).toEqual({ kind: "parsed", value: tree({ a: "1\n2\n3\r" }), text });
  });

  it("says in which line and column something is wrong", () => {
    expect(parseXml("<r>\n <a>\n  <b></c>\n</a></r>")).toMatchObject({ kind: "refused", fault: "syntax", line: 3, column: 6 });
    expect(parseXml("<r>\n\n  &nbsp;</r>")).toMatchObject({ kind: "refused", fault: "entity", line: 3, column: 3 });
    expect(parseXml("<r>\n<a x='1'\n x='2'/></r>")).toMatchObject({ kind: "refused", fault: "duplicate-attribute", line: 3 });
  });
});

describe("a tree as an XML document", () => {
  it("is read as the same tree, in one line or indented", async () => {
    await fc.assert(
      fc.property(documents, fc.constantFrom(undefined, 0, 2), (value, indent) => {
        const text = writeExactXml(value, indent === undefined ? {} : { indent });
        expect(parseXml(text)).toEqual({ kind: "parsed", value, text });
        expect(parseXmlText(text)).toEqual({ kind: "parsed", value, text });
      }),
      { numRuns: 500 },
    );
  });

  it("is UTF-8, in the tree's order, indented where asked", () => {
    const value = tree({ "@a": "1", b: ["x", tree0({ "{v}c": "2" })], d: "" }, "R", "u");
    expect(writeExactXml(value)).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="u" xmlns:n1="v" a="1"><b>x</b><b><n1:c>2</n1:c></b><d/></R>');
    expect(writeExactXml(tree({ a: tree0({ b: "1" }), "#text": "t" }), { indent: 2 })).toContain("<r><a>\n");
    expect(writeExactXml(tree({ a: [tree0({ b: "1" }), ""] }), { indent: 2 })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<r>\n  <a>\n    <b>1</b>\n  </a>\n  <a/>\n</r>',
    );
  });

  it("writes numbers as they were sent", () => {
    expect(writeExactXml(tree({ a: new NumberText("1.50"), b: 7, c: true }))).toContain("<a>1.50</a><b>7</b><c>true</c>");
  });

  it("gives prefixes of attributes their namespace, and none of them to elements", () => {
    const text = writeExactXml(tree({ "@xsi:nil": "true", "@n1:a": "1", "@xml:lang": "de", "{u}b": "" }));
    expect(text).toContain('xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"');
    expect(text).toContain("<n2:b/>");
    expect(text).not.toContain("xmlns:xml");
  });

  it.each([
    ["null", { a: null }],
    ["a list in a list", { a: [["x", "y"]] }],
    ["a name with a space", { "a b": "" }],
    ["a name that begins with a digit", { "1a": "" }],
    ["a declaration as an attribute", { "@xmlns:p": "u" }],
    ["NUL", { a: "\u0000" }],
    ["half of a surrogate pair", { "@a": "\ud800" }],
    ["U+FFFE", { a: "\ufffe" }],
  ])("refuses to write %s", (_what, members) => {
    expect(() => writeExactXml(tree(members))).toThrow(NotXml);
  });

  it("writes nothing that a reader could take for markup", () => {
    expect(faultIn(writeExactXml(tree({ a: "]]><b>&c;\r", "@q": '"><x y="\n' })))).toBe("parsed");
  });
});

/** An element below the root. */
function tree0(members: Parameters<typeof tree>[0]) {
  const { "#element": _element, "#namespace": _namespace, ...rest } = tree(members);
  return Object.assign(Object.create(null), rest);
}
