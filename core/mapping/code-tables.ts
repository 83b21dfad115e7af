import * as z from "zod";
import { unitCodeOf } from "../quantities/units.ts";

/** What the systems of one site call the same things. An unknown code parks its document by name: nothing is guessed. */

const Code = z.string().min(1).max(100);
const Whole = z.string().regex(/^[1-9]\d{0,14}$/);

/** `others: "as-sent"`: codes that are not listed are the same on both sides; without it an unlisted code is unknown. */
const Codes = z.strictObject({ codes: z.record(Code, Code), others: z.literal("as-sent").optional() });

/** One of a unit is numerator / denominator of the material's plant unit, exactly. */
const Fraction = z.strictObject({ numerator: Whole, denominator: Whole });
export type Fraction = z.infer<typeof Fraction>;

const MaterialUnits = z.strictObject({
  /** The unit the plant counts this material in (UN/ECE Rec 20), with its decimals. */
  plantUnit: z.string().regex(/^[A-Z0-9]{2,3}$/),
  decimals: z.number().int().min(0).max(12),
  units: z.record(z.string(), Fraction),
});
export type MaterialUnits = z.infer<typeof MaterialUnits>;

export const CodeTable = z.enum(["materials", "operations", "equipment", "reasons", "storageLocations", "persons"]);
export type CodeTable = z.infer<typeof CodeTable>;

export const CodeTables = z.strictObject({
  /** A system's own unit codes → UN/ECE Recommendation 20, before the names everybody uses. */
  units: z.record(Code, z.string().regex(/^[A-Z0-9]{2,3}$/)).optional(),
  materials: Codes.optional(),
  operations: Codes.optional(),
  equipment: Codes.optional(),
  reasons: Codes.optional(),
  storageLocations: Codes.optional(),
  persons: Codes.optional(),
  /** By canonical material: how the plant counts it. */
  materialUnits: z.record(Code, MaterialUnits).optional(),
});
export type CodeTables = z.infer<typeof CodeTables>;

/** A code by the first of these tables that knows it (the connection's before the site's before the system's); undefined where a table is there and none knows it. */
export function codeIn(tables: readonly CodeTables[], name: CodeTable, code: string): string | undefined {
  if (tables.length === 0) return code;
  const relevant = tables.flatMap((each) => (each[name] === undefined ? [] : [each[name]]));
  if (relevant.length === 0) return code;
  for (const table of relevant) if (Object.hasOwn(table.codes, code)) return table.codes[code];
  return relevant.some((table) => table.others === "as-sent") ? code : undefined;
}

/** The code of Recommendation 20 for a unit as this system sends it. */
export function unitIn(tables: readonly CodeTables[], unit: string): string | undefined {
  for (const { units } of tables) if (units !== undefined && Object.hasOwn(units, unit)) return units[unit];
  return unitCodeOf(unit);
}

/** How the plant counts a material, by the first of these tables that knows it. */
export function materialUnitsIn(tables: readonly CodeTables[], material: string | undefined): MaterialUnits | undefined {
  if (material === undefined) return undefined;
  for (const { materialUnits } of tables) if (materialUnits !== undefined && Object.hasOwn(materialUnits, material)) return materialUnits[material];
  return undefined;
}

export const fractionIn = ({ units }: MaterialUnits, unit: string): Fraction | undefined => (Object.hasOwn(units, unit) ? units[unit] : undefined);
