/** The hand-written table, read: for each operation and target the status that each principal expects. */
export type Row = { readonly operationId: string; readonly target: string; readonly statuses: Readonly<Record<string, number>> };

export class TableWrong extends Error {}

/** @throws TableWrong where a row has not a status for every principal */
export function readTable(text: string): readonly Row[] {
  const [head = "", ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  const [, , ...principals] = head.trim().split(/\s+/);
  return lines.map((line) => {
    const [operationId = "", target = "", ...cells] = line.trim().split(/\s+/);
    if (cells.length !== principals.length || cells.some((cell) => !/^\d{3}$/.test(cell))) throw new TableWrong(`not a status for each principal: ${line}`);
    return { operationId, target, statuses: Object.fromEntries(principals.map((principal, at) => [principal, Number(cells[at])])) };
  });
}
