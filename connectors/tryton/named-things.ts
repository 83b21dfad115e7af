import * as z from "zod";
import type { Rows, TrytonClient } from "./client.ts";
import { DecimalText } from "./find-effect.ts";
import { Lot } from "./lots.ts";
import { type Booked, bookedQuantity } from "./quantity.ts";
import { failureOutcome, outcomes } from "./reasons.ts";
import { all, end, go, type Step } from "./steps.ts";

/** Materials, units, lots and places as the ERP has them, each kind asked for at once. */

const Material = z.object({
  id: z.int(),
  code: z.string(),
  lotNeededFor: z.array(z.string()).optional(),
  category: z.int(),
  digits: z.int(),
  factor: DecimalText,
  /** The product's own, in which the ERP keeps its stock. */
  unit: z.string(),
  unitId: z.int(),
});
export type Material = z.infer<typeof Material>;
const Unit = z.object({ id: z.int(), symbol: z.string(), category: z.int(), digits: z.int(), factor: DecimalText });
const Place = z.object({ id: z.int(), code: z.string() });

export type Named = {
  readonly materials: readonly Material[];
  readonly units: readonly z.infer<typeof Unit>[];
  readonly lots: readonly Lot[];
  readonly places: readonly z.infer<typeof Place>[];
};

/** What is said of something; `unit`: the ERP's own symbol. */
type Said = { readonly material: string; readonly lot?: string | undefined; readonly unit?: string; readonly location?: string | undefined };

export async function readNamed(client: TrytonClient, said: readonly Said[], deadline: number): Promise<Step<Named>> {
  const names = (of: (each: Said) => string | undefined): string[] => [...new Set(said.map(of).filter((name) => name !== undefined))];
  const ask = async <T>(asked: readonly string[], rows: () => Promise<Rows<T>>): Promise<Rows<T>> => (asked.length === 0 ? { kind: "rows", rows: [] } : rows());
  const [materials, units, lots, locations] = [
    names((each) => each.material),
    names((each) => each.unit),
    names((each) => each.lot),
    names((each) => each.location),
  ];
  const read = {
    materials: all(await ask(materials, () => client.rows("materials", { materials }, deadline, Material))),
    units: all(await ask(units, () => client.rows("units", { units }, deadline, Unit))),
    lots: all(await ask(lots, () => client.rows("lots", { lots }, deadline, Lot))),
    places: all(await ask(locations, () => client.rows("locations", { locations }, deadline, Place))),
  };
  if (read.materials.kind === "end") return read.materials;
  if (read.units.kind === "end") return read.units;
  if (read.lots.kind === "end") return read.lots;
  if (read.places.kind === "end") return read.places;
  return go({ materials: read.materials.value, units: read.units.value, lots: read.lots.value, places: read.places.value });
}

export function materialOf({ materials }: Pick<Named, "materials">, code: string): Step<Material> {
  const [found, another] = materials.filter((each) => each.code === code);
  if (found === undefined) return end(outcomes.materialUnknown(code));
  return another === undefined ? go(found) : end(outcomes.several("product", "/materialDefinitionId", code));
}

export async function findMaterial(client: TrytonClient, code: string, deadline: number): Promise<Step<Material>> {
  const found = await client.rows("materials", { materials: [code] }, deadline, Material);
  return found.kind === "rows" ? materialOf({ materials: found.rows }, code) : end(failureOutcome(found));
}

export function locationOf({ places }: Pick<Named, "places">, code: string): Step<number> {
  const [found, another] = places.filter((each) => each.code === code);
  if (found === undefined) return end(outcomes.locationUnknown(code));
  return another === undefined ? go(found.id) : end(outcomes.several("location", "/storageLocation", code));
}

export async function findLocation(client: TrytonClient, code: string, deadline: number): Promise<Step<number | undefined>> {
  const found = await client.rows("locations", { locations: [code] }, deadline, Place);
  if (found.kind !== "rows") return end(failureOutcome(found));
  return found.rows.length === 0 ? go(undefined) : locationOf({ places: found.rows }, code);
}

type Quantity = { readonly material: string; readonly lot?: string | undefined; readonly quantity: string; readonly unit: string };

/** What is booked of it. @param inUnit `own`: in the material's own unit, whatever it was sent in */
export function unitFor(
  { units }: Pick<Named, "units">,
  wanted: Quantity,
  material: Material,
  tolerance: string,
  inUnit: "as-sent" | "own" = "as-sent",
): Step<Booked> {
  const [unit, another] = units.filter(({ symbol }) => symbol === wanted.unit);
  if (unit === undefined) return end(outcomes.unitUnknown(wanted.unit));
  if (another !== undefined) return end(outcomes.several("unit", "/quantity/unit", wanted.unit));
  if (unit.category !== material.category) return end(outcomes.noConversion(wanted.unit, wanted.material));
  return bookedQuantity(wanted, unit, { ...material, id: material.unitId }, tolerance, inUnit);
}
