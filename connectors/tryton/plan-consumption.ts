import * as z from "zod";
import type { MaterialActual } from "../../core/documents/canonical.ts";
import { parsePlainly } from "../../core/documents/exact-json.ts";
import { SiteId } from "../../core/documents/ids.ts";
import type { CallOutcome } from "../../core/effects/outcomes.ts";
import { compileTable } from "../../core/mapping/compile.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import { convertExactly } from "../../core/quantities/conversions.ts";
import type { Rows, TrytonClient } from "./client.ts";
import { DecimalText } from "./find-posting.ts";
import consumption from "./mapping/consumption.json" with { type: "json" };
import { failureOutcome, outcomes } from "./reasons.ts";
import { typedTextOf, withoutZeros } from "./typed-values.ts";

const TABLE = compileTable(MappingTable.parse(consumption));

/** What mapping/consumption.json makes: their names for what the document says. */
const Wanted = z.object({
  order: z.string(),
  material: z.string(),
  lot: z.string().optional(),
  quantity: z.string(),
  unit: z.string(),
  location: z.string().optional(),
  time: z.string(),
});
type Wanted = z.infer<typeof Wanted>;

/** All that a move needs, by their ids. */
export type Plan = {
  readonly order: number;
  readonly material: number;
  readonly lot: number | undefined;
  /** Decimal text, without trailing zeros. */
  readonly quantity: string;
  readonly unit: number;
  readonly from: number;
  readonly to: number;
  /** In the company's own zone: `2026-11-25`. */
  readonly date: string;
  /** In words, for a person. */
  readonly stock: string;
};

type Step<T> = { readonly kind: "go"; readonly value: T } | { readonly kind: "end"; readonly outcome: CallOutcome };
const go = <T>(value: T): Step<T> => ({ kind: "go", value });
const end = (outcome: CallOutcome): Step<never> => ({ kind: "end", outcome });

const Order = z.object({
  id: z.int(),
  state: z.enum(["planned", "released", "running", "closed", "cancelled"]),
  place: z.int(),
  storage: z.int(),
  picking: z.int().optional(),
  changedBy: z.string().optional(),
  changedAt: z.unknown(),
});
const Material = z.object({
  id: z.int(),
  lotNeededFor: z.array(z.string()).optional(),
  category: z.int(),
  digits: z.int(),
  factor: DecimalText,
  unit: z.string(),
});
type Material = z.infer<typeof Material>;
const Unit = z.object({ id: z.int(), category: z.int(), digits: z.int(), factor: DecimalText });
const Lot = z.object({ id: z.int(), material: z.int() });
const Id = z.object({ id: z.int() });
const Company = z.object({ timeZone: z.string().optional() });

/** More significant digits than any double keeps. */
const SIGNIFICANT = 15;

/** Looks up what the document names, and refuses by name what the ERP would refuse, lose or bend. Changes nothing there. */
export async function planConsumption(client: TrytonClient, document: MaterialActual, deadline: number): Promise<Step<Plan>> {
  const wanted = wantedOf(document);
  if (wanted.kind === "end") return wanted;
  const { value } = wanted;
  const order = await runningOrder(client, value.order, deadline);
  if (order.kind === "end") return order;
  const material = only(await client.rows("material", { material: value.material }, deadline, Material), outcomes.materialUnknown(value.material), () =>
    outcomes.several("product", "/materialDefinitionId", value.material),
  );
  if (material.kind === "end") return material;
  const unit = await unitOf(client, value, material.value, deadline);
  if (unit.kind === "end") return unit;
  const lot = await lotOf(client, value, material.value, deadline);
  if (lot.kind === "end") return lot;
  const from = await storageOf(client, value, order.value, deadline);
  if (from.kind === "end") return from;
  const company = only(await client.rows("company", {}, deadline, Company), outcomes.notCarried("without a company"), () =>
    outcomes.notCarried("for several companies"),
  );
  if (company.kind === "end") return company;
  return go({
    order: order.value.id,
    material: material.value.id,
    lot: lot.value,
    quantity: withoutZeros(value.quantity),
    unit: unit.value,
    from: from.value,
    to: order.value.place,
    date: dateIn(value.time, company.value.timeZone ?? "UTC"),
    stock: value.lot === undefined ? value.material : `${value.material}/${value.lot}`,
  });
}

