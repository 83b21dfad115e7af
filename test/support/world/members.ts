import type { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { type PlannedDocument, tagIn } from "./planned-documents.ts";
import type { WorldPlan } from "./world-plan.ts";

/** In a posting's sum and of no report that was ever planned. */
export const UNEXPLAINED = "unexplained";

const SCALE = 12;

/** Decimal text in billionths of a thousandth. */
function scaled(value: string): bigint {
  const [whole = "", fraction = ""] = value.split(".");
  return BigInt(`${whole}${fraction.padEnd(SCALE, "0")}`);
}

/**
 * The tags of all whose quantities a posting sums up, each as often as it is in it. Told by the books alone: in a plan with windows each report of an order has a power
 * of ten of its own for its quantity, so that the sum's digits name its members.
 */
export function tagsOf(plan: Pick<WorldPlan, "settings" | "sends">, document: CanonicalDocument): string[] {
  if (document.type !== "MaterialActual" || plan.settings.windows === undefined) return [tagIn(document)];
  const order = document.operationsRequestId.replace(/^0+/, "");
  const reports = new Map<string, PlannedDocument>();
  for (const { document: each } of plan.sends)
    if (each.type === "MaterialActual" && !each.cancel && each.site === document.hierarchyScope && each.subject === order) reports.set(each.tag, each);
  let left = scaled(document.quantity.value);
  const tags: string[] = [];
  const heaviest = [...reports.values()].flatMap((report) => weightOf(report)).sort((one, other) => (one.weight < other.weight ? 1 : -1));
  for (const { tag, weight } of heaviest) {
    for (; left >= weight; left -= weight) tags.push(tag);
  }
  return left === 0n ? tags : [...tags, UNEXPLAINED];
}

function weightOf({ tag, wire }: PlannedDocument): { readonly tag: string; readonly weight: bigint }[] {
  const quantity: unknown = wire.quantity;
  const value = typeof quantity === "object" && quantity !== null && "value" in quantity ? quantity.value : undefined;
  const weight = typeof value === "string" && /^[\d.]+$/.test(value) ? scaled(value) : 0n;
  return weight > 0n ? [{ tag, weight }] : [];
}
