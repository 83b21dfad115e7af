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
