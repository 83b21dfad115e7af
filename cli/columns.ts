import { shown, widthOf } from "./show.ts";

/** A column of a comparison: its title and its lines. */
export type Column = { readonly title: string; readonly lines: readonly string[] };

const BETWEEN = " │ ";
/** Narrower, a column is no longer read but guessed. */
const NARROWEST = 36;

/** Side by side where each column has room enough, its long lines folded; else one below the other. @param width in columns of a terminal */
export function sideBySide(columns: readonly Column[], width: number): string[] {
  const room = Math.floor((width - BETWEEN.length * (columns.length - 1)) / columns.length);
  if (room < NARROWEST) return columns.flatMap(({ title, lines }, at) => [...(at === 0 ? [] : [""]), title, ...lines.map((line) => `  ${shown(line)}`)]);
  const folded = columns.map(({ title, lines }) => [title, "─".repeat(room), ...lines.flatMap((line) => foldedAt(shown(line), room))]);
  const height = Math.max(0, ...folded.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    folded
      .map((lines) => padded(lines[row], room))
      .join(BETWEEN)
      .trimEnd(),
  );
}

const padded = (line: string | undefined, room: number): string => {
  const text = line === undefined ? "" : line;
  return text + " ".repeat(Math.max(0, room - widthOf(text)));
};

/** Every character is kept; what goes on in the next line is set in by two. */
function foldedAt(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const character of line) {
    if (widthOf(current) + widthOf(character) > room) {
      lines.push(current);
      current = "  ";
    }
    current += character;
  }
  return [...lines, current];
}
