import type { Json } from "../documents/exact-json.ts";
import type { SourceFormat } from "../documents/source-format.ts";
import type { Connection } from "../settings/settings.ts";
import { type Problem, problemOf } from "./problems.ts";

/** What its own schema has against a message, as the schema says it, unless the connection lets exactly that pass. The first complaint, and how many more there are. */
export function schemaProblem(
  format: Pick<SourceFormat, "complaints">,
  { tolerates = [] }: Pick<Connection, "tolerates">,
  message: Json,
  text: string,
): Problem | undefined {
  const complaints = format.complaints?.(message, text).filter((complaint) => !tolerates.includes(complaint.text)) ?? [];
  const [first, ...more] = complaints;
  if (first === undefined) return undefined;
  const rest = new Set(more.map((complaint) => complaint.text).filter((complaint) => complaint !== first.text)).size;
  return problemOf("schema-broken", `${first.text}${rest === 0 ? "" : ` (and ${rest} more)`}`, { path: first.path });
}
