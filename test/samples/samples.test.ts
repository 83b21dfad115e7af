import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { samplesPage } from "../../local/draw-samples.ts";
import { sampleAccounts, samplesFolder } from "../../local/sample-accounts.ts";
import { ROOT, runCli } from "../unit/cli/run-cli.ts";
import { PINNED } from "./pinned-fields.ts";

const folder = samplesFolder();
const accounts = folder === undefined ? [] : sampleAccounts(folder);
const run = (args: readonly string[], samples: string) => runCli(args, { ORDERLANE_SAMPLES: samples }, "local/try-samples.ts");

describe.skipIf(folder === undefined)("the published samples (skipped where ../shared/samples is absent)", () => {
  it.each(Object.entries(PINNED))("%s: every field that a plant needs of it is carried", (file, pinned) => {
    const account = accounts.find(({ path }) => basename(path) === file);
    const fates = new Map(account?.fields.map(({ pointer, fate }) => [pointer, fate.kind]));
    expect(pinned.filter((pointer) => fates.get(pointer) !== "mapped")).toEqual([]);
  });

  it("lose no field, and every document of theirs becomes canonical", () => {
    for (const { path, fields, reasons } of accounts) {
      expect([path, reasons]).toEqual([path, []]);
      expect([path, fields.filter(({ fate }) => fate.kind === "lost")]).toEqual([path, []]);
    }
    expect(accounts.map(({ documents }) => documents)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  });

  it("stand in docs/samples.md as the tables map them now", () => {
    expect(readFileSync(join(ROOT, "docs", "samples.md"), "utf8")).toBe(samplesPage(String(folder)));
  });

  it("are counted by try:samples, which ends with 0", async () => {
    const { code, stdout } = await run(["--json"], String(folder));
    expect(code).toBe(0);
    expect(JSON.parse(String(stdout.trim().split("\n").at(-1)))).toMatchObject({ files: 8, documents: 7, lost: 0 });
  });
});

it("try:samples ends with 2 where there are no files, and says what to do", async () => {
  const nowhere = join(ROOT, "there-is-no-such-folder");
  expect(existsSync(nowhere)).toBe(false);
  expect(await run(["--json"], nowhere)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("set ORDERLANE_SAMPLES") });
});
