import { type Usage, usageOf, usualUsage } from "../infra/bill/usage.ts";
import { cost } from "../infra/bill/usage-cost.ts";
import type { CallAccount } from "./call-account.ts";

/** What one document costs at list prices, as numbers for a table; the bill (infra/bill/) reckons with the same in exact decimals. */

/** US dollars for a million documents. */
export type Price = {
  readonly api: number;
  readonly table: number;
  readonly workflows: number;
  readonly functions: number;
  readonly queue: number;
  /** Objects and secrets. */
  readonly store: number;
  readonly total: number;
};

/** One flow beside the usual design for the same document. */
export type FlowPrice = { readonly what: string; readonly ours: Usage; readonly price: Price; readonly usual: Usage; readonly usualPrice: Price };

/** At list prices, for a million. */
export function priceOf(usage: Usage): Price {
  const { api, table, workflows, functions, queue, store, total } = cost(usage, MILLION);
  return {
    api: Number(api),
    table: Number(table),
    workflows: Number(workflows),
    functions: Number(functions),
    queue: Number(queue),
    store: Number(store),
    total: Number(total),
  };
}

const MILLION = 1_000_000;

/** Of each account that is a flow of its own. */
export const flowPrices = (accounts: readonly CallAccount[]): readonly FlowPrice[] =>
  accounts.flatMap((account) => {
    if (account.bytes === undefined) return [];
    const [ours, usual] = [usageOf(account), usualUsage(account.bytes, account.erpCalls)];
    return [{ what: account.what, ours, price: priceOf(ours), usual, usualPrice: priceOf(usual) }];
  });
