import { isJsonList, type Json, writeExactJson } from "../documents/exact-json.ts";
import type { MappingFault } from "../documents/mapping-reasons.ts";
import type { MappingContext } from "../documents/source-format.ts";
import type { CodeTables } from "./code-tables.ts";
import type { Reader, Scope } from "./paths.ts";
import type { Converter } from "./table.ts";
import { textsOf } from "./texts.ts";

/** Why a value does not become what the table says. */
export class Unmapped {
  readonly fault: MappingFault;
  readonly message: string;
  readonly sent: string | undefined;
  constructor(fault: MappingFault, message: string, sent?: string) {
    this.fault = fault;
    this.message = message;
    this.sent = sent;
  }
}

/** What a converter is given beside the value. `read` is the rule's own source, for what looks at other lines. */
export type Conversion = {
  readonly scope: Scope;
  readonly context: MappingContext;
  readonly codes: readonly CodeTables[];
  readonly read: Reader;
  readonly isAbsent: (text: string) => boolean;
};

/** A compiled converter. It reads no clock and opens nothing. */
export type Convert = (value: Json, given: Conversion) => Json | Unmapped;

/** The converter of one name. */
export type Of<U extends Converter["use"]> = Extract<Converter, { use: U }>;

export const onText =
  (convert: (text: string, given: Conversion) => string | Unmapped): Convert =>
  (value, given) =>
    typeof value === "string" ? convert(value, given) : wrongKind(value);

/** A list where one value is asked for, or a value that is no text. */
export function wrongKind(value: Json): Unmapped {
  const texts = isJsonList(value) ? textsOf(value) : [];
  if (texts.length > 1) return new Unmapped("value-ambiguous", `there are ${texts.length} values where one is asked for`, texts.join(", "));
  return new Unmapped("wrong-kind", "a text is expected", writeExactJson(value));
}
