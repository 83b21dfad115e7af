import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { expect, it } from "vitest";
import * as z from "zod";

/** `npm run demo:shift` as a process, with few orders and a short absence of the ERP. */

const ROOT = join(import.meta.dirname, "..", "..");
const count = z.number().int().nonnegative();
const Summary = z.strictObject({
  orders: count,
  documents: count,
  kills: count,
  erpCalls: count,
  differences: count,
  stuck: count,
  seconds: z.number().positive(),
});

function demoShift(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = ["local/with-node-24.mjs", "local/shift/demo-shift.ts", "--json", "--orders", "6", "--down", "3", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, child, { cwd: ROOT, maxBuffer: 8_000_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 128), output: stdout + stderr });
    });
  });
}

const summaryIn = (output: string) => Summary.parse(JSON.parse(String(output.trimEnd().split("\n").at(-1))));

it("a shift ends with 0 where Tryton's books equal the journal, after a kill", { timeout: 300_000 }, async () => {
  const { code, output } = await demoShift("--seed", "5", "--files", "shift-e2e");
  expect(code, output).toBe(0);
  expect(summaryIn(output)).toMatchObject({ orders: 6, kills: 1, differences: 0, stuck: 0 });
  expect(summaryIn(output).erpCalls).toBeGreaterThan(500);
  for (const kind of ["taken back", "inspections failed", "held by the MES", "in quarantine", "order completed"])
    expect(output).toMatch(new RegExp(`^  ${kind} .* [1-9]\\d* .*=$`, "m"));
});

it("a shift ends with 1 where a move was cancelled in Tryton behind our back, and says which, why and what to do", { timeout: 300_000 }, async () => {
  const { code, output } = await demoShift("--seed", "6", "--tamper", "move", "--files", "shift-e2e-tampered");
  expect(code, output).toBe(1);
  const { differences, stuck } = summaryIn(output);
  expect({ differences, stuck }).toEqual({ differences: 3, stuck: 0 });
  expect(output).toMatch(/differs {4}consumed, order \d+ · .*: the journal says [\d.]+ \S+, Tryton 0\n +why .+\n +next .+/);
});

it.each([
  [["--orders", "3"], "--orders takes 6 to 40"],
  [["--tamper", "mes"], '--tamper takes "move"'],
  [["--seed", "x"], "--seed takes a whole number"],
])("refuses %j in words", async (args, words) => {
  const { code, output } = await demoShift(...args);
  expect(code).toBe(2);
  expect(output).toContain(words);
});
