import { oneHeader, type RequestHeaders } from "../access/headers.ts";
import { isJsonList, isJsonNumber, type Json, textOfNumber } from "../documents/exact-json.ts";
import { valueAt } from "../documents/json-pointer.ts";
import type { MessageId } from "../settings/schemes.ts";
import { type Problem, type ProblemName, problemOf } from "./problems.ts";

/** The idempotency key of a message whose scheme brings none of its own (LANES.md 4). */

type Refused = { readonly kind: "refused"; readonly problem: Problem };

/** `at`: it stands in the message, at this JSON Pointer, and is read when that is parsed. Neither: the content's digest. */
export type NamedKey = { readonly kind: "named"; readonly key?: string; readonly keyAt?: string } | Refused;

/** What the headers say of it. */
export function nameByHeaders(headers: RequestHeaders, messageId: MessageId): NamedKey {
  if ("digest" in messageId) return { kind: "named" };
  if ("path" in messageId) return { kind: "named", keyAt: messageId.path };
  const header = oneHeader(headers, messageId.header.toLowerCase());
  if (header.kind === "absent") return refused("key-missing", `the header ${messageId.header} is missing`);
  if (header.kind === "repeated") return refused("header-repeated", `the header ${messageId.header} came more than once`);
  const problem = keyProblem(header.value);
  return problem === undefined ? { kind: "named", key: header.value } : { kind: "refused", problem };
}

/** The key that stands in the parsed message at the pointer: a text, or a number as it was written. */
export function keyWithin(message: Json, pointer: string): { readonly kind: "named"; readonly key: string } | Refused {
  const value = valueUnder(message, pointer);
  const key = isJsonNumber(value) ? textOfNumber(value) : value;
  if (typeof key !== "string") return refused("key-missing", "the message's id, a text or a number, is missing", pointer);
  const problem = keyProblem(key, pointer);
  return problem === undefined ? { kind: "named", key } : { kind: "refused", problem };
}

function valueUnder(message: Json, pointer: string): Json | undefined {
  let value: Json | undefined = message;
  for (const step of pointer.slice(1).split("/")) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (value === undefined) return undefined;
    value = valueAt(value, [isJsonList(value) && /^(?:0|[1-9]\d{0,5})$/.test(name) ? Number(name) : name]);
  }
  return value;
}

const LONGEST_KEY = 200;

/** Of a key that is no webhook id: an agent's line has one, other messages may. */
export function keyProblem(key: string, path?: string): Problem | undefined {
  const where = path === undefined ? {} : { path };
  if (key.trim() === "") return problemOf("key-missing", "the idempotency key is blank, or no text", where);
  if (key.length > LONGEST_KEY || /[^\x21-\x7e]/.test(key))
    return problemOf("key-malformed", `an idempotency key has 1 to ${LONGEST_KEY} printable ASCII characters`, where);
  return undefined;
}

const refused = (name: ProblemName, detail: string, path?: string): Refused => ({
  kind: "refused",
  problem: problemOf(name, detail, path === undefined ? {} : { path }),
});
