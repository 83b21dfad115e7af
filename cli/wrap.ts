import { widthOf } from "./show.ts";

/** A word with the spaces before it, or one character of 中文 with what may not begin a line after it. */
const CHUNK =
  /\s*(?:[\u2e80-\u3000\u3003-\u3007\u3012-\ua4cf\uf900-\ufaff][，。；：、）」”？！]*|[^\s\u2e80-\u3000\u3003-\u3007\u3012-\ua4cf\uf900-\ufaff]+)/gu;

/** Text in lines of at most so many columns, broken at spaces and between characters of 中文; its own line breaks are kept. */
export function wrapped(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    let current = "";
    for (const chunk of line.match(CHUNK) ?? []) {
      if (current !== "" && widthOf(current) + widthOf(chunk) > columns) {
        lines.push(current);
        current = chunk.trimStart();
      } else current += chunk;
    }
    return [...lines, current];
  });
}
