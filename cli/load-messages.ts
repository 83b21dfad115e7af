import { isJsonList, isJsonObject, type Json, parseExactJson, writeExactJson } from "../core/documents/exact-json.ts";
import { EXIT, Failure } from "./failure.ts";
import { contentTypeOf } from "./read-document.ts";
import type { Text } from "./words.ts";

/** The door takes 500 documents and 4 MiB at once; smaller messages show progress sooner. */
const DOCUMENTS = 200;
const CHARACTERS = 1_000_000;

/**
 * A file as messages: XML as it is; JSON Lines (a document in each line), `{"documents": […]}` or a list of documents in messages of at most 200,
 * each document's text untouched; any other JSON as it is.
 */
export function messagesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (contentTypeOf(bytes) === "application/xml") return [bytes];
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > 1 && lines.every((line) => line.trimStart().startsWith("{") && line.trimEnd().endsWith("}"))) return chunked(lines);
  const parsed = parseExactJson(bytes);
  if (parsed.kind === "refused")
    throw new Failure({
      what: { en: "the file cannot be loaded", "zh-CN": "文件无法装载" },
      why: {
        en: `${parsed.message} (line ${parsed.line}, column ${parsed.column})`,
        "zh-CN": `${parsed.message}（第 ${parsed.line} 行，第 ${parsed.column} 列）`,
      },
      next: LARGE,
      exit: EXIT.failed,
    });
  const documents = documentsIn(parsed.value);
  return documents === undefined ? [bytes] : chunked(documents.map((document) => writeExactJson(document)));
}

const LARGE: Text = {
  en: "correct it; a large load is written as JSON Lines: one document in each line",
  "zh-CN": "更正它；大批量装载用 JSON Lines 书写：每行一个单据",
};

function documentsIn(value: Json): readonly Json[] | undefined {
  if (isJsonList(value)) return value;
  return isJsonObject(value) && isJsonList(value.documents) ? value.documents : undefined;
}

function chunked(documents: readonly string[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let chunk: string[] = [];
  let size = 0;
  const close = (): void => {
    if (chunk.length > 0) messages.push(Buffer.from(`{"documents":[${chunk.join(",")}]}`));
    chunk = [];
    size = 0;
  };
  for (const document of documents) {
    if (chunk.length === DOCUMENTS || size + document.length > CHARACTERS) close();
    chunk.push(document);
    size += document.length;
  }
  close();
  return messages;
}
