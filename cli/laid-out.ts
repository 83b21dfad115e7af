/** One long line of JSON, broken at its own commas and braces: laid out, with every character of a value kept as it was sent. */
export function readable(source: string): string[] {
  if (source.includes("\n")) return source.split("\n").map((line) => line.replaceAll("\t", "  "));
  const tokens = source.match(/"(?:[^"\\]|\\.)*"|[{}[\],]|[^"{}[\],]+/g);
  return tokens === null ? [source] : laidOut(tokens);
}

function laidOut(tokens: readonly string[]): string[] {
  const lines: string[] = [];
  let depth = 0;
  let line = "";
  const end = (): void => {
    if (line.trim() !== "") lines.push(line.trimEnd());
    line = "  ".repeat(depth);
  };
  for (const token of tokens) {
    if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      end();
    }
    line += token;
    if (token === "{" || token === "[") depth += 1;
    if (token === "{" || token === "[" || token === ",") end();
  }
  end();
  return lines;
}
