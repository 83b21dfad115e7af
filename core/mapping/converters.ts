import { isJsonList, isJsonNumber, type Json, textOfNumber, writeExactJson } from "../documents/exact-json.ts";
import { type InstantAnswer, localDateAndTime, parseDateAndTime, parseInstant } from "../documents/instants.ts";
import type { MappingFault } from "../documents/mapping-reasons.ts";
import type { MappingContext } from "../documents/source-format.ts";
import { convertExactly, exceeds } from "../quantities/conversions.ts";
import { addDecimals, isNegative, parseDecimal } from "../quantities/decimals.ts";
import { type CodeTables, codeIn, fractionIn, materialUnitsIn, unitIn } from "./code-tables.ts";
import { lineageOf, parsePath, type Reader, readerOf, type Scope, startOf } from "./paths.ts";
import type { Converter } from "./table.ts";
import { textOf, textsOf } from "./texts.ts";

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

export function converterOf(converter: Converter): Convert {
  switch (converter.use) {
    case "trim":
      return onText((text) => text.trim());
    case "text":
      return (value) => textOf(value) ?? wrongKind(value);
    case "strip":
      return stripped(converter);
    case "pad":
      return padded(converter);
    case "decimal":
      return decimal(converter);
    case "instant":
      return instant(converter);
    case "instantNumber":
      return onText((text) => digitsOf(instantIn(parseInstant(text, "UTC"), text)));
    case "concat":
      return concat(converter);
    case "split":
      return onText(
        (text) =>
          text.split(converter.separator)[converter.part - 1] ??
          new Unmapped("value-malformed", `has no part ${converter.part} between "${converter.separator}"`, text),
      );
    case "lineage":
      return lineage(converter);
    case "lookup":
      return onText(
        (text, { codes }) => codeIn(codes, converter.codes, text) ?? new Unmapped("code-unknown", `not in the site's code table "${converter.codes}"`, text),
      );
    case "unit":
      return onText((text, { codes }) => unitIn(codes, text) ?? new Unmapped("unit-unknown", "not a unit of the unit table", text));
    case "inPlantUnit":
      return inPlantUnit(converter);
    case "plantUnit":
      return plantUnit(converter);
    case "choose":
      return choose(converter);
    case "position":
      return (_value, { scope }) => String(converter.first + converter.step * scope.ordinal).padStart(converter.digits, "0");
    case "total":
      return total;
    case "slice":
      return onText((text) => [...text].slice(converter.from, converter.from + converter.length).join(""));
    case "localTime":
      return localTime(converter);
  }
}

type Of<U extends Converter["use"]> = Extract<Converter, { use: U }>;

const onText =
  (convert: (text: string, given: Conversion) => string | Unmapped): Convert =>
  (value, given) =>
    typeof value === "string" ? convert(value, given) : wrongKind(value);

/** A list where one value is asked for, or a value that is no text. */
export function wrongKind(value: Json): Unmapped {
  const texts = isJsonList(value) ? textsOf(value) : [];
  if (texts.length > 1) return new Unmapped("value-ambiguous", `there are ${texts.length} values where one is asked for`, texts.join(", "));
  return new Unmapped("wrong-kind", "a text is expected", writeExactJson(value));
}

const ofDigits = (onlyDigits: boolean | undefined, text: string): boolean => onlyDigits !== true || /^\d+$/.test(text);

function stripped({ leading, onlyDigits }: Of<"strip">): Convert {
  return onText((text) => {
    if (!ofDigits(onlyDigits, text)) return text;
    let from = 0;
    while (from < text.length - 1 && text[from] === leading) from += 1;
    return text.slice(from);
  });
}

const padded = ({ length, with: filler, onlyDigits }: Of<"pad">): Convert =>
  onText((text) => (ofDigits(onlyDigits, text) ? text.padStart(length, filler) : text));

function decimal({ trailingSign, negative }: Of<"decimal">): Convert {
  const signed = trailingSign === true ? (text: string): string => (text.endsWith("-") ? `-${text.slice(0, -1)}` : text) : (text: string): string => text;
  return (value, { context }) => {
    if (typeof value === "string") return carried(separated(signed(value), context.decimalSeparator), negative, value);
    if (!isJsonNumber(value)) return wrongKind(value);
    const text = textOfNumber(value);
    return carried(text, negative, text);
  };
}

function carried(text: string, negative: "park" | "carry", sent: string): string | Unmapped {
  const answer = parseDecimal(text);
  if (answer.kind === "invalid") return new Unmapped(answer.fault, answer.message, sent);
  if (negative === "park" && isNegative(answer.value)) return new Unmapped("quantity-negative", "a negative quantity", sent);
  return answer.value;
}

/** A comma only where the connection writes one; then a point is none of its, and is refused as text. */
function separated(text: string, separator: "." | ","): string {
  if (separator === ".") return text;
  return text.includes(".") ? `${text} is no decimal with a comma` : text.replace(",", ".");
}

function instant({ time, epoch, zone }: Of<"instant">): Convert {
  if (epoch !== undefined) return (value) => fromEpoch(value, epoch === "s" ? 1000 : 1);
  const readTime = time === undefined ? undefined : readerOf(parsePath(time));
  if (readTime === undefined) return onText((text, { context }) => instantIn(parseInstant(text, zone ?? context.timeZone), text));
  return onText((text, { scope, context, isAbsent }) => {
    const ofDay = textOf(readTime(scope));
    if (ofDay === undefined || isAbsent(ofDay)) return instantIn(parseInstant(text, context.timeZone), text);
    return instantIn(parseDateAndTime(text, ofDay, context.timeZone), `${text} ${ofDay}`);
  });
}

