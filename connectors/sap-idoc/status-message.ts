import type { Json } from "../../core/documents/exact-json.ts";
import { writeExactXml } from "../../core/documents/exact-xml.ts";
import { SiteId } from "../../core/documents/ids.ts";
import { FORBIDDEN_CHARACTER } from "../../core/documents/xml-guard.ts";
import type { Reason } from "../../core/effects/outcomes.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import { compileTable } from "../../core/mapping/compile.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import status from "./mapping/status.json" with { type: "json" };

const TABLE = compileTable(MappingTable.parse(status));

export type Acknowledgement = {
  readonly outcome: "accepted" | "rejected" | "undone";
  /** A stable code of ours, such as `ORL-LANE-003`. */
  readonly code: string;
  readonly text: string;
  /** Our name for this message; the same for every attempt. */
  readonly key: string;
  /** UTC. */
  readonly at: string;
};

export type StatusMessage = { readonly kind: "xml"; readonly text: string } | { readonly kind: "impossible"; readonly reasons: readonly Reason[] };

/** The status of the order's IDoc, as mapping/status.json says; impossible for an order that came without the number of its IDoc. */
export function statusMessage(order: EffectCall["document"], acknowledgement: Acknowledgement, timeZone: string): StatusMessage {
  const text = readable(acknowledgement.text);
  const document = { order: treeOf(order), acknowledgement: { ...acknowledgement, text } };
  const { made, reasons } = TABLE.make(document, { site: SiteId.parse(order.hierarchyScope), timeZone, decimalSeparator: ".", codes: [] });
  return reasons.length > 0 ? { kind: "impossible", reasons } : { kind: "xml", text: writeExactXml(made) };
}

/** Characters that no XML holds are shown as what they are: unreadable. */
const readable = (text: string): string => text.toWellFormed().replace(new RegExp(FORBIDDEN_CHARACTER, "g"), "\ufffd");

/** A canonical document holds texts, lists and objects alone; what is not there is left out. */
function treeOf(document: object): { readonly [name: string]: Json } {
  const tree: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(document)) if (value !== undefined) tree[name] = jsonOf(value);
  return tree;
}

function jsonOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "string") return readable(value);
  return typeof value === "object" && value !== null ? treeOf(value) : String(value);
}
