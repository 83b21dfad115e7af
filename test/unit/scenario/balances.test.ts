import { expect, it } from "vitest";
import { exitCodeOf, tableOf } from "../../../local/scenario/summary.ts";

const OUTCOME = { seed: 1, told: [], duplicates: 0, findings: [], seconds: 1 };

it("the scenario ends with the balance of its orders, and with 1 where a row differs", () => {
  const balanced = { ...OUTCOME, balances: { orders: 6, rows: 12, differences: [] } };
  expect(exitCodeOf(balanced)).toBe(0);
  expect(tableOf(balanced).split("\n").at(-1)).toContain("balance of 6 orders, 12 materials and lots: the ERP's books are what was reported");
  const differs = { ...OUTCOME, balances: { orders: 6, rows: 12, differences: ["order 1000123, 4711 lot 12E4: reported 2 KGM, in the ERP's books 1"] } };
  expect(exitCodeOf(differs)).toBe(1);
  expect(tableOf(differs)).toContain("1 DIFFER\n    order 1000123, 4711 lot 12E4");
});