function wantedOf(document: MaterialActual): Step<Wanted> {
  const { made, reasons } = TABLE.make(parsePlainly(JSON.stringify(document)), {
    site: SiteId.parse(document.hierarchyScope),
    timeZone: "UTC",
    decimalSeparator: ".",
    codes: [],
  });
  const [reason] = reasons;
  if (reason !== undefined) return end({ kind: "park", reason });
  const wanted = Wanted.safeParse(made);
  return wanted.success ? go(wanted.data) : end(outcomes.notCarried(`a document without ${wanted.error.issues[0]?.path.join("/")}`));
}

/** The one row there is. */
function only<T>(answer: Rows<T>, none: CallOutcome, several: () => CallOutcome): Step<T> {
  if (answer.kind !== "rows") return end(failureOutcome(answer));
  const [row, another] = answer.rows;
  if (row === undefined) return end(none);
  return another === undefined ? go(row) : end(several());
}

/** A posting before the order runs would be booked a second time by its start, and one after its end by nobody. */
async function runningOrder(client: TrytonClient, number: string, deadline: number): Promise<Step<z.infer<typeof Order>>> {
  const order = only(await client.rows("order", { order: number }, deadline, Order), outcomes.orderUnknown(number), () =>
    outcomes.several("production", "/operationsRequestId", number),
  );
  if (order.kind === "end") return order;
  const { state, changedBy, changedAt } = order.value;
  switch (state) {
    case "running":
      return order;
    case "planned":
    case "released":
      return end(outcomes.orderNotRunning(number));
    case "closed":
    case "cancelled":
      return end(outcomes.orderEnded(number, state, changedBy ?? "nobody", instantText(changedAt)));
  }
}

const AnyJson = z.json();
function instantText(value: unknown): string {
  const json = AnyJson.safeParse(value);
  return (json.success ? typedTextOf(json.data)?.text : undefined) ?? "an unknown time";
}

async function unitOf(client: TrytonClient, wanted: Wanted, material: Material, deadline: number): Promise<Step<number>> {
  const unit = only(await client.rows("unit", { unit: wanted.unit }, deadline, Unit), outcomes.unitUnknown(wanted.unit), () =>
    outcomes.several("unit", "/quantity/unit", wanted.unit),
  );
  if (unit.kind === "end") return unit;
  const { id, category, digits, factor } = unit.value;
  if (category !== material.category) return end(outcomes.noConversion(wanted.unit, wanted.material));
  const quantity = withoutZeros(wanted.quantity);
  const [, decimals = ""] = quantity.split(".");
  if (decimals.length > digits || quantity.replace(/\D|^0+/g, "").length > SIGNIFICANT)
    return end(outcomes.tooManyDigits(wanted.quantity, digits, wanted.unit));
  // The ERP rounds to its own unit without a word.
  const { remainder } = convertExactly(quantity, { numerator: factor, denominator: material.factor }, material.digits);
  return remainder === "0" ? go(id) : end(outcomes.remainder(wanted.quantity, material.unit, remainder));
}

/** The server answers an unknown lot and a lot of another product alike, and asks for a missing one only as it books. */
async function lotOf(client: TrytonClient, wanted: Wanted, material: Material, deadline: number): Promise<Step<number | undefined>> {
  if (wanted.lot === undefined) {
    const needed = material.lotNeededFor?.includes("in a production");
    return needed === true ? end(outcomes.lotNeeded(wanted.material)) : go(undefined);
  }
  const lots = await client.rows("lots", { lot: wanted.lot }, deadline, Lot);
  if (lots.kind !== "rows") return end(failureOutcome(lots));
  if (lots.rows.length === 0) return end(outcomes.lotUnknown(wanted.lot));
  const [lot, another] = lots.rows.filter((each) => each.material === material.id);
  if (lot === undefined) return end(outcomes.lotOfAnother(wanted.lot, wanted.material));
  return another === undefined ? go(lot.id) : end(outcomes.several("lot", "/materialLotId", wanted.lot));
}

async function storageOf(client: TrytonClient, wanted: Wanted, order: z.infer<typeof Order>, deadline: number): Promise<Step<number>> {
  const { location } = wanted;
  if (location === undefined) return go(order.picking ?? order.storage);
  const found = only(await client.rows("location", { location }, deadline, Id), outcomes.locationUnknown(location), () =>
    outcomes.several("location", "/storageLocation", location),
  );
  return found.kind === "end" ? found : go(found.value.id);
}

/** The day that the company's calendar shows at this instant. */
function dateIn(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date(instant));
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}
