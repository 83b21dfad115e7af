import { isJsonNumber, type Json, textOfNumber } from "../documents/exact-json.ts";
import { convertExactly, exceeds } from "../quantities/conversions.ts";
import { addDecimals, compareDecimals, isNegative, parseDecimal } from "../quantities/decimals.ts";
import { codeIn, fractionIn, materialUnitsIn, unitIn } from "./code-tables.ts";
import { type Convert, type Of, onText, Unmapped, wrongKind } from "./conversion.ts";
import { lineageOf, parsePath, readerOf, type Scope, startOf } from "./paths.ts";
import type { Converter } from "./table.ts";
import { textOf, textsOf } from "./texts.ts";
import { day, instant, instantNumber, localTime } from "./time-converters.ts";

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
    case "date":
      return day(converter);
    case "instantNumber":
      return instantNumber;
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
      return converter.alike === undefined ? total : totalOfAlike(converter.alike);
    case "same":
      return same;
    case "atMost":
      return atMost(converter);
    case "slice":
      return onText((text) => [...text].slice(converter.from, converter.from + converter.length).join(""));
    case "localTime":
      return localTime(converter);
  }
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

/** Two quantities of one document; what is not there, or is no quantity, its own rule speaks of. */
function atMost({ of: bound, unit, ofUnit, fault }: Of<"atMost">): Convert {
  const [readBound, readUnit, readOfUnit] = [bound, unit, ofUnit].map((path) => readerOf(parsePath(path)));
  return onText((text, { scope, codes, context }) => {
    const [sent, own, other] = [readBound, readUnit, readOfUnit].map((read) => textOf(read?.(scope)));
    if (sent === undefined) return text;
    const most = parseDecimal(separated(sent, context.decimalSeparator));
    if (most.kind === "invalid") return new Unmapped(most.fault, `${bound}: ${most.message}`, sent);
    const [unitOf, unitOfMost] = [own, other].map((written) => (written === undefined ? undefined : unitIn(codes, written)));
    if (unitOf !== unitOfMost) return new Unmapped("units-differ", `it is in another unit than ${bound}: they cannot be compared`, text);
    return compareDecimals(text, most.value) > 0 ? new Unmapped(fault, `more than the ${most.value} of ${bound}`, text) : text;
  });
}

function same(value: Json): Json | Unmapped {
  const [first, ...others] = textsOf(value);
  return first === undefined || others.some((text) => text !== first) ? wrongKind(value) : first;
}

function totalOfAlike(alike: readonly string[]): Convert {
  const reads = alike.map((path) => readerOf(parsePath(path)));
  return (value, { scope }) => {
    const other = reads.map((read) => read(scope)).find((found) => new Set(textsOf(found)).size > 1);
    return other === undefined ? total(value) : wrongKind(other);
  };
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
