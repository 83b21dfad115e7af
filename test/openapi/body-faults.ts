import type { ProblemName } from "../../core/door/problems.ts";
import { idocs, XML } from "../bad-input/xml-documents.ts";

/** By hand: what provokes each refusal of a body, whatever the operation. */

export type Fault = { readonly body: string | Uint8Array; readonly headers?: Readonly<Record<string, string>> };

const MIB = 1024 * 1024;

/** Under `content-type: application/json` unless the fault says another. */
export const JSON_FAULTS: Readonly<Partial<Record<ProblemName, Fault>>> = {
  "body-too-large": { body: Buffer.alloc(4 * MIB + 1, " ") },
  "encoding-unknown": { body: "{}", headers: { "content-encoding": "br" } },
  "content-type-refused": { body: "{}", headers: { "content-type": "text/plain" } },
  "charset-refused": { body: "{}", headers: { "content-type": "application/json; charset=gbk" } },
  "compression-damaged": { body: "{}", headers: { "content-encoding": "gzip" } },
  "body-empty": { body: "" },
  "json-malformed": { body: '{"a":1,}' },
  "json-duplicate-key": { body: '{"a":1,"a":2}' },
  "json-too-deep": { body: "[".repeat(100) },
  "json-too-many-keys": { body: `{${Array.from({ length: 10_001 }, (_, at) => `"k${at}":0`).join(",")}}` },
  "json-string-too-long": { body: `{"a":"${"x".repeat(1_000_000)}"}` },
  "json-forbidden-key": { body: '{"__proto__":{}}' },
  "json-scalar": { body: "null" },
  "json-encoding": { body: Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) },
  "json-too-many-values": { body: `[${"0,".repeat(300_000)}0]` },
  "request-invalid": { body: '{"unheardOf":true}' },
};

const nested = (name: string, depth: number): string => `<${name}>`.repeat(depth);
const inside = (text: string): string => XML + idocs(text);

/** Under `content-type: application/xml`, for the connection that speaks IDoc. */
export const XML_FAULTS: Readonly<Partial<Record<ProblemName, Fault>>> = {
  "xml-malformed": { body: inside("<a></b>") },
  "xml-doctype": { body: `<!DOCTYPE x>${idocs()}` },
  "xml-encoding": { body: Uint8Array.from([...Buffer.from(`${XML}<LOIPRO05>`), 0xff, ...Buffer.from("</LOIPRO05>")]) },
  "xml-too-deep": { body: XML + nested("a", 65) },
  "xml-too-many-nodes": { body: inside("<Z/>".repeat(400_000)) },
  "xml-too-many-attributes": { body: inside(`<Z ${Array.from({ length: 1_000 }, (_, at) => `a${at}="1"`).join(" ")}/>`) },
  "xml-too-many-references": { body: inside(`<Z>${"&#65;".repeat(110_000)}</Z>`) },
  "xml-text-too-long": { body: inside(`<Z>${"x".repeat(1_000_001)}</Z>`) },
  "xml-name-too-long": { body: inside(`<${"n".repeat(201)}/>`) },
  "xml-entity-undefined": { body: inside("<Z>&nbsp;</Z>") },
  "xml-duplicate-attribute": { body: inside('<Z a="1" a="2"/>') },
  "xml-prefix-unbound": { body: inside("<i:Z/>") },
  "xml-version": { body: '<?xml version="1.1"?><LOIPRO05/>' },
  "message-unknown": { body: `${XML}<ORDERS05/>` },
};
