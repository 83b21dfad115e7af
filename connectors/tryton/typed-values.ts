import { isJsonNumber, isJsonObject, type Json, type JsonObject, NumberText, textOfNumber } from "../../core/documents/exact-json.ts";
import { parseDecimal } from "../../core/quantities/decimals.ts";

/** Values that JSON has no form of its own for, as Tryton's JSON-RPC writes them; every number goes and comes as its text. */

export const decimalValue = (text: string): JsonObject => ({ __class__: "Decimal", decimal: text });

/** A number with exactly these digits: a quantity is a JSON number there, and none of ours ever passes through a double. */
export const numberValue = (decimal: string): NumberText => new NumberText(decimal);

/** @param date `2026-11-25` */
export function dateValue(date: string): JsonObject {
  const [year = "", month = "", day = ""] = date.split("-");
  return { __class__: "date", year: whole(year), month: whole(month), day: whole(day) };
}

/** @param instant `2026-11-25T08:30:00.123Z`; Tryton's times are UTC */
export function datetimeValue(instant: string): JsonObject {
  const [date = "", time = ""] = instant.replace("Z", "").split("T");
  const [hour = "", minute = "", seconds = ""] = time.split(":");
  const [second = "", fraction = ""] = seconds.split(".");
  const clock = { hour: whole(hour), minute: whole(minute), second: whole(second), microsecond: whole(fraction.padEnd(6, "0")) };
  return { ...dateValue(date), __class__: "datetime", ...clock };
}

export const timedeltaValue = (seconds: string): JsonObject => ({ __class__: "timedelta", seconds: new NumberText(seconds) });

const whole = (digits: string): NumberText => new NumberText(digits.replace(/^0+(?=\d)/, ""));

export type TypedText = { readonly type: "decimal" | "date" | "datetime" | "timedelta"; readonly text: string };

/** The value as text: a decimal as written, `2026-11-25`, `2026-11-25T08:30:00.123456Z`, seconds. Undefined for what is none of these. */
export function typedTextOf(value: Json | undefined): TypedText | undefined {
  return isJsonObject(value) ? textIn(value) : undefined;
}

function textIn(value: JsonObject): TypedText | undefined {
  switch (value.__class__) {
    case "Decimal":
      return typeof value.decimal === "string" ? { type: "decimal", text: value.decimal } : undefined;
    case "timedelta":
      return isJsonNumber(value.seconds) ? { type: "timedelta", text: textOfNumber(value.seconds) } : undefined;
    case "date":
      return typed("date", joined(value, ["year", "month", "day"], "-"));
    case "datetime":
      return typed("datetime", datetimeIn(value));
    default:
      return undefined;
  }
}

const typed = (type: TypedText["type"], text: string | undefined): TypedText | undefined => (text === undefined ? undefined : { type, text });

function datetimeIn(value: JsonObject): string | undefined {
  const date = joined(value, ["year", "month", "day"], "-");
  const time = joined(value, ["hour", "minute", "second"], ":");
  if (date === undefined || time === undefined || !isJsonNumber(value.microsecond)) return undefined;
  return `${date}T${time}.${textOfNumber(value.microsecond).padStart(6, "0")}Z`;
}

function joined(value: JsonObject, names: readonly string[], separator: string): string | undefined {
  const texts = names.map((name) => {
    const part = value[name];
    return isJsonNumber(part) ? textOfNumber(part).padStart(2, "0") : undefined;
  });
  return texts.some((text) => text === undefined) ? undefined : texts.join(separator);
}

/** A quantity as decimal text, whatever way its JSON number is written (`1e-05`); undefined for what is none. */
export function decimalTextOf(value: unknown): string | undefined {
  if (typeof value !== "number" && !(value instanceof NumberText)) return undefined;
  const decimal = parseDecimal(textOfNumber(value));
  return decimal.kind === "decimal" ? decimal.value : undefined;
}

/** A float there has no digits of its own: `7.0` is 7. */
export const withoutZeros = (decimal: string): string => (decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal);
