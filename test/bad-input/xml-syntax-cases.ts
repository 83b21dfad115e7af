import { bothCases, takenAs, type XmlCase, type XmlExpected } from "./xml-case.ts";
import { orderOf, type Writer, type XmlSystem } from "./xml-documents.ts";

/** What is not well-formed, and what floods (classes 46 to 51, 53, and 18 to 20 where XML itself forbids them). */

const MIB = 1024 * 1024;
/** As many as fit well below 4 MiB. */
const flood = (unit: string, bytes = 3.9 * MIB): string => unit.repeat(Math.floor(bytes / unit.length));
const DOCTYPE = { status: 400, code: "ORL-DOOR-052", line: 1, column: 1 } as const;
const MALFORMED = { status: 400, code: "ORL-DOOR-051" } as const;
const TOO_MANY = { status: 413, code: "ORL-DOOR-055" } as const;
const TOO_LONG = { status: 413, code: "ORL-DOOR-058" } as const;
const ATTRIBUTES = { status: 400, code: "ORL-DOOR-056" } as const;
const LAUGHS = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join("");
const RELEASED = takenAs({ requestState: "Released" });

const before = (prefix: string) => (system: XmlSystem, writer: Writer) => prefix + orderOf(system, writer);
const after = (suffix: string) => (system: XmlSystem, writer: Writer) => orderOf(system, writer) + suffix;
/** In the description of the order's one operation. */
const inText = (text: string) => (system: XmlSystem, writer: Writer) => orderOf(system, writer, text);
const changed = (from: string | RegExp, to: string) => (system: XmlSystem, writer: Writer) => {
  const text = orderOf(system, writer);
  const made = text.replace(from, to);
  if (made === text) throw new Error(`${from} is not in the message`);
  return made;
};
const TEXT_TAG: Readonly<Record<XmlSystem, string>> = { "sap-idoc": "LTXA1", b2mml: "Description" };
/** Beside the description. */
const beside = (element: string) => (system: XmlSystem, writer: Writer) => {
  const end = `Cast</${TEXT_TAG[system]}>`;
  return orderOf(system, writer).replace(end, end + element);
};
const rootOf = (system: XmlSystem, writer: Writer): string => String(/^<(\w+)/.exec(orderOf(system, writer))?.[1]);
const attributes = (count: number): string => Array.from({ length: count }, (_, at) => ` a${at}="1"`).join("");

