import { isJsonObject, type Json, type ParsedJson, parseExactJson, writeExactJson } from "./exact-json.ts";
import { type ParsedXml, parseXmlText, writeExactXml } from "./exact-xml.ts";

/**
 * What is kept of a document, and how it is read again: the message's own text where the message is the document, else the part written anew in the
 * message's language. What is read from it is the tree that stood at the door.
 * @param path of the part within its message; empty where it is the whole
 */
export function keptTextOf(part: { readonly document: Json; readonly path: string }, message: string): string {
  if (part.path === "") return message;
  return isXmlText(message) && isJsonObject(part.document) ? writeExactXml(part.document) : writeExactJson(part.document);
}

export const parseKeptText = (text: string): ParsedJson | ParsedXml => (isXmlText(text) ? parseXmlText(text) : parseExactJson(Buffer.from(text)));

/** No JSON text begins with a `<`, every XML one does. */
const isXmlText = (text: string): boolean => /^[ \t\r\n]*</.test(text);
