import { type JsonFault, MAX_DEPTH, MAX_KEYS, MAX_STRING, MAX_VALUES, scanJson } from "./json-guard.ts";
import { parseQuickly } from "./quick-json.ts";

/** A number whose source text a double would not give back (`1.50`, `1e400`, `9007199254740993`): kept as sent. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type JsonObject = { readonly [name: string]: Json };
/** Parsed JSON that lost nothing: a `number` is one that `String` turns back into its source text; all others are `NumberText`. */
export type Json = string | boolean | null | number | NumberText | readonly Json[] | JsonObject;

export type JsonProblem = {
  readonly kind: "refused";
  readonly fault: JsonFault;
  readonly message: string;
  /** From 1; of the decoded text. */
  readonly line: number;
  readonly column: number;
};

/** `text`: decoded, without its byte order mark. */
export type ParsedJson = { readonly kind: "parsed"; readonly value: Json; readonly text: string } | JsonProblem;

export const isJsonList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText);

export const isJsonNumber = (value: Json | undefined): value is number | NumberText => typeof value === "number" || value instanceof NumberText;

/** The number as its sender wrote it. */
export const textOfNumber = (value: number | NumberText): string => (typeof value === "number" ? String(value) : value.text);

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * RFC 8259 in UTF-8 (a byte order mark is stripped), the root an object or an array; duplicate keys, depth, size and dangerous keys are refused
 * before anything is built for whoever reads it (BAD-INPUT.md 1 to 17, 24, 25). The quick way where it suffices; else one linear scan, then `JSON.parse`, with a
 * reviver where a number needs its source text.
 */
export function parseExactJson(bytes: Uint8Array): ParsedJson {
  const decoded = decode(bytes);
  if (typeof decoded !== "string") return decoded;
  const quick = bytes.length > QUICK_BYTES ? undefined : parseQuickly(bytes, decoded, QUICK_LIMITS, keepNumber);
  return quick === undefined ? parseGuarded(decoded) : { kind: "parsed", value: quick.value, text: decoded };
}

/** The exact way, right for every text. */
export function parseGuarded(decoded: string): ParsedJson {
  const scan = scanJson(decoded);
  if (scan.kind === "refused") return { kind: "refused", fault: scan.fault, message: scan.message, ...placeOf(decoded, scan.at) };
  return { kind: "parsed", value: scan.exact ? parsePlainly(decoded) : parseKeepingNumberTexts(decoded), text: decoded };
}

/** An order of 10,000 lines; beyond it, a text that is refused in the end would be gone through twice, and a refusal is to take less than 50 ms. */
const QUICK_BYTES = 2 * 1024 * 1024;
const QUICK_LIMITS = { depth: MAX_DEPTH, keys: MAX_KEYS, values: MAX_VALUES, string: MAX_STRING } as const;
const keepNumber = (text: string): NumberText => new NumberText(text);

function decode(bytes: Uint8Array): string | JsonProblem {
  const start = { line: 1, column: 1 };
  if (bytes.length === 0) return { kind: "refused", fault: "empty", message: "the body is empty", ...start };
  if (looksLikeUtf16(bytes)) return { kind: "refused", fault: "encoding", message: "the body is UTF-16 or UTF-32; JSON is sent as UTF-8", ...start };
  try {
    return utf8.decode(bytes);
  } catch {
    // The decoder says no more than that; a sender finds the byte with any editor.
    return { kind: "refused", fault: "encoding", message: "the body is not valid UTF-8", ...start };
  }
}

/** A byte order mark of UTF-16, or a zero among the first two bytes, which no JSON text in UTF-8 has. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  return first === 0 || second === 0 || (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe);
}

/** Only for a text whose scan found every number exact. */
export const parsePlainly = (text: string): Json => JSON.parse(text);

/** The slow way, right for every text: the reviver is given each number's source (ECMAScript 2026). */
export const parseKeepingNumberTexts = (text: string): Json => JSON.parse(text, keepNumberText);

function keepNumberText(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined || String(value) === context.source) return value;
  return new NumberText(context.source);
}

/** Line and column, from 1, of a place in a text; builds nothing, however many lines there are. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  let line = 1;
  for (let before = 0; before < at; before += 1) if (text.charCodeAt(before) === 0x0a) line += 1;
  return { line, column: at === 0 ? 1 : at - text.lastIndexOf("\n", at - 1) };
}

/** The value as JSON text again, numbers as they were sent; `sorted` orders the members of objects by code unit. */
export function writeExactJson(value: Json, sorted = false): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (isJsonNumber(value)) return textOfNumber(value);
  if (isJsonList(value)) return `[${value.map((member) => writeExactJson(member, sorted)).join(",")}]`;
  return isJsonObject(value) ? writeObject(value, sorted) : String(value);
}

function writeObject(value: JsonObject, sorted: boolean): string {
  const names = Object.keys(value);
  if (sorted) names.sort();
  let text = "{";
  for (const name of names) {
    const member = value[name];
    if (member !== undefined) text += `${text.length > 1 ? "," : ""}${JSON.stringify(name)}:${writeExactJson(member, sorted)}`;
  }
  return `${text}}`;
}
