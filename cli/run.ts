import process from "node:process";
import { InvalidArgumentError } from "commander";
import type { CommandLine } from "./command-line.ts";

/** Sets the exit code; stdout is flushed by ending, not by exit(). */
export async function end(code: Promise<number>): Promise<void> {
  process.exitCode = await code;
}

/** A parser of options that are whole numbers from 1. */
export const wholeNumber =
  ({ say }: CommandLine) =>
  (text: string): number => {
    if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
    throw new InvalidArgumentError(say({ en: "It is a whole number from 1.", "zh-CN": "应为从 1 起的整数。" }));
  };

const SECONDS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
const isUnit = (text: string | undefined): text is keyof typeof SECONDS => text !== undefined && text in SECONDS;

/** A parser of options that are spans of time: `90s`, `15min`, `2h`, `3d`, as seconds. */
export const span =
  ({ say }: CommandLine) =>
  (text: string): number => {
    const [, count, unit] = /^(\d{1,6})(s|min|h|d)$/.exec(text) ?? [];
    if (isUnit(unit)) return Number(count) * SECONDS[unit];
    throw new InvalidArgumentError(say({ en: "It is a span such as 90s, 15min, 2h or 3d.", "zh-CN": "应为 90s、15min、2h、3d 这样的时长。" }));
  };

/** A parser of seconds that a server is spared for. */
export const secondsFrom =
  ({ say }: CommandLine, least: number) =>
  (text: string): number => {
    if (/^\d{1,5}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(say({ en: `It is a number of seconds from ${least}.`, "zh-CN": `应为从 ${least} 起的秒数。` }));
  };
