import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Json, type JsonObject, parseExactJson, writeExactJson } from "../../../core/documents/exact-json.ts";
import { parseExactXml, writeExactXml } from "../../../core/documents/exact-xml.ts";
import { keptTextOf, parseKeptText } from "../../../core/documents/kept-text.ts";
import { documents, parseXml, treeIn } from "./xml-fixtures.ts";

const valueIn = (parsed: ReturnType<typeof parseKeptText>): Json => {
  if (parsed.kind === "refused") throw new Error(parsed.message);
  return parsed.value;
};

/** As a connector splits an envelope: what stands beside the documents stays with each. */
const partsOf = (message: JsonObject, name: string): JsonObject[] => {
  const documents = message[name];
  return (Array.isArray(documents) ? documents : [documents]).map((document) => Object.assign(Object.create(null), message, { [name]: document }));
};

describe("what is kept of a document", () => {
  it("is the message's own text where the message is the document, read again as the same tree", async () => {
    await fc.assert(
      fc.property(documents, fc.constantFrom("", "\n \t"), (value, before) => {
        const message = before + writeExactXml(value).replace(/^<\?.*\?>\n/, "");
        const door = parseXml(message);
        expect(keptTextOf({ document: valueIn(door), path: "" }, message)).toBe(message);
        expect(valueIn(parseKeptText(message))).toEqual(valueIn(door));
      }),
    );
  });

  it("is a message of one for each part of several, read again as the part", async () => {
    await fc.assert(
      fc.property(documents, (value) => {
        const message = writeExactXml(value);
        for (const name of Object.keys(value).filter((key) => !/^[#@]/.test(key)))
          for (const document of partsOf(value, name)) {
            const text = keptTextOf({ document, path: `/${name}` }, message);
            expect(valueIn(parseKeptText(text))).toEqual(document);
            expect(valueIn(parseXml(text))).toEqual(document);
          }
      }),
    );
  });

  it("is read although its declaration names the charset that it came in", () => {
    const bytes = Uint8Array.from([...Buffer.from('<?xml version="1.0" encoding="GBK"?><r>'), 0xb2, 0xc4, ...Buffer.from("</r>")]);
    const door = parseExactXml(bytes, undefined);
    if (door.kind === "refused") throw new Error(door.message);
    expect(valueIn(parseKeptText(keptTextOf({ document: door.value, path: "" }, door.text)))).toEqual(door.value);
  });

  it("is read although, written anew, it has more than the door would take", () => {
    const angles = "<".repeat(120_000);
    const namespaces = Array.from({ length: 300 }, (_, at) => `<a xmlns="u${at}"/>`).join("");
    const name = "n".repeat(198);
    const document = treeIn(`<r><t><![CDATA[${angles}]]></t>${namespaces}<${name} xmlns="v"/></r>`);
    const text = keptTextOf({ document, path: "/IDOC" }, "<r/>");
    expect(parseXml(text).kind).toBe("refused");
    expect(valueIn(parseKeptText(text))).toEqual(document);
  });

  it("of JSON is JSON, however like XML its members look", () => {
    const message = '[{"#element":"r","#namespace":"","q":1.50},{"a":"<r/>"}]';
    const list = valueIn(parseExactJson(Buffer.from(message)));
    for (const document of Array.isArray(list) ? list : []) {
      const text = keptTextOf({ document, path: "/0" }, message);
      expect(text).toBe(writeExactJson(document));
      expect(valueIn(parseKeptText(text))).toEqual(document);
    }
  });
});
