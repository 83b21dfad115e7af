import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { commandsIn, lastLineOf, npmStart, ROOT } from "./npm-start.ts";

/** What the README promises of `npm start`, with the commands as they stand in it. Two starts run side by side, each with its own cloud. */

const count = z.number().int().nonnegative();
const Summary = z.strictObject({
  documents: count,
  delivered: count,
  rejected: count,
  undone: count,
  superseded: count,
  duplicates: count,
  waiting: count,
  parked: count,
  lost: count,
  doubled: count,
  inverted: count,
  stuck: count,
  seconds: z.number().positive(),
});
const directory = mkdtempSync(join(tmpdir(), "orderlane-e2e-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const readme = (language: "" | ".zh-CN"): string => readFileSync(join(ROOT, `README${language}.md`), "utf8");
const shell = promisify(execFile);
const summaryIn = (output: string) => Summary.parse(JSON.parse(lastLineOf(output)));
const UP = "Try next";

describe.concurrent("npm start", () => {
  it("plays the scenario, stays up for the README's commands on files it never saw, and ends all of it on Ctrl-C", { timeout: 240_000 }, async ({
    expect: check,
  }) => {
    const accessFile = join(directory, "access.json");
    const started = npmStart(["--seed", "7"], { ORDERLANE_ACCESS_FILE: accessFile });
    const over = started.ended.then((code) => `ended with ${code}: ${started.output()}`);
    const up = check.poll(() => started.output().includes(UP), { timeout: 180_000, interval: 200 }).toBe(true);
    check(await Promise.race([over, up.then(() => UP)])).toBe(UP);
    check(started.output()).toContain("the ERP's and the MES's books agree with what was sent");
    check(started.output()).toMatch(/balance of \d+ orders, \d+ materials and lots: the ERP's books are what was reported, to the last digit/);

    const { url, token } = z.object({ url: z.string(), token: z.string() }).parse(JSON.parse(readFileSync(accessFile, "utf8")));
    check(started.output()).toContain(url);
    const env = { ...process.env, ORDERLANE_ACCESS_FILE: accessFile, API: url, TOKEN: token };
    const run = async (command: string) => (await shell("sh", ["-ec", command], { cwd: ROOT, env })).stdout;
    const [send, curl, order, offline] = commandsIn(readme(""));
    check(await run(String(send))).toContain("2 accepted");
    check(await run(String(curl))).toContain('"result":"accepted"');
    await check.poll(() => run(String(order)), { timeout: 60_000, interval: 500 }).toMatch(/2 documents, all settled[\s\S]*waits for material:4711/);

    started.interrupt();
    check(await started.ended).toBe(0);
    check(await run(String(offline))).toContain("goes to the plant as it stands here");
    check(() => readFileSync(accessFile)).toThrow("ENOENT");
    await check(fetch(`${url}/v1/sites/hamburg/open`)).rejects.toThrow();
  });

  it("--once --json prints the counts last, and exits 1 when a row is taken out of the MES's book", { timeout: 240_000 }, async ({ expect: check }) => {
    const started = npmStart(["--once", "--json", "--seed", "42", "--tamper", "mes"]);
    check(await started.ended, started.output()).toBe(1);
    const { documents, seconds: _seconds, lost, doubled, inverted, stuck, ...counts } = summaryIn(started.output());
    check({ lost, doubled, inverted, stuck }).toEqual({ lost: 1, doubled: 0, inverted: 0, stuck: 0 });
    check(documents).toBeGreaterThanOrEqual(40);
    check(Object.entries(counts).filter(([, value]) => value < 1)).toEqual([]);
    const { delivered, rejected, undone, superseded, parked } = counts;
    check(delivered + rejected + undone + superseded + parked).toBe(documents);
    check(started.output()).toMatch(/lost +order \d+ v\d: told accepted, and the MES's book has no order/);
  });
});

it("both READMEs hold the same commands", () => {
  expect(commandsIn(readme(".zh-CN"))).toEqual(commandsIn(readme("")));
  expect(commandsIn(readme(""))).toHaveLength(4);
});
