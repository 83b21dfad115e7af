import { type Random, randomOf } from "../scenario/random.ts";
import { scaled, textOf } from "./exact.ts";

/** What one seed lets happen, before any order has a number. */

export type PlannedConsumption = { readonly material: string; readonly lot: string; readonly value: string; readonly unit: string };
export type PlannedOperation = { readonly good: number; readonly scrap: number; readonly minutes: number; readonly temperature: string };
/** `never`: not inspected; `early`: the result comes before the report that makes the lot. */
export type Inspection = "never" | "passes" | "early" | "fails" | "fails-then-passes";

export type PlannedOrder = {
  readonly index: number;
  readonly quantity: number;
  readonly consumptions: readonly PlannedConsumption[];
  readonly operations: readonly PlannedOperation[];
  readonly inspection: Inspection;
  /** Its last operation is reported first. */
  readonly isBackwards: boolean;
  /** Its first consumption is reported once more, in error, and taken back. */
  readonly isCancelled: boolean;
  /** Its first consumption was reported wrongly at first. */
  readonly isCorrected: boolean;
  /** What it consumed is reported before the ERP has the order. */
  readonly isEarly: boolean;
};

export const OPERATIONS = 3;
/** Of whom one is early, and one reports while the ERP is away. */
export const FEWEST_ORDERS = 6;
/** What the seeded lots have in stock for. */
export const MOST_ORDERS = 40;
/** Never used up by as many orders. */
const LOTS = {
  "AL-6061": ["AL-2026-010", "AL-2026-001"],
  "CU-0012E4": ["CU-0010", "12E4"],
  "PAINT-RAL7035": ["PT-0010", "PT-0001"],
  "BOLT-M8": ["BM-0010", "BM-0001"],
  "SEAL-NBR": ["SL-0010", "SL-0001"],
} as const;
export const MATERIALS: readonly string[] = Object.keys(LOTS);
/** Small, and with a name that is no ASCII: the first order takes from it. */
const SMALL_LOT = "批次-铝/03";

export function drawShift(seed: number, orders: number): readonly PlannedOrder[] {
  const random = randomOf(seed);
  const early = orders < 10 ? 1 : 2;
  return Array.from({ length: orders }, (_, index) => drawOrder(random, index, index >= orders - early));
}

const INSPECTIONS: readonly Inspection[] = ["never", "early", "fails", "fails-then-passes"];

function drawOrder(random: Random, index: number, isEarly: boolean): PlannedOrder {
  const quantity = random.between(4, 12);
  const consumptions = consumptionsOf(random, index, quantity);
  const operations = operationsOf(random, quantity);
  const inspection = INSPECTIONS[index] ?? (index % 7 === 0 ? "passes" : "never");
  return { index, quantity, consumptions, operations, inspection, isBackwards: index === 0, isCancelled: index === 0, isCorrected: index === 1, isEarly };
}

function consumptionsOf(random: Random, index: number, quantity: number): PlannedConsumption[] {
  // The plant weighs aluminium in grams; the ERP keeps it in kilograms of three places. Each third weight has a tenth of a gram that they do not hold.
  const grams = `${quantity * 1250 + random.between(-40, 40)}${index % 3 === 0 ? `.${random.between(1, 4)}` : ""}`;
  const metres = hundredths(quantity * 250 + random.between(-20, 20));
  const paint = `${quantity * 80 + random.between(-5, 5)}`;
  return [
    { material: "AL-6061", lot: index === 0 ? SMALL_LOT : random.pick(LOTS["AL-6061"]), value: grams, unit: "GRM" },
    { material: "CU-0012E4", lot: random.pick(LOTS["CU-0012E4"]), value: metres, unit: "MTR" },
    { material: "PAINT-RAL7035", lot: random.pick(LOTS["PAINT-RAL7035"]), value: paint, unit: "GRM" },
    { material: "BOLT-M8", lot: random.pick(LOTS["BOLT-M8"]), value: String(quantity * 4 + random.between(0, 2)), unit: "H87" },
    { material: "SEAL-NBR", lot: random.pick(LOTS["SEAL-NBR"]), value: String(quantity * 2 + random.between(0, 1)), unit: "H87" },
  ];
}

const hundredths = (whole: number): string => textOf(scaled(String(whole)) / 100n);

/** What is scrapped does not reach the next operation; some of it stays good. */
function operationsOf(random: Random, quantity: number): PlannedOperation[] {
  let left = quantity;
  return Array.from({ length: OPERATIONS }, () => {
    const scrap = Math.min(random.between(0, 3) === 0 ? 1 : 0, left - 1);
    left -= scrap;
    return { good: left, scrap, minutes: random.between(10, 40), temperature: `${random.between(60, 90)}.${random.between(0, 9)}` };
  });
}
