import { PRICES } from "../prices.ts";
import { ASSUMED_DOCUMENT, type Bill, VOLUMES } from "./bill.ts";
import { ASSUMED_LOGS } from "./logs.ts";
import { MIX } from "./mix.ts";
import { type Amount, cents } from "./money.ts";
import { ASSUMED_IDLE } from "./standing.ts";
import { ASSUMED } from "./usage.ts";

const NAME_WIDTH = 62;
const CELL_WIDTH = 12;

const line = (name: string, cells: readonly string[]): string => `  ${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(CELL_WIDTH)).join("")}`;
const amounts = (name: string, months: readonly Amount[]): string => line(name, months.map(cents));
const everywhere = (month: Amount): Amount[] => VOLUMES.map(() => month);
const group = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`  ${title}`, ...lines]);

/** What `cdk synth` says of a stage's bill; every amount to the cent, sums of what is not rounded. */
export function billText(bill: Bill): string {
  const { stage, countedAt, documents, fixed, idle, totals, million, usual } = bill;
  const inMix = MIX.map(({ what, share }) => `${share} ${what}`).join(", ");
  const rule = "-".repeat(NAME_WIDTH + CELL_WIDTH * VOLUMES.length);
  return [
    `orderlane: what stage ${stage} costs in a month, USD at list prices of ${PRICES.region} as of ${PRICES.asOf}, no free tiers; calls counted ${countedAt}`,
    "",
    line(
      "documents a month",
      VOLUMES.map((volume) => volume.toLocaleString("en-US")),
    ),
    `  ${rule}`,
    ...group(
      "with the documents",
      documents.map(({ what, months }) => amounts(`  ${what}`, months)),
    ),
    ...group(
      "paid by the month",
      fixed.map(({ what, month }) => amounts(`  ${what}`, everywhere(month))),
    ),
    ...group(
      "polling and timers, when nothing comes",
      idle.map(({ what, month }) => amounts(`  ${what}`, everywhere(month))),
    ),
    `  ${rule}`,
    amounts("a month", totals),
    "",
    line("a million documents", ["", "", cents(million)]),
    line("the usual design, a million documents", ["", "", cents(usual.million)]),
    amounts("the usual design, a month, without anything paid by the month", usual.months),
    "",
    `  Of a hundred messages: ${inMix}.`,
    "  The usual design: one Standard workflow of eight states per document, with its ingress (infra/bill/usage.ts); no lanes, no look-up, no undo, no mailbox, nothing watched or stored.",
    `  Assumed, not counted: ${ASSUMED.ownMs} ms of a function's own work, ${ASSUMED.awsCallMs} ms a call of AWS, ${ASSUMED.erpCallMs} ms one of the ERP; ${ASSUMED_IDLE.pollersOfQueue} pollers of a queue, each asking every ${ASSUMED_IDLE.longPollSeconds} s;`,
    `  ${ASSUMED_LOGS.invocationBytes} bytes of log an invocation, ${ASSUMED_LOGS.requestBytes} a request; ${ASSUMED_DOCUMENT.answerBytes} bytes out a request; ${ASSUMED_IDLE.openDocuments} documents open at a time. Not in it: retries, persons' questions, log queries, taxes, support.`,
    "  AWS China has prices of its own, in CNY and per region (amazonaws.cn): units and counts above hold there, amounts do not. docs/deploying.md says more.",
    "",
  ].join("\n");
}
