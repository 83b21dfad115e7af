import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { checkHead, openBody } from "../../../core/door/body.ts";

const LIMIT = 4 * 1024 * 1024;
const BOTH = ["json", "xml"] as const;
type Accepts = Parameters<typeof checkHead>[3];

/** As the door does: the head, then the body; the value, or the problem's name with its place. */
function open(type: string, body: Uint8Array | string, { accepts = BOTH, gzip = false }: { accepts?: Accepts; gzip?: boolean } = {}) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const head = checkHead({ "content-type": [type], ...(gzip ? { "content-encoding": ["gzip"] } : {}) }, bytes, LIMIT, accepts);
  if (head.kind === "refused") return head.problem;
  const opened = openBody(bytes, head, LIMIT);
  return opened.kind === "refused" ? opened.problem : { value: opened.value, text: opened.text };
}

const GBK_ROOT = Uint8Array.from([...Buffer.from("<r>"), 0xb2, 0xc4, ...Buffer.from("</r>")]);

describe("XML at the door", () => {
  it.each([
    "application/xml",
    "text/xml",
    "Application/XML",
    "application/soap+xml",
    "application/vnd.b2mml.v7+xml; charset=utf-8",
    'text/xml; charset="UTF-8"',
  ])("is taken as %s", (type) => {
    expect(open(type, "<r>1</r>")).toMatchObject({ value: { "#text": "1" }, text: "<r>1</r>" });
  });

  it("is uncompressed within the limit", () => {
    expect(open("text/xml", gzipSync("<r/>"), { gzip: true })).toMatchObject({ text: "<r/>" });
    expect(open("text/xml", gzipSync(`<r>${" ".repeat(LIMIT)}</r>`), { gzip: true })).toMatchObject({ name: "body-too-large", status: 413 });
  });

  it("is decoded by the charset of the content type", () => {
    expect(open("text/xml;charset=gbk", GBK_ROOT)).toMatchObject({ value: { "#text": "材" }, text: "<r>材</r>" });
    expect(open("application/xml ; version=1; Charset=ISO-8859-1", Uint8Array.from([0x3c, 0x72, 0x3e, 0xe4, 0x3c, 0x2f, 0x72, 0x3e]))).toMatchObject({
      value: { "#text": "ä" },
    });
    expect(open("text/xml", GBK_ROOT)).toMatchObject({ name: "xml-encoding", code: "ORL-DOOR-053", status: 400 });
  });

  it.each(["text/xml; charset=utf-7", "text/xml; charset", "text/xml; charset=", 'text/xml; charset="utf-8', "text/xml; charset=utf-8 gbk"])(
    "is refused as %s: an unknown charset",
    (type) => {
      expect(open(type, "<r/>")).toMatchObject({ name: "charset-refused", status: 415 });
    },
  );

  it("is refused where its content type says two things, or hides one behind its length", () => {
    expect(open("text/xml; charset=utf-8; charset=gbk", GBK_ROOT)).toMatchObject({ name: "charset-refused", status: 415 });
    expect(open(`text/xml; a=${"b".repeat(200)}; charset=gbk`, GBK_ROOT)).toMatchObject({ name: "content-type-refused", status: 415 });
  });

  it("is refused with an unknown charset in its declaration", () => {
    expect(open("text/xml", '<?xml version="1.0" encoding="EBCDIC"?><r/>')).toMatchObject({ name: "charset-refused", status: 415 });
  });

  it("is refused where the connection takes JSON only, naming what is expected; so is JSON where it takes XML", () => {
    const json = open("application/xml", "<r/>", { accepts: ["json"] });
    expect(json).toMatchObject({ name: "content-type-refused", status: 415, detail: "application/json is expected as content-type" });
    expect(open("application/json", "{}", { accepts: ["xml"] })).toMatchObject({ detail: "application/xml is expected as content-type" });
    expect(open("text/plain", "<r/>")).toMatchObject({ detail: "application/json or application/xml is expected as content-type" });
    expect(checkHead({}, new Uint8Array(1), LIMIT, BOTH)).toMatchObject({ problem: { name: "content-type-refused" } });
  });

  it("does not change JSON: UTF-8 only, whatever else the connection takes", () => {
    expect(open("application/json; charset=utf8", "{}")).toMatchObject({ value: {} });
    expect(open("application/json; charset=gbk", "{}")).toMatchObject({ name: "charset-refused", status: 415 });
    expect(open("application/json; charset=us-ascii", "{}")).toMatchObject({ name: "charset-refused", status: 415 });
    expect(open("application/json", "<r/>")).toMatchObject({ name: "json-malformed" });
  });

  it.each([
    ["", "body-empty", 400],
    ["<!DOCTYPE r><r/>", "xml-doctype", 400],
    ["<r>\n <a></r>", "xml-malformed", 400],
    ["<r>&#0;</r>", "xml-malformed", 400],
    ["<r>&x;</r>", "xml-entity-undefined", 400],
    ["<r a='' a=''/>", "xml-duplicate-attribute", 400],
    ["<p:r/>", "xml-prefix-unbound", 400],
    ["<?xml version='1.1'?><r/>", "xml-version", 400],
    ["<a>".repeat(65), "xml-too-deep", 400],
    [`<r>${"<a/>".repeat(300_000)}</r>`, "xml-too-many-nodes", 413],
    [`<r ${"a='' ".repeat(257)}/>`, "xml-too-many-attributes", 400],
    [`<r>${"&#65;".repeat(100_001)}</r>`, "xml-too-many-references", 400],
    [`<r>${"x".repeat(1_000_000)}</r>`, "xml-text-too-long", 413],
    [`<${"n".repeat(201)}/>`, "xml-name-too-long", 400],
  ])("is refused by name: %.20s", (body, name, status) => {
    const problem = open("application/xml", body);
    expect(problem).toMatchObject({ name, status, code: expect.stringMatching(/^ORL-DOOR-\d{3}$/), line: expect.any(Number), column: expect.any(Number) });
  });

  it("is refused with line and column", () => {
    expect(open("application/xml", "<r>\n <a>\n</r>")).toMatchObject({ line: 3, column: 1 });
  });
});
