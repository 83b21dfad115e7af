type Cell = string | number;

/** Markdown whose columns are also straight in a terminal: text to the left, numbers to the right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = head.map((name, at) => Math.max(name.length, 3, ...texts.map((row) => row[at]?.length ?? 0)));
  const isNumber = head.map((_, at) => rows.length > 0 && rows.every((row) => /^[\d.,× –-]+$/.test(String(row[at]))));
  const fitted = (text: string, at: number): string => (isNumber[at] === true ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0));
  const line = (cells: readonly string[]): string => `| ${cells.map(fitted).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (isNumber[at] === true ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(head), rule, ...texts.map(line)].join("\n");
}

/** To so many digits after the point. */
export const round = (number: number, digits = 1): string => number.toFixed(digits);
