import { ASSUMED, type Usage } from "../infra/bill/usage.ts";
import { PRICES } from "../infra/prices.ts";
import type { Aggregation } from "./aggregation.ts";
import type { FlowPrice, Price } from "./document-price.ts";
import { markdownTable, round } from "./markdown-table.ts";

export const PRICE_TITLE = `## USD for a million documents of each flow, list prices of ${PRICES.region} as of ${PRICES.asOf}, beside the usual design`;

/** What is not counted, in words. */
export const ASSUMPTIONS = `Assumed, for both designs alike: ${ASSUMED.ownMs} ms of a function's own work in an invocation, ${ASSUMED.awsCallMs} ms for a call of AWS, ${ASSUMED.erpCallMs} ms for one of the ERP, one after another; for an Express run ${ASSUMED.stateMs} ms more for each state, and ${ASSUMED.expressMb} MB; no cold starts. Everything else is counted, or, of the usual design, laid down in infra/bill/usage.ts. Logs, storage, transfer and what polls without result are in neither.`;

const UNTOUCHED = "–";
const some = (number: number, digits = 1): string => (number === 0 ? UNTOUCHED : round(number, digits));

const priceRow = (what: string, price: Price, ratio: string) => [
  what,
  round(price.api),
  round(price.table),
  some(price.workflows),
  round(price.functions),
  round(price.queue),
  some(price.store),
  round(price.total),
  ratio,
];

export const priceTable = (rows: readonly FlowPrice[]): string =>
  markdownTable(
    ["a million of", "API", "table", "workflows", "functions", "queue", "S3, secrets", "USD", "usual / ours"],
    rows.flatMap(({ what, price, usualPrice }) => [
      priceRow(what, price, `${round(usualPrice.total / price.total)} ×`),
      priceRow(`${what}, usual design`, usualPrice, UNTOUCHED),
    ]),
  );

const usageRow = (what: string, usage: Usage) => [
  what,
  round(usage.apiRequests),
  round(usage.writeUnits),
  some(usage.readUnits),
  some(usage.transitions),
  some(usage.expressRequests),
  some(usage.expressMs, 0),
  round(usage.functionRequests),
  round(usage.functionGbSeconds, 3),
  round(usage.queueRequests),
  some(usage.objectPuts + usage.objectGets),
];

export const usageTable = (rows: readonly FlowPrice[]): string =>
  markdownTable(
    [
      "one",
      "API requests",
      "write units",
      "read units",
      "transitions",
      "Express runs",
      "Express ms",
      "Lambda requests",
      "GB-seconds",
      "SQS requests",
      "S3 requests",
    ],
    rows.flatMap(({ what, ours, usual }) => [usageRow(what, ours), usageRow(`${what}, usual design`, usual)]),
  );

export const aggregationTable = (rows: readonly Aggregation[]): string =>
  markdownTable(
    ["windows", "lines", "postings", "ERP calls", "ERP calls per line"],
    rows.map(({ windows, lines, postings, erpCalls }) => [windows, lines, postings, erpCalls, round(erpCalls / lines, 2)]),
  );
