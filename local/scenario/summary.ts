import type { Finding } from "./compare-books.ts";
import { PLACES } from "./documents.ts";
import type { Outcome } from "./run-scenario.ts";
import type { Told } from "./states.ts";

/** What `npm start -- --json` prints last, on one line. */
export type Summary = Readonly<
  Record<
    | "documents"
    | "delivered"
    | "rejected"
    | "undone"
    | "superseded"
    | "duplicates"
    | "waiting"
    | "parked"
    | "lost"
    | "doubled"
    | "inverted"
    | "stuck"
    | "seconds",
    number
  >
>;

/** `duplicates` are answers, not documents; `waiting` counts those that ever waited; the final states add up to `documents`. */
export function summaryOf({ told, duplicates, findings, seconds }: Outcome): Summary {
  const ended = (state: string) => told.filter((each) => each.state === state).length;
  const found = (kind: Finding["kind"]) => findings.filter((finding) => finding.kind === kind).length;
  return {
    documents: told.length,
    delivered: ended("delivered"),
    rejected: ended("rejected"),
    undone: ended("undone"),
    superseded: ended("superseded"),
    duplicates,
    waiting: told.filter(({ waited }) => waited).length,
    parked: ended("parked"),
    lost: found("lost"),
    doubled: found("doubled"),
    inverted: found("inverted"),
    stuck: found("stuck"),
    seconds,
  };
}

/** 0 only where the books found nothing, and every order is in balance. */
export const exitCodeOf = ({ findings, balances }: Outcome): 0 | 1 => (findings.length === 0 && balances.differences.length === 0 ? 0 : 1);

const COLUMNS = ["delivered", "rejected", "undone", "superseded", "parked"] as const;
const ROWS = [
  { type: "OperationsRequest", label: "orders" },
  { type: "MaterialDefinition", label: "materials" },
  { type: "MaterialActual", label: "consumptions" },
] as const;
const LABEL = 24;
const WIDTH = 12;

/** The table at the end: what was sent, what became of it, and what the books say. */
export function tableOf(outcome: Outcome): string {
  const sites = [...new Set(outcome.told.map(({ sent }) => sent.wire.hierarchyScope))];
  const lines = sites.flatMap((site) =>
    ROWS.map(({ type, label }) => {
      const told = outcome.told.filter(({ sent }) => sent.wire.hierarchyScope === site && sent.wire.type === type);
      return rowOf(`${PLACES[site]} ${label}`, told);
    }),
  );
  const { lost, doubled, inverted, stuck, duplicates, waiting } = summaryOf(outcome);
  const books =
    outcome.findings.length === 0
      ? "the ERP's and the MES's books agree with what was sent"
      : `THE BOOKS DO NOT AGREE\n${outcome.findings.map(({ kind, what }) => `    ${kind.padEnd(9)} ${what}`).join("\n")}`;
  return [
    `  ${"".padEnd(LABEL)}${["sent", ...COLUMNS].map((name) => name.padStart(WIDTH)).join("")}`,
    ...lines,
    rowOf("all", outcome.told),
    "",
    `  duplicates answered ${duplicates} · documents that waited ${waiting}`,
    `  lost ${lost} · doubled ${doubled} · inverted ${inverted} · stuck ${stuck}: ${books}`,
    `  ${balanceLine(outcome.balances)}`,
  ].join("\n");
}

function balanceLine({ orders, rows, differences }: Outcome["balances"]): string {
  const compared = `balance of ${orders} orders, ${rows} materials and lots`;
  if (differences.length === 0) return `${compared}: the ERP's books are what was reported, to the last digit`;
  return `${compared}: ${differences.length} DIFFER\n${differences.map((what) => `    ${what}`).join("\n")}`;
}

function rowOf(label: string, told: readonly Told[]): string {
  const counts = [told.length, ...COLUMNS.map((state) => told.filter((each) => each.state === state).length)];
  return `  ${label.padEnd(LABEL)}${counts.map((count) => String(count === 0 ? "·" : count).padStart(WIDTH)).join("")}`;
}
