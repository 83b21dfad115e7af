/** One change to the code that protects a promise, as exact replacements of text. */
export type Mutation = {
  readonly promise: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  /** What is taken away. */
  readonly name: string;
  readonly file: string;
  readonly edits: readonly { readonly find: string; readonly replace: string }[];
  /** The title of the test, in the promise's own file, that must fail by its own assertion. */
  readonly turnsRed: string;
};

export const PROMISES: Readonly<Record<Mutation["promise"], string>> = {
  1: "test/promises/1-accepted-means-durable.test.ts",
  2: "test/promises/2-one-recorded-disposition.test.ts",
  3: "test/promises/3-one-business-effect.test.ts",
  4: "test/promises/4-in-order-per-lane.test.ts",
  5: "test/promises/5-done-undone-or-a-task.test.ts",
  6: "test/promises/6-nothing-is-guessed.test.ts",
  7: "test/promises/7-never-altered.test.ts",
  8: "test/promises/8-one-bad-document.test.ts",
};

export class TextNotOnce extends Error {}

/** The file's text with every edit made. @throws TextNotOnce where a text to be replaced is not there exactly once */
export function mutated(source: string, { name, file, edits }: Pick<Mutation, "name" | "file" | "edits">): string {
  return edits.reduce((text, { find, replace }) => {
    const times = text.split(find).length - 1;
    if (times !== 1) throw new TextNotOnce(`mutation "${name}": its text is ${times} times in ${file}, not once:\n${find}`);
    return text.replace(find, () => replace);
  }, source);
}

const CONTEXT = 3;

/** The difference of two texts as one hunk of a unified diff. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, young] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < young.length - start && old.at(-1 - end) === young.at(-1 - end)) end += 1;
  const from = Math.max(0, start - CONTEXT);
  const tail = Math.min(end, CONTEXT);
  const common = (lines: readonly string[]): string[] => lines.map((line) => ` ${line}`);
  const [removed, added] = [old.slice(start, old.length - end), young.slice(start, young.length - end)];
  const range = (changed: readonly string[]): string => `${from + 1},${start - from + changed.length + tail}`;
  return [
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -${range(removed)} +${range(added)} @@`,
    ...common(old.slice(from, start)),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...common(old.slice(old.length - end, old.length - end + tail)),
  ].join("\n");
}
