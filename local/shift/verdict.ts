import { scaled, textOf } from "./exact.ts";
import { KINDS, type Row } from "./facts.ts";
import type { Outcome } from "./run-shift.ts";

/** What `npm run demo:shift -- --json` prints last, on one line. */
export const summaryOf = ({ orders, documents, kills, erpCalls, rows, stuck, seconds }: Outcome) => ({
  orders,
  documents,
  kills,
  erpCalls,
  differences: differencesIn(rows).length,
  stuck: stuck.length,
  seconds,
});

const differencesIn = (rows: readonly Row[]): readonly Row[] => rows.filter(({ isEqual }) => !isEqual);

/** 0 only where every sum is equal and nothing is stuck. */
export const exitCodeOf = ({ rows, stuck }: Outcome): 0 | 1 => (differencesIn(rows).length === 0 && stuck.length === 0 ? 0 : 1);

const WIDTHS = [26, 6, 8, 16, 16, 14] as const;
const line = (cells: readonly string[]): string =>
  `  ${cells.map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[at] ?? 0))).join("")}`;

/** For a person: all sums of a kind on one line, materials by name; then what differs and what is stuck, each with why and next. */
export function tableOf(outcome: Outcome): string {
  const { rows, stuck, duplicates } = outcome;
  const groups = Map.groupBy(rows, (row) => JSON.stringify([String(KINDS.indexOf(row.kind)).padStart(2), nameOf(row), row.unit]));
  const lines = [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => lineOf(group));
  const { differences } = summaryOf(outcome);
  return [
    line(["", "unit", "sums", "journal", "Tryton", "remainder"]),
    ...lines,
    "",
    `  duplicates answered ${duplicates} · differences ${differences} · stuck ${stuck.length}: ${differences + stuck.length === 0 ? "Tryton's own books equal the MES's journal, to the last digit" : "THE BOOKS DO NOT AGREE"}`,
    ...differencesIn(rows).map(difference),
    ...stuck.map(
      ({ id, type, objectId, state, cause }) =>
        `    stuck      ${type} ${objectId}: ${state}\n      why      ${cause}\n      next     look for ${id} in the cloud's log, named above`,
    ),
  ].join("\n");
}

/** What one line of the table is about: a material over all orders and lots. */
function nameOf({ kind, subject }: Row): string {
  const parts = subject.split(" · ");
  if (kind === "consumed" || kind === "produced") return `${kind} ${parts[1]}`;
  return kind === "taken from a lot" ? `taken from ${parts[0]}` : kind;
}

function lineOf(group: readonly Row[]): string {
  const sum = (side: "journal" | "books" | "remainder"): string => textOf(group.reduce((total, row) => total + scaled(row[side]), 0n));
  const [first] = group;
  const remainder = sum("remainder");
  const unequal = differencesIn(group).length;
  const cells = [
    first === undefined ? "" : nameOf(first),
    first?.unit ?? "",
    String(group.length),
    sum("journal"),
    sum("books"),
    remainder === "0" ? "·" : remainder,
  ];
  return `${line(cells)}  ${unequal === 0 ? "=" : `${unequal} DIFFER`}`;
}

const difference = ({ kind, subject, unit, journal, books, remainder }: Row): string =>
  [
    `    differs    ${kind}, ${subject}: the journal says ${journal} ${unit}, Tryton ${books}${remainder === "0" ? "" : ` and a remainder of ${remainder}`}`,
    "      why      something was booked, taken back or lost beside what the plant reported",
    `      next     open it in Tryton: ${kind === "consumed" || kind === "produced" ? "the moves of the order" : "what the subject names"}, with who changed it last; the plant's lines are in the journal, named above`,
  ].join("\n");
