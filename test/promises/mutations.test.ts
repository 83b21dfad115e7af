import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mutated, PROMISES, unifiedDiff } from "./mutation.ts";
import { MUTATIONS } from "./mutations.ts";

const root = join(import.meta.dirname, "..", "..");

describe("the mutations of `npm run promises -- --mutate`", () => {
  for (const mutation of MUTATIONS) {
    it(`promise ${mutation.promise}, ${mutation.name}: its text is in ${mutation.file} exactly once`, () => {
      const source = readFileSync(join(root, mutation.file), "utf8");
      expect(mutated(source, mutation)).not.toBe(source);
    });
  }

  it("protect every promise by at least two, each with a name of its own", () => {
    const counts = Object.keys(PROMISES).map((number) => MUTATIONS.filter(({ promise }) => String(promise) === number).length);
    expect(counts.filter((count) => count < 2)).toEqual([]);
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  });

  it("refuse a text that is not there, or there twice", () => {
    const edits = [{ find: "a", replace: "b" }];
    expect(() => mutated("x", { name: "n", file: "f", edits })).toThrow(/0 times/);
    expect(() => mutated("a a", { name: "n", file: "f", edits })).toThrow(/2 times/);
  });

  it("show their difference as a unified diff", () => {
    expect(unifiedDiff("f", "1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nx\ny\n6\n7\n8\n9")).toBe(
      ["--- a/f", "+++ b/f", "@@ -2,7 +2,8 @@", " 2", " 3", " 4", "-5", "+x", "+y", " 6", " 7", " 8"].join("\n"),
    );
  });
});