const instantIn = (answer: InstantAnswer, sent: string): string | Unmapped =>
  answer.kind === "instant" ? answer.instant : new Unmapped(answer.fault, answer.message, sent);

const digitsOf = (instant: string | Unmapped): string | Unmapped => (instant instanceof Unmapped ? instant : instant.replace(/\D/g, "").padEnd(17, "0"));

function fromEpoch(value: Json, unitMs: number): string | Unmapped {
  const text = textOf(value);
  if (text === undefined || !/^\d{1,15}$/.test(text)) return new Unmapped("time-malformed", "a count of time since 1970 is expected", text ?? "");
  return instantIn(parseInstant(new Date(Number(text) * unitMs).toISOString(), "UTC"), text);
}

function concat({ separator, before = [], after = [] }: Of<"concat">): Convert {
  const [first, last] = [before.map(pieceOf), after.map(pieceOf)];
  return onText((text, { scope, isAbsent }) => {
    const found = [...first.map((piece) => piece(scope, isAbsent)), text, ...last.map((piece) => piece(scope, isAbsent))];
    const missing = found.find((piece) => piece instanceof Unmapped);
    return missing instanceof Unmapped ? missing : found.filter((piece) => typeof piece === "string").join(separator);
  });
}

type Piece = NonNullable<Of<"concat">["before"]>[number];

function pieceOf(piece: Piece): (scope: Scope, isAbsent: (text: string) => boolean) => string | Unmapped | undefined {
  if ("text" in piece) return () => piece.text;
  const read = readerOf(parsePath(piece.path));
  const missing = piece.required === true ? new Unmapped("value-missing", `${piece.path} is a part of it, and is missing`) : undefined;
  return (scope, isAbsent) => {
    const text = textOf(read(scope));
    return text === undefined || isAbsent(text) ? missing : text;
  };
}

function lineage({ separator, of: place, read: sources }: Of<"lineage">): Convert {
  const readers = sources?.map((source) => readerOf(parsePath(source)));
  const path = place === undefined ? undefined : parsePath(place);
  return (_value, { scope, read, isAbsent }) => {
    const line = path === undefined ? scope : startOf(path, scope);
    if (line === undefined) return new Unmapped("value-missing", "it stands in no line");
    const textIn = (each: Scope): string | undefined => readers?.map((own) => textOf(own(each))).find((text) => text !== undefined && !isAbsent(text));
    const texts = lineageOf(line).map((each) => (readers === undefined ? textOf(read(each)) : textIn(each)));
    const missing = texts.some((text) => text === undefined || isAbsent(text));
    return missing ? new Unmapped("value-missing", "a line it stands in has no such value") : texts.join(separator);
  };
}

function inPlantUnit({ material, unit, tolerance }: Of<"inPlantUnit">): Convert {
  const [readMaterial, readUnit] = [readerOf(parsePath(material)), readerOf(parsePath(unit))];
  return onText((text, { scope, codes }) => {
    const units = materialUnitsIn(codes, textOf(readMaterial(scope)));
    const sentUnit = textOf(readUnit(scope));
    if (units === undefined || sentUnit === undefined || sentUnit === units.plantUnit) return text;
    const fraction = fractionIn(units, sentUnit);
    if (fraction === undefined)
      return new Unmapped("conversion-unknown", `the plant counts this material in ${units.plantUnit}, and no fraction is given`, sentUnit);
    const { value, remainder } = convertExactly(text, fraction, units.decimals);
    if (tolerance !== undefined && exceeds(remainder, tolerance))
      return new Unmapped("remainder-large", `in ${units.plantUnit} it leaves a remainder of ${remainder}`, text);
    return value;
  });
}

function plantUnit({ material }: Of<"plantUnit">): Convert {
  const readMaterial = readerOf(parsePath(material));
  return onText((text, { scope, codes }) => materialUnitsIn(codes, textOf(readMaterial(scope)))?.plantUnit ?? text);
}

function choose({ cases, otherwise }: Of<"choose">): Convert {
  return (value) => {
    const texts = textsOf(value);
    const found = cases.find(([text]) => texts.includes(text));
    if (found !== undefined) return found[1];
    return otherwise ?? new Unmapped("value-unknown", `one of ${cases.map(([text]) => text).join(", ")} is expected`, texts.join(", "));
  };
}

function localTime({ write }: Of<"localTime">): Convert {
  return onText((text, { context }) => {
    const answer = parseInstant(text, "UTC");
    if (answer.kind === "invalid") return new Unmapped(answer.fault, answer.message, text);
    const [date, time] = localDateAndTime(answer.instant, context.timeZone);
    return write === "yyyyMMdd" ? date : time;
  });
}

function total(value: Json): Json | Unmapped {
  let sum = "0";
  for (const text of textsOf(value)) {
    const answer = parseDecimal(text);
    if (answer.kind === "invalid") return new Unmapped(answer.fault, answer.message, text);
    sum = addDecimals(sum, answer.value);
  }
  return sum;
}
