import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";

const ascii = (text: string): number[] => [...Buffer.from(text, "latin1")];
const document = (content: readonly number[], encoding?: string): Uint8Array =>
  Uint8Array.from([...ascii(encoding === undefined ? "<r>" : `<?xml version="1.0" encoding="${encoding}"?><r>`), ...content, ...ascii("</r>")]);
const utf16 = (text: string, order: "le" | "be"): Uint8Array => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return Uint8Array.from(order === "le" ? bytes : bytes.swap16());
};
const withMark = (bytes: Uint8Array): Uint8Array => Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes]);

/** The root's text, or the fault. */
function read(bytes: Uint8Array, charset?: string): unknown {
  const parsed = parseExactXml(bytes, charset);
  return parsed.kind === "refused" ? { refused: parsed.fault } : parsed.value["#text"];
}

const GBK_材料 = [0xb2, 0xc4, 0xc1, 0xcf];
const UTF8_材料 = [...Buffer.from("材料")];

describe("the charset of XML (class 55)", () => {
  it.each([
    ["UTF-8 without a word", document(UTF8_材料), undefined, "材料"],
    ["UTF-8 as declared", document(UTF8_材料, "utf-8"), undefined, "材料"],
    ["UTF-8 with its mark", withMark(document(UTF8_材料, "UTF-8")), undefined, "材料"],
    ["ISO-8859-1", document([0xe4, 0xdf], "ISO-8859-1"), undefined, "äß"],
    ["ISO-8859-1, which is not Windows-1252", document([0x80, 0x92, 0xff], "iso-8859-1"), undefined, "\u0080\u0092ÿ"],
    ["Windows-1252", document([0x80, 0x92, 0x8e, 0x9f, 0xe4], "windows-1252"), undefined, "€’ŽŸä"],
    ["US-ASCII", document(ascii("plain"), "US-ASCII"), undefined, "plain"],
    ["GBK", document(GBK_材料, "GBK"), undefined, "材料"],
    ["GB2312", document(GBK_材料, "gb2312"), undefined, "材料"],
    ["GB18030", document([0x81, 0x30, 0x81, 0x30, 0x95, 0x32, 0x82, 0x36], "GB18030"), undefined, "\u0080𠀀"],
    ["GBK by the header alone", document(GBK_材料), "gbk", "材料"],
    ["UTF-16, little end first", utf16('<?xml version="1.0" encoding="UTF-16"?><r>材料</r>', "le"), undefined, "材料"],
    ["UTF-16, big end first", utf16("<r>材料</r>", "be"), undefined, "材料"],
    ["UTF-16 that was UTF-8 once", utf16('<?xml version="1.0" encoding="UTF-8"?><r>材料</r>', "le"), "utf-16", "材料"],
    [
      "a declaration over several lines",
      Uint8Array.from([...ascii("<?xml version='1.0'\n encoding = 'GBK' ?>\n<r>"), ...GBK_材料, ...ascii("</r>")]),
      undefined,
      "材料",
    ],
  ])("decodes %s", (_name, bytes, charset, text) => {
    expect(read(bytes, charset)).toBe(text);
  });

  it("believes the header rather than the declaration (RFC 7303)", () => {
    expect(read(document(GBK_材料, "UTF-8"), "gbk")).toBe("材料");
    expect(read(document(UTF8_材料, "GBK"), "utf-8")).toBe("材料");
    expect(read(document([0xe4], "no-such-charset"), "iso-8859-1")).toBe("ä");
  });

  it("believes the byte order mark rather than either, and no other charset beside it", () => {
    expect(read(utf16('<?xml version="1.0" encoding="UTF-16"?><r>x</r>', "le"), "utf-8")).toBe("x");
    expect(read(withMark(document(UTF8_材料)), "gbk")).toEqual({ refused: "encoding" });
    expect(read(withMark(document(UTF8_材料, "ISO-8859-1")))).toEqual({ refused: "encoding" });
  });

  it.each([
    ["UTF-8 cut in a character", document([0xe6, 0x9d])],
    ["half of a surrogate pair in UTF-8", document([0xed, 0xa0, 0x80])],
    ["an overlong form", document([0xc0, 0xaf])],
    ["GBK said to be UTF-8", document(GBK_材料, "UTF-8")],
    ["ISO-8859-1 said to be US-ASCII", document([0xe4], "us-ascii")],
    ["a byte that Windows-1252 has not", document([0x81], "windows-1252")],
    ["GBK cut in a character", document([0xb2], "gbk")],
    ["a pair that GBK has not", document([0xb2, 0x20], "gbk")],
    ["a byte that GB18030 has not", document([0xff], "gb18030")],
    ["four bytes beyond Unicode", document([0xe3, 0x32, 0x9a, 0x36], "gb18030")],
    ["UTF-16 without a mark", utf16("<r/>", "le").slice(2)],
    ["UTF-16 only declared", document([], "utf-16")],
    ["UTF-16 with half of a pair", utf16("<r>\ud800</r>", "le")],
    ["UTF-16 of an odd length", utf16("<r/>", "le").slice(0, -1)],
    ["UTF-32", Uint8Array.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0])],
  ])("refuses %s", (_name, bytes) => {
    expect(read(bytes)).toEqual({ refused: "encoding" });
  });

  it("refuses a charset that it does not know, declared or in the header", () => {
    expect(read(document([], "EBCDIC-US"))).toEqual({ refused: "charset" });
    expect(read(withMark(document([], "EBCDIC-US")))).toEqual({ refused: "charset" });
    expect(read(document([]), "utf-7")).toEqual({ refused: "charset" });
  });

  it("never answers with a replacement character for bytes that do not fit", async () => {
    const charset = fc.constantFrom("utf-8", "gbk", "gb18030", "us-ascii", "windows-1252", "iso-8859-1");
    await fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), charset, (bytes, name) => {
        const parsed = parseExactXml(document([...bytes]), name);
        const isSent = Buffer.from(bytes).includes("\ufffd") || Buffer.from(bytes).includes(Buffer.from([0x84, 0x31, 0xa4, 0x37]));
        expect(parsed.kind === "parsed" && parsed.text.includes("\ufffd")).toBe(
          parsed.kind === "parsed" && isSent && !["iso-8859-1", "windows-1252"].includes(name),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