const refusals: readonly (readonly [group: string, name: string, body: Parameters<typeof bothCases>[2], expected: XmlExpected])[] = [
  ["46", "an external entity", before('<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), DOCTYPE],
  ["46", "an external document type", before('<!DOCTYPE x SYSTEM "http://x.example/d.dtd">'), DOCTYPE],
  ["46", "a public identifier", before('<!DOCTYPE x PUBLIC "-//X//Y" "http://x.example/d.dtd">'), DOCTYPE],
  ["46", "a DOCTYPE after a comment", before("<!-- c -->\n<!DOCTYPE x>"), { ...DOCTYPE, line: 2 }],
  ["46", "a DOCTYPE in small letters", before("<!doctype x>"), DOCTYPE],
  ["46", "a DOCTYPE inside the message", beside("<!DOCTYPE x>"), { status: 400, code: "ORL-DOOR-052", line: 1 }],
  ["46", "an entity with no DOCTYPE", inText("&passwd;"), { status: 400, code: "ORL-DOOR-060", line: 1 }],
  ["47", "a parameter entity", before('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x.example/d">%p;]>'), DOCTYPE],
  ["48", "a billion laughs", before(`<!DOCTYPE x [<!ENTITY l0 "ha">${LAUGHS}]>`), DOCTYPE],
  ["49", "quadratic blow-up", before(`<!DOCTYPE x [<!ENTITY a "${"a".repeat(50_000)}">]>`), DOCTYPE],
  ["50", "a flood of numeric references", inText(flood("&#65;", 900_000)), { status: 400, code: "ORL-DOOR-057", line: 1 }],
  ["50", "a flood of references in many elements", beside(flood("<Z>&#65;&#66;&#67;</Z>")), { status: 400, code: "ORL-DOOR-057", line: 1 }],
  ["51", "cut in its middle", (system, writer) => orderOf(system, writer).slice(0, 200), { ...MALFORMED, line: 1 }],
  ["51", "cut before its last tag", changed(/<\/\w+>$/, ""), { ...MALFORMED, line: 1, column: 1 }],
  ["51", "two roots", (system, writer) => `${orderOf(system, writer)}\n${orderOf(system, writer)}`, { ...MALFORMED, line: 2, column: 1 }],
  ["51", "text before the root", before("x"), { ...MALFORMED, line: 1, column: 1 }],
  ["51", "text after the root", after("\nx"), { ...MALFORMED, line: 1 }],
  ["51", "white space before the declaration", before(' \n<?xml version="1.0"?>'), MALFORMED],
  ["51", "tags crossed", changed("Cast</", "<b><i></b></i></"), { ...MALFORMED, line: 1 }],
  ["51", "an ampersand alone", inText("R&D"), { status: 400, code: "ORL-DOOR-060", line: 1 }],
  ["51", "an entity of HTML", inText("a&nbsp;b"), { status: 400, code: "ORL-DOOR-060", line: 1 }],
  ["51", "]]> in a text", inText("]]>"), { ...MALFORMED, line: 1 }],
  ["51", "XML 1.1", before('<?xml version="1.1"?>'), { status: 400, code: "ORL-DOOR-063", line: 1 }],
  ["51", "an attribute without quotes", changed(/ (BEGIN|releaseID)="\d"/, " $1=1"), { ...MALFORMED, line: 1 }],
  ["18", "NUL as it is", inText("a\u0000b"), { ...MALFORMED, line: 1 }],
  ["18", "NUL as a reference", inText("a&#0;b"), { ...MALFORMED, line: 1 }],
  ["18", "a control character as a reference", inText("a&#x1F;b"), { ...MALFORMED, line: 1 }],
  ["19", "U+FFFF", inText("a\uffffb"), { ...MALFORMED, line: 1 }],
  ["19", "U+FFFE as a reference", inText("a&#xFFFE;b"), { ...MALFORMED, line: 1 }],
  ["20", "half of a surrogate pair as a reference", inText("a&#xD800;b"), { ...MALFORMED, line: 1 }],
  ["20", "a whole pair as two references", inText("&#xD840;&#xDC00;"), { ...MALFORMED, line: 1 }],
  ["53", "100,000 attributes", changed(/^<\w+/, `$&${attributes(100_000)}`), { ...ATTRIBUTES, line: 1 }],
  ["53", "100,000 attributes deep inside", beside(`<Z${attributes(100_000)}/>`), { ...ATTRIBUTES, line: 1 }],
  ["53", "an attribute twice", changed(/ (BEGIN|releaseID)="\d"/, ' $1="7" $1="7"'), { status: 400, code: "ORL-DOOR-061", line: 1 }],
  ["53", "a flood of empty elements", beside(flood("<Z/>")), TOO_MANY],
  ["53", "a flood of small elements, each with an attribute", beside(flood('<Z a=""/>')), TOO_MANY],
  ["53", "a flood of sections", beside(flood("<![CDATA[]]>")), TOO_MANY],
  ["53", "a flood of comments", beside(flood("<!--x-->")), TOO_LONG],
  ["53", "a text of a million characters", inText("x".repeat(1_000_000)), TOO_LONG],
  ["53", "an attribute of a million characters", beside(`<Z a="${"x".repeat(1_000_001)}"/>`), TOO_LONG],
  ["53", "nested 65 deep", (system, writer) => `<${rootOf(system, writer)}>${"<a>".repeat(65)}`, { status: 400, code: "ORL-DOOR-054", line: 1 }],
  ["53", "nested without end", () => flood("<a>"), { status: 400, code: "ORL-DOOR-054", line: 1 }],
  ["53", "a name of 201 characters", beside(`<${"n".repeat(201)}/>`), { status: 400, code: "ORL-DOOR-059", line: 1 }],
  ["53", "4 MiB of <", () => flood("<"), { ...MALFORMED, line: 1 }],
  ["53", "an open value of 4 MiB", () => `<r a="${flood("'")}`, { ...MALFORMED, line: 1 }],
];

const accepted: readonly (readonly [group: string, name: string, body: Parameters<typeof bothCases>[2], expected: XmlExpected])[] = [
  [
    "46",
    "an XInclude: a field nobody knows, and nothing is fetched",
    beside('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
    RELEASED,
  ],
  [
    "46",
    "the address of a schema: never asked",
    changed(/^<\w+/, '$& xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://169.254.169.254/"'),
    RELEASED,
  ],
  ["46", "a style sheet: not read", before('<?xml-stylesheet href="http://169.254.169.254/x.xsl"?>'), RELEASED],
  ["46", "a DOCTYPE where it is text", inText("<![CDATA[<!DOCTYPE x>]]>"), takenAs({ segmentRequirements: [{ description: "<!DOCTYPE x>" }] })],
  ["53", "256 attributes", beside(`<Z${attributes(256)}/>`), RELEASED],
  ["24", "an element named __proto__: data like any other", beside("<__proto__><admin>true</admin></__proto__>"), RELEASED],
  ["25", "elements named constructor and prototype", beside("<constructor><prototype><admin>true</admin></prototype></constructor>"), RELEASED],
];

export const XML_SYNTAX_CASES: readonly XmlCase[] = [...refusals, ...accepted].flatMap(([group, name, body, expected]) =>
  bothCases(group, name, body, expected),
);
