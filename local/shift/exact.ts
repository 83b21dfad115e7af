/** The checker's own arithmetic, so that it does not share a mistake with what it checks: decimal texts of up to 12 places as whole numbers. */

const PLACES = 12;
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,12}))?$/;

export class NoDecimal extends Error {}

/** @throws NoDecimal */
export function scaled(text: string): bigint {
  const [, sign, whole, fraction = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) throw new NoDecimal(`${text} is no decimal of at most ${PLACES} places`);
  const size = BigInt(whole + fraction.padEnd(PLACES, "0"));
  return sign === "-" ? -size : size;
}

export function textOf(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -PLACES)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Units of the plant and of Tryton, with the unit in which a material is compared and how many of that one they are: metric, exactly. */
const UNITS: Readonly<Record<string, readonly [base: string, places: number]>> = {
  KGM: ["kg", 0],
  kg: ["kg", 0],
  GRM: ["kg", 3],
  g: ["kg", 3],
  MTR: ["m", 0],
  m: ["m", 0],
  H87: ["pcs", 0],
  pcs: ["pcs", 0],
};

export type Amount = { readonly unit: string; readonly value: string };

/** @throws NoDecimal for a unit that nobody relates, or more places than are carried */
export function inBase({ value, unit }: Amount): Amount {
  const [base, places] = UNITS[unit] ?? [];
  if (base === undefined || places === undefined) throw new NoDecimal(`nobody says what a ${unit} is`);
  const all = scaled(value);
  const divisor = 10n ** BigInt(places);
  if (all % divisor !== 0n) throw new NoDecimal(`${value} ${unit} has too many places`);
  return { unit: base, value: textOf(all / divisor) };
}
