import { gzipSync } from "node:zlib";
import { bothCases, takenAs, type XmlCase, type XmlExpected, xmlCase } from "./xml-case.ts";
import { MARKER, orderOf, sapOrder, sapOrderOfSize, type Writer, withBytes, XML, type XmlSystem } from "./xml-documents.ts";

/** Bytes, charsets, encodings and sizes of XML (classes 14 to 17, 30 to 36, 55). */

const KIB = 1024;
const MIB = 1024 * KIB;
const GBK_材料 = [0xb2, 0xc4, 0xc1, 0xcf];
const UTF8_材料 = [...Buffer.from("材料")];
const MISFIT = { status: 400, code: "ORL-DOOR-053", line: 1, column: 1 } as const;
const NO_CHARSET = { status: 415, code: "ORL-DOOR-006" } as const;
const NO_TYPE = { status: 415, code: "ORL-DOOR-005" } as const;
const typed = (type: string) => ({ headers: { "content-type": [type] } });
const gzipped = { headers: { "content-encoding": ["gzip"] } };

const described = (description: string): XmlExpected => takenAs({ segmentRequirements: [{ description }] });
const plain = (system: XmlSystem, writer: Writer): string => orderOf(system, writer);
const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>`;
/** The order with these bytes as its text, under such a declaration. */
const bytesIn = (declaration: string, bytes: readonly number[]) => (system: XmlSystem, writer: Writer) =>
  withBytes(declaration + orderOf(system, writer, MARKER), bytes);
const utf16 = (order: "le" | "be", declaration: string, mark: string) => (system: XmlSystem, writer: Writer) => {
  const bytes = Buffer.from(mark + declaration + orderOf(system, writer, "材料"), "utf16le");
  return order === "le" ? bytes : bytes.swap16();
};

const CHARSETS = [
  ...bothCases("14", "a byte order mark", (system, writer) => `\ufeff${XML}${orderOf(system, writer, "材料")}`, described("材料")),
  ...bothCases("15", "a byte that UTF-8 has not", bytesIn("", [0xff]), MISFIT),
  ...bothCases("15", "UTF-8 cut in a character", bytesIn(XML, [0xe6, 0x9d]), MISFIT),
  ...bothCases("16", "UTF-16 without its mark", utf16("le", "", ""), MISFIT),
  ...bothCases("16", "UTF-16 without its mark, said to be UTF-16", utf16("be", declared("UTF-16"), ""), MISFIT),
  ...bothCases("17", "an overlong form of /", bytesIn("", [0xc0, 0xaf]), MISFIT),
  ...bothCases("31", "a charset nobody knows", plain, NO_CHARSET, typed("application/xml; charset=utf-7")),
  ...bothCases("31", "no charset behind its name", plain, NO_CHARSET, typed("application/xml; charset=")),
  ...bothCases("31", "an encoding nobody knows in the declaration", bytesIn(declared("EBCDIC-CP-US"), [0x41]), { ...NO_CHARSET, line: 1, column: 1 }),
  ...bothCases("31", "GBK bytes, UTF-8 in the header", bytesIn(declared("GBK"), GBK_材料), MISFIT, typed("text/xml; charset=utf-8")),
  ...bothCases("31", "GBK bytes, UTF-8 in the declaration", bytesIn(XML, GBK_材料), MISFIT),
  ...bothCases("31", "an umlaut in US-ASCII", bytesIn(declared("US-ASCII"), [0xe4]), MISFIT),
  ...bothCases("31", "a mark of UTF-8, GBK in the header", (system, writer) => `\ufeff${plain(system, writer)}`, MISFIT, typed("application/xml; charset=gbk")),
  ...bothCases("31", "a mark of UTF-8, ISO-8859-1 in the declaration", (system, writer) => `\ufeff${declared("ISO-8859-1")}${plain(system, writer)}`, MISFIT),
  ...bothCases("31", "UTF-16 in the header, UTF-8 in the bytes", plain, MISFIT, typed("application/xml; charset=utf-16")),
  ...bothCases(
    "31",
    "GBK in the header over a declaration that says UTF-8 (RFC 7303)",
    bytesIn(XML, GBK_材料),
    described("材料"),
    typed("text/xml; charset=GBK"),
  ),
  // A lie that fits: the bytes are text in both, so the door cannot know; what was said is what counts, and it is kept as it was read.
  ...bothCases("31", "UTF-8 bytes said to be GBK, which fit both", bytesIn("", UTF8_材料), described("鏉愭枡"), typed("application/xml; charset=gbk")),
  ...bothCases("55", "UTF-8 without a word", bytesIn("", UTF8_材料), described("材料")),
  ...bothCases("55", "US-ASCII", bytesIn(declared("US-ASCII"), [0x41]), described("A")),
  ...bothCases("55", "GBK in the declaration", bytesIn(declared("GBK"), GBK_材料), described("材料")),
  ...bothCases("55", "GBK in the header, in quotes", bytesIn("", GBK_材料), described("材料"), typed('application/xml; charset="gbk"')),
  ...bothCases("55", "GB2312", bytesIn(declared("gb2312"), GBK_材料), described("材料")),
  ...bothCases("55", "GB18030, its four bytes", bytesIn(declared("GB18030"), [0x95, 0x32, 0x82, 0x36]), described("𠀀")),
  ...bothCases("55", "ISO-8859-1", bytesIn(declared("ISO-8859-1"), [0xe4, 0xdf]), described("äß")),
  ...bothCases("55", "ISO-8859-1 in the header", bytesIn("", [0xe4, 0xdf]), described("äß"), typed("text/xml; charset=iso-8859-1")),
  ...bothCases("55", "Windows-1252", bytesIn(declared("windows-1252"), [0x80, 0x31, 0xe4]), described("€1ä")),
  ...bothCases("55", "UTF-16, little end first", utf16("le", declared("UTF-16"), "\ufeff"), described("材料")),
  ...bothCases("55", "UTF-16, big end first", utf16("be", declared("UTF-16"), "\ufeff"), described("材料")),
  ...bothCases("55", "a byte that Windows-1252 has not", bytesIn(declared("windows-1252"), [0x81]), MISFIT),
  ...bothCases("55", "GBK cut in a character", bytesIn(declared("GBK"), [0xb2]), MISFIT),
  ...bothCases("55", "a byte that GB18030 has not", bytesIn(declared("GB18030"), [0xff, 0x41]), MISFIT),
  ...bothCases("55", "UTF-32", () => Uint8Array.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]), MISFIT),
];

const sized = (group: string, bytes: number, expected: XmlExpected): XmlCase =>
  xmlCase(group, "sap-idoc", `${bytes} bytes`, (writer) => sapOrderOfSize(writer, bytes), expected);
const PADDED = takenAs({ requestState: "Released" });
const TOO_LARGE = { status: 413, code: "ORL-DOOR-003" } as const;
const fromSap = (writer: Writer): string => sapOrder(writer);

export const XML_BYTES_CASES: readonly XmlCase[] = [
  ...CHARSETS,
  ...bothCases("1", "an empty body", () => "", { status: 400, code: "ORL-DOOR-016" }),
  ...bothCases("1", "only white space", () => " \r\n\t", { status: 400, code: "ORL-DOOR-016" }),
  ...bothCases("30", "no content type", plain, NO_TYPE, { headers: { "content-type": [] } }),
  ...bothCases("30", "JSON's content type", plain, NO_TYPE, typed("application/json")),
  ...bothCases("30", "text/plain", plain, NO_TYPE, typed("text/plain")),
  ...bothCases("30", "a page", plain, NO_TYPE, typed("text/html")),
  ...bothCases("30", "JSON under XML's content type", () => '{"type":"OperationsRequest"}', { status: 400, code: "ORL-DOOR-051", line: 1, column: 1 }),
  ...bothCases("30", "text/xml", plain, described("Cast"), typed("text/xml")),
  ...bothCases("30", "a content type of XML's own family", plain, described("Cast"), typed("application/vnd.example.v7+xml;charset=UTF-8")),
  xmlCase("32", "sap-idoc", "a gzip bomb", () => gzipSync(Buffer.alloc(200 * MIB, " ")), TOO_LARGE, gzipped),
  xmlCase("32", "sap-idoc", "a gzip cut short", (writer) => gzipSync(fromSap(writer)).subarray(0, -12), { status: 400, code: "ORL-DOOR-007" }, gzipped),
  xmlCase("32", "sap-idoc", "a gzip that is none", fromSap, { status: 400, code: "ORL-DOOR-007" }, gzipped),
  ...bothCases("32", "an honest gzip of GBK", (system, writer) => gzipSync(bytesIn(declared("GBK"), GBK_材料)(system, writer)), described("材料"), gzipped),
  xmlCase("33", "sap-idoc", "an encoding nobody supports", fromSap, { status: 415, code: "ORL-DOOR-004" }, { headers: { "content-encoding": ["deflate"] } }),
  ...[256 * KIB - 1, 256 * KIB, 256 * KIB + 1].map((bytes) => sized("34", bytes, PADDED)),
  ...[MIB - 1, MIB, MIB + 1].map((bytes) => sized("35", bytes, PADDED)),
  ...[4 * MIB - 1, 4 * MIB].map((bytes) => sized("36", bytes, PADDED)),
  sized("36", 4 * MIB + 1, TOO_LARGE),
  xmlCase("36", "sap-idoc", "4 MiB when uncompressed", (writer) => gzipSync(sapOrderOfSize(writer, 4 * MIB)), PADDED, gzipped),
  xmlCase("36", "sap-idoc", "4 MiB and one byte when uncompressed", (writer) => gzipSync(sapOrderOfSize(writer, 4 * MIB + 1)), TOO_LARGE, gzipped),
];
