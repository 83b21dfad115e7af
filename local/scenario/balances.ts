import { BalanceAnswer } from "../../core/balance/order-balance.ts";
import { subjectOf } from "./documents.ts";
import type { Installation } from "./installation.ts";
import type { Sent } from "./sent-log.ts";

/** What the API says of the balance of every order of which a plant reported consumption. */
export type Balances = {
  readonly orders: number;
  /** Materials and lots that were compared. */
  readonly rows: number;
  /** One sentence for each row that is not equal, and for each order that was not told. */
  readonly differences: readonly string[];
};

export async function askBalances(installation: Installation, sent: readonly Sent[]): Promise<Balances> {
  const reports = sent.filter(({ wire }) => wire.type === "MaterialActual");
  const orders = new Map(reports.map(({ wire }) => [`${wire.hierarchyScope} ${subjectOf(wire)}`, { site: wire.hierarchyScope, number: subjectOf(wire) }]));
  let rows = 0;
  const differences: string[] = [];
  for (const { site, number } of orders.values()) {
    const told = await askBalance(installation, site, number);
    if (typeof told === "string") differences.push(`order ${number}: ${told}`);
    else {
      rows += told.rows.length;
      differences.push(...differencesIn(told));
    }
  }
  return { orders: orders.size, rows, differences };
}

/** A sentence where the API does not answer 200. */
async function askBalance({ cloud, token }: Installation, site: string, number: string): Promise<BalanceAnswer | string> {
  const url = `${cloud.apiUrl}/v1/sites/${site}/orders/balance?number=${number}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return response.ok ? BalanceAnswer.parse(await response.json()) : `the API answered ${response.status} instead of its balance`;
}

const differencesIn = ({ number, rows }: BalanceAnswer): string[] =>
  rows
    .filter(({ verdict }) => verdict !== "equal")
    .map(({ material, lot, unit, reported, books, remainder }) => {
      const what = lot === undefined ? material : `${material} lot ${lot}`;
      return `order ${number}, ${what}: reported ${reported} ${unit}, in the ERP's books ${books}, recorded remainders ${remainder}`;
    });
