import process from "node:process";
import type { Language } from "./words.ts";

/** Text for a terminal: tables, local times, and nothing that a terminal would obey. */

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Drawn over the character before them. */
const NO_WIDTH = /\p{Mn}|\p{Me}|[\u200b\u200c\ufeff]|\u200d/u;
/** JSON escapes the others itself. */
const CONTROL_IN_JSON = /[\u007f-\u009f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
const CONTROL = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** What came from outside may hold escape sequences, or turn the line around: shown, never obeyed. */
export const shown = (text: string): string => text.replace(CONTROL, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The same value to whoever parses it, and nothing that a terminal would obey: JSON itself lets through what is above ASCII, U+009B (CSI) among it. */
export const jsonText = (value: unknown, indent?: number): string => JSON.stringify(value, null, indent).replace(CONTROL_IN_JSON, escaped);

const columnsOf = (character: string): number => (WIDE.test(character) ? 2 : NO_WIDTH.test(character) ? 0 : 1);

/** In columns of a terminal: 中文 takes two a character. */
export const widthOf = (text: string): number => [...text].reduce((width, character) => width + columnsOf(character), 0);

/** Rows in columns, indented, the last column as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(shown));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...cells.map((row) => (row[at] === undefined ? 0 : widthOf(row[at])))));
  return cells.map((row) => `  ${row.map((cell, at) => padded(cell, at === row.length - 1 ? 0 : widths[at])).join("  ")}`.trimEnd());
}

const padded = (cell: string, width: number | undefined): string => cell + " ".repeat(Math.max(0, (width === undefined ? 0 : width) - widthOf(cell)));

const two = (number: number): string => String(number).padStart(2, "0");

/** `2026-03-01 13:00:05 +01:00`: this machine's zone, which TZ sets. */
export function localTime(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}

const STEPS = [
  [86_400, { en: "d", "zh-CN": "天" }],
  [3600, { en: "h", "zh-CN": "小时" }],
  [60, { en: "min", "zh-CN": "分钟" }],
  [1, { en: "s", "zh-CN": "秒" }],
] as const;

/** `3 h`, `12 min`, `5 s`; `3 小时`. */
export function age(seconds: number, lang: Language): string {
  const [length, unit] = STEPS.find(([step]) => seconds >= step) ?? STEPS[3];
  return `${Math.floor(seconds / length)} ${unit[lang]}`;
}

const PAGE_COLUMNS = 100;

/** As wide as the terminal is; where there is none as COLUMNS says, else as a printed page. */
export function terminalWidth(): number {
  if (process.stdout.isTTY) return process.stdout.columns;
  return /^[1-9]\d{1,3}$/.test(process.env.COLUMNS ?? "") ? Number(process.env.COLUMNS) : PAGE_COLUMNS;
}

export const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join("\n")}\n`);
};

export const printJson = (value: unknown): void => print([jsonText(value, 2)]);
