import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactXml, writeExactXml } from "../../../core/documents/exact-xml.ts";
import { guardXml } from "../../../core/documents/xml-guard.ts";
import { treeOf } from "../../../core/documents/xml-tree.ts";
import { documents, faultIn } from "./xml-fixtures.ts";

const MIB = 1024 * 1024;
/** As many as fit below 4 MiB. */
const flood = (unit: string): string => unit.repeat(Math.floor((4 * MIB - 1000) / unit.length));
const SEGMENT = '<E1AFKOL SEGMENT="1"><AUFNR>000001000123</AUFNR><MATNR>000000000000012345</MATNR><GAMNG>12</GAMNG></E1AFKOL>\n';
const LAUGHS = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join("");

const REFUSED: readonly (readonly [group: string, name: string, text: string, fault: string])[] = [
  ["46", "an external entity", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', "doctype"],
  ["46", "a DOCTYPE after declaration, comment and instruction", "<?xml version='1.0'?>\n<!-- c --><?p i?>\n<!DOCTYPE r><r/>", "doctype"],
  ["46", "a DOCTYPE in small letters", "<!doctype html><html></html>", "doctype"],
  ["46", "a DOCTYPE inside the root", "<r><!DOCTYPE r></r>", "doctype"],
  ["47", "a parameter entity", '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://x.example/d">%p;]><r/>', "doctype"],
  ["48", "a billion laughs", `<!DOCTYPE r [<!ENTITY l0 "ha">${LAUGHS}]><r>&l9;</r>`, "doctype"],
  ["49", "quadratic blow-up", `<!DOCTYPE r [<!ENTITY a "${"a".repeat(50_000)}">]><r>${"&a;".repeat(50_000)}</r>`, "doctype"],
  ["50", "a flood of numeric references", `<r>${flood("<a>&#65;&#65;&#65;</a>")}</r>`, "references"],
  ["50", "a DOCTYPE of 4 MiB", `<!DOCTYPE r [${flood("<!ENTITY a 'b'>")}]><r/>`, "doctype"],
  ["51", "an element not closed", "<r><a></r>", "syntax"],
  ["51", "an element not closed, at the end of 4 MiB", `<r>${flood(SEGMENT)}`, "syntax"],
  ["51", "an element closed by another, at the end of 4 MiB", `<r>${flood(SEGMENT)}</x>`, "syntax"],
  ["51", "a name closed by its beginning", "<ab></a>", "syntax"],
  ["51", "a name closed by more than it", "<a></ab>", "syntax"],
  ["51", "closed but never opened", "<r/></r>", "syntax"],
  ["51", "two roots", "<r/><r/>", "syntax"],
  ["51", "text before the root", "x<r/>", "syntax"],
  ["51", "text after the root", "<r/>x", "syntax"],
  ["51", "CDATA after the root", "<r/><![CDATA[x]]>", "syntax"],
  ["51", "a second byte order mark", "\ufeff\ufeff<r/>", "syntax"],
  ["51", "no root", "<?xml version='1.0'?><!-- c -->", "syntax"],
  ["51", "a tag not closed", "<r><a", "syntax"],
  ["51", "a value not closed", "<r a='1></r>", "syntax"],
  ["51", "a comment not closed", "<r><!-- </r>", "syntax"],
  ["51", "a section not closed", "<r><![CDATA[ </r>", "syntax"],
  ["51", "two hyphens in a comment", "<r><!-- a -- b --></r>", "syntax"],
  ["51", "]]> in a text", "<r>]]></r>", "syntax"],
  ["51", "an attribute without a value", "<r a/>", "syntax"],
  ["51", "an attribute without quotes", "<r a=1/>", "syntax"],
  ["51", "attributes without a space between", "<r a='1'b='2'/>", "syntax"],
  ["51", "a < in an attribute", "<r a='<'/>", "syntax"],
  ["51", "a declaration in the middle", "<r/><?xml version='1.0'?>", "syntax"],
  ["51", "white space before the declaration", " <?xml version='1.0'?><r/>", "syntax"],
  ["51", "a name that begins with a digit", "<r><1a/></r>", "syntax"],
  ["51", "a name with two colons", "<r><a:b:c xmlns:a='u'/></r>", "syntax"],
  ["51", "an entity that nobody defined", "<r>&nbsp;</r>", "entity"],
  ["51", "an entity named like a member of every object", "<r>&constructor;</r>", "entity"],
  ["51", "an entity in an attribute", "<r a='&x;'/>", "entity"],
  ["51", "an ampersand alone", "<r>R&D</r>", "entity"],
  ["51", "NUL", "<r>\u0000</r>", "character"],
  ["51", "a control character in a comment", "<r><!-- \u0001 --></r>", "character"],
  ["51", "U+FFFF", "<r>\uffff</r>", "character"],
  ["51", "a reference to NUL", "<r>&#0;</r>", "character"],
  ["51", "a reference to a control character", "<r a='&#x1F;'/>", "character"],
  ["51", "a reference to half of a surrogate pair", "<r>&#xD800;</r>", "character"],
  ["51", "a reference beyond Unicode", "<r>&#x110000;</r>", "character"],
  ["51", "a reference of endless digits", `<r>&#${"9".repeat(100_000)};</r>`, "character"],
  ["51", "XML 1.1", "<?xml version='1.1'?><r/>", "version"],
  ["51", "only white space", " \r\n\t", "empty"],
  ["52", "a prefix without a namespace", "<p:r/>", "prefix"],
  ["52", "a prefix of an attribute without a namespace", "<r p:a='1'/>", "prefix"],
  ["52", "a prefix named like a member of every object", "<constructor:r/>", "prefix"],
  ["52", "an element in the namespace of xml", "<xml:r/>", "prefix"],
  ["53", "100,000 attributes", `<r ${Array.from({ length: 100_000 }, (_, at) => `a${at}='1'`).join(" ")}/>`, "attributes"],
  ["53", "257 attributes", `<r ${Array.from({ length: 257 }, (_, at) => `a${at}='1'`).join(" ")}/>`, "attributes"],
  ["53", "an attribute twice", "<r a='1' a='2'/>", "duplicate-attribute"],
  ["53", "an attribute twice under two prefixes", "<r xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>", "duplicate-attribute"],
  ["53", "300,001 elements", `<r>${"<a/>".repeat(300_000)}</r>`, "nodes"],
  ["53", "elements and attributes, 300,001 together", `<r>${"<a x='1'/>".repeat(150_000)}</r>`, "nodes"],
  ["53", "4 MiB of empty sections", `<r>${flood("<![CDATA[]]>")}</r>`, "nodes"],
  ["53", "4 MiB of comments", `<r>${flood("<!---->")}</r>`, "text"],
  ["53", "a comment of 4 MiB", `<r><!--${flood("-a")}--></r>`, "text"],
  ["53", "a text of a million characters", `<r><a>${"x".repeat(1_000_000)}</a></r>`, "text"],
  ["53", "a text of a million characters in pieces", `<r>${`${"x".repeat(99_999)}<a/>`.repeat(11)}</r>`, "text"],
  ["53", "a section of a million characters", `<r><![CDATA[${"x".repeat(1_000_000)}]]></r>`, "text"],
  ["53", "an attribute of a million characters", `<r a='${"x".repeat(1_000_000)}'/>`, "text"],
  ["53", "depth 65", `${"<a>".repeat(65)}${"</a>".repeat(65)}`, "depth"],
  ["53", "4 MiB of depth", flood("<a>"), "depth"],
  ["53", "a name of 201 characters", `<${"n".repeat(201)}/>`, "name"],
  ["53", "a name of an attribute of 201 characters", `<r ${"n".repeat(201)}=''/>`, "name"],
  ["53", "a namespace of 201 characters", `<r xmlns='${"n".repeat(201)}'/>`, "name"],
  ["53", "4 MiB of <", flood("<"), "syntax"],
  ["53", "4 MiB of an open value", `<r a="${flood("'")}`, "syntax"],
  ["53", "4 MiB of lines before what is wrong", `${flood("\n")}<r>`, "syntax"],
];
const TAKEN: readonly (readonly [name: string, text: string])[] = [
  ["256 attributes", `<r ${Array.from({ length: 256 }, (_, at) => `a${at}='1'`).join(" ")}/>`],
  ["depth 64", `${"<a>".repeat(64)}${"</a>".repeat(64)}`],
  ["300,000 elements", `<r>${"<a/>".repeat(299_999)}</r>`],
  ["a text of 999,999 characters", `<r>${"x".repeat(999_999)}</r>`],
  ["100,000 references", `<r>${"&#65;".repeat(100_000)}</r>`],
  ["names of 200 characters", `<${"n".repeat(200)} ${"m".repeat(200)}='' xmlns='${"u".repeat(200)}'/>`],
  ["DOCTYPE and & where they are text", "<r><!-- <!DOCTYPE r> & --><![CDATA[<!DOCTYPE r> &x;]]><?p <!DOCTYPE & ?></r>"],
  ["> and quotes where they are text", "<r a='>' b=\"'\">&quot;'></r >"],
  ["white space wherever XML takes it", "\n<r\n a = '1'\t>\r</r\n>\n"],
  ["every predefined entity, and references with zeros", "<r>&amp;&lt;&gt;&quot;&apos;&#0000065;&#x000041;</r>"],
];

/** A refusal takes under 50 ms on an idle machine (`npm run bench -- --only refusals` measures it); here only what grows faster than its input, which takes seconds, is to fail. */
const REFUSAL_MS = 500;
const MOST_RUNS = 15;

/** CPU, so that other work on the machine does not count as much; the best of up to fifteen, so that the compiler's does not, and no more than it takes. */
function milliseconds(bytes: Uint8Array): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < MOST_RUNS && best >= REFUSAL_MS; run += 1) {
    const before = process.cpuUsage();
    parseExactXml(bytes, undefined);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

describe("XML that is refused", () => {
  it.each(REFUSED)("class %s: %s", (_group, _name, text, fault) => {
    expect(faultIn(text)).toBe(fault);
    expect(milliseconds(new TextEncoder().encode(text))).toBeLessThan(REFUSAL_MS);
  });

  it.each(TAKEN)("but takes %s", (_name, text) => {
    expect(faultIn(text)).toBe("parsed");
  });

  it("is what the parser would refuse too: the guard is stricter only by its limits and about document types", async () => {
    const piece = fc.constantFrom("<", ">", "/", "&", ";", "'", '"', "<!--", "-->", "]]>", "<![CDATA[", "<?p", "?>", "&#65;", "<a>", "</a>", " ", "x", "=");
    // Evenly over the text: of doubles between 0 and 1 nearly all are nearly 0.
    const share = fc.noBias(fc.nat(1_000_000)).map((drawn) => drawn / 1_000_000);
    const change = fc.record({ at: share, cut: fc.nat(4), piece: fc.oneof(fc.constant(""), piece) });
    let sound = 0;
    await fc.assert(
      fc.property(documents, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
        const text = changes.reduce(changed, writeExactXml(value));
        // Half of a surrogate pair never gets so far: the decoder refuses it. (The parser would take it and the character behind it for one, a `<` too.)
        if (!text.isWellFormed() || treeOf(text, 200).kind !== "tree") return;
        sound += 1;
        expect(guardXml(text)).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
    expect(sound).toBeGreaterThan(50);
  });

  it("is refused as empty without a byte", () => {
    expect(parseExactXml(new Uint8Array(0), undefined)).toMatchObject({ kind: "refused", fault: "empty" });
  });
});

function changed(text: string, { at, cut, piece }: { readonly at: number; readonly cut: number; readonly piece: string }): string {
  const place = Math.floor(at * text.length);
  return text.slice(0, place) + piece + text.slice(place + cut);
}
