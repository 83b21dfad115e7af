import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MARKER_TRANSITIONS } from "../core/effects/markers.ts";
import { SETTLED, TRANSITIONS } from "../core/lanes/states.ts";

/** docs/states.md, drawn from the tables that drive the code: `npm run docs` writes it, a test compares it. */

type Row = { readonly from: string; readonly to: string; readonly when: string };

const diagram = (rows: readonly Row[], start: string, ends: readonly string[]): string =>
  [
    "```mermaid",
    "stateDiagram-v2",
    `  [*] --> ${start}`,
    ...rows.map(({ from, to, when }) => `  ${from} --> ${to}: ${when.replaceAll(":", ",")}`),
    ...ends.map((end) => `  ${end} --> [*]`),
    "```",
  ].join("\n");

const table = (rows: readonly Row[]): string =>
  ["| from | to | when |", "|---|---|---|", ...rows.map(({ from, to, when }) => `| ${from} | ${to} | ${when} |`)].join("\n");

export function statesPage(): string {
  return `<!-- Drawn by local/draw-states.ts from core/lanes/states.ts and core/effects/markers.ts; do not edit. -->

# States of a document

Forward-only within an attempt; a replay begins the next attempt. A duplicate is an answer, not a state.

${diagram(TRANSITIONS, "received", SETTLED)}

${table(TRANSITIONS)}

# States of a marker

The record of one change in another system, written before the call.

${diagram(MARKER_TRANSITIONS, "none", [])}

${table(MARKER_TRANSITIONS)}
`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "..", "docs", "states.md"), statesPage());
