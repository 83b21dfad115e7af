import type { OperationsRequest } from "../../core/documents/canonical.ts";
import { consumptionOf, materialOf, orderOf, type Planned, SITES } from "./documents.ts";
import { drawLanguages, type LanguagePlan } from "./plan-languages.ts";
import { type Random, randomOf } from "./random.ts";

/** One seed's documents, by the story each belongs to. Numbers of orders and materials hold the seed: two scenarios never meet in one cloud. */
export type Plan = {
  readonly seed: number;
  /** Master data of each site, sent first. */
  readonly materials: readonly Planned[];
  /** Ordinary releases. */
  readonly releases: readonly Order[];
  /** Refused by the MES. */
  readonly refused: Order;
  /** Accepted by the MES, then refused by the ERP. */
  readonly undone: Order;
  /** Its material comes later, and never. */
  readonly waits: Order;
  readonly late: Planned;
  readonly never: Order;
  /** Version 1 and its change, or its cancel, while the plant is away: not leased. */
  readonly changedUnleased: Pair;
  readonly cancelledUnleased: Pair;
  /** The same while the plant's MES is at work on it: leased. */
  readonly changedLeased: Pair;
  readonly cancelledLeased: Pair;
  /** One version, two contents. */
  readonly conflict: Pair;
  /** Its confirmation is under way when the step's function is killed. */
  readonly underFire: Order;
  /** Reported by the plants, by site. */
  readonly consumptions: readonly { readonly site: string; readonly key: string; readonly planned: Planned }[];
  /** What the ERPs of other languages send. */
  readonly languages: LanguagePlan;
};

export type Order = { readonly planned: Planned; readonly order: OperationsRequest; readonly number: string };
export type Pair = { readonly first: Order; readonly second: Order };

const DELIVERED = { from: "erp", fates: ["delivered"] } as const;
const MATERIALS_PER_SITE = 3;

export function planOf(seed: number): Plan {
  const random = randomOf(seed);
  const prefix = `1${String(seed % 10_000).padStart(4, "0")}`;
  let orders = 0;
  const nextNumber = () => {
    orders += 1;
    return `${prefix}${String(orders).padStart(3, "0")}`;
  };
  const names = Array.from({ length: MATERIALS_PER_SITE }, (_, at) => `RAW-${seed}-${at + 1}`);
  const draw = drawOrders(random, names, nextNumber);
  const [north, east] = SITES;

  const releases = SITES.flatMap((site) => Array.from({ length: random.between(5, 7) }, () => draw(site)));
  return {
    seed,
    materials: SITES.flatMap((site) => names.map((name) => ({ ...DELIVERED, wire: materialOf(site, name) }))),
    releases,
    refused: draw(random.pick(SITES), { fates: ["rejected"] }),
    undone: draw(random.pick(SITES), { fates: ["undone"] }),
    waits: draw(north, {}, [`LATE-${seed}`]),
    late: { ...DELIVERED, wire: materialOf(north, `LATE-${seed}`) },
    never: draw(east, { fates: ["untouched"], parks: "its material never comes" }, [`NEVER-${seed}`]),
    changedUnleased: pairOf(random, draw(north, { fates: ["untouched"] }), { cancel: false }, ["delivered"]),
    cancelledUnleased: pairOf(random, draw(north, { fates: ["untouched"] }), { cancel: true }, ["untouched", "delivered"]),
    changedLeased: pairOf(random, draw(east, { fates: ["delivered", "overtaken"] }), { cancel: false }, ["delivered"]),
    cancelledLeased: pairOf(random, draw(east, { fates: ["delivered", "overtaken"] }), { cancel: true }, ["delivered"]),
    conflict: rivalsOf(draw(random.pick(SITES))),
    underFire: draw(random.pick(SITES)),
    consumptions: SITES.flatMap((site) => consumptionsOf(random, prefix, releases.filter(({ order }) => order.hierarchyScope === site).slice(0, 3))),
    languages: drawLanguages(random, seed),
  };
}

type Extra = Partial<Pick<Planned, "fates" | "parks">>;

function drawOrders(random: Random, materials: readonly string[], nextNumber: () => string) {
  return (site: string, extra: Extra = {}, needs?: readonly string[]): Order => {
    const number = nextNumber();
    const drawn = materials.slice(0, random.between(1, materials.length));
    const order = orderOf({ site, number, version: 1, materials: needs === undefined ? drawn : needs, quantity: random.between(10, 900) });
    return { number, order, planned: { ...DELIVERED, ...extra, wire: order } };
  };
}

function pairOf(random: Random, first: Order, { cancel }: { readonly cancel: boolean }, fates: Planned["fates"]): Pair {
  const materials = first.order.materialRequirements.map(({ materialDefinitionId }) => materialDefinitionId);
  const site = first.order.hierarchyScope;
  const order = orderOf({ site, number: first.number, version: 2, materials, quantity: random.between(1_000, 2_000), cancel });
  return { first, second: { number: first.number, order, planned: { from: "erp", fates, wire: order } } };
}

function rivalsOf(first: Order): Pair {
  const order: OperationsRequest = { ...first.order, priority: "999" };
  return {
    first,
    second: { number: first.number, order, planned: { from: "erp", fates: ["untouched"], parks: "two contents of one version", rival: true, wire: order } },
  };
}

/** Two lines of one order, so that their order shows. */
function consumptionsOf(random: Random, prefix: string, orders: readonly Order[]) {
  return orders.flatMap(({ order, number }, at) =>
    [1, 2].map((line) => {
      const id = `C-${prefix}-${order.hierarchyScope}-${at + 1}${line}`;
      const [material] = order.materialRequirements;
      const wire = consumptionOf(order, id, String(material?.materialDefinitionId), `${random.between(1, 9)}.250`, `2026-03-0${line}T08:00:00Z`);
      return { site: order.hierarchyScope, key: `${number}-${line}`, planned: { from: "plant", fates: ["delivered"], wire } as const };
    }),
  );
}
