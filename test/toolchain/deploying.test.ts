import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { functionNames } from "../infra/synthesised.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const CDK = join(ROOT, "node_modules", "aws-cdk", "bin", "cdk");
const textOf = (name: string): string => readFileSync(join(ROOT, "docs", name), "utf8");

/** The lines of the blocks that need no AWS account. */
const commandsHere = (text: string): string[] => [...text.matchAll(/^```sh here\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));
const headings = (text: string): number[] => [...text.matchAll(/^(#+) /gm)].map(([, marks = ""]) => marks.length);
/** Every block that is run, in its order; of `aws` and `npx cdk` commands what a person puts in is in their own language. */
const blocks = (text: string): string[] => [...text.matchAll(/^```sh.*\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block.replaceAll(/<[^>]*>/g, "<…>"));

const folder = mkdtempSync(join(tmpdir(), "orderlane-deploying-"));
for (const name of functionNames()) {
  mkdirSync(join(folder, "bundles", name), { recursive: true });
  writeFileSync(join(folder, "bundles", name, "index.js"), "exports.handler = async () => undefined;");
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As a shell splits it: words, and what stands in quotation marks. */
const words = (command: string): string[] => [...command.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ""));

describe("docs/deploying.md", () => {
  const english = textOf("deploying.md");

  it.concurrent.each(commandsHere(english))("`%s` runs as it stands, and prints the bill beside the template", async (command) => {
    const [npx, cdk, verb, ...args] = words(command);
    expect([npx, cdk]).toEqual(["npx", "cdk"]);
    const env = { ...process.env, CDK_VALIDATION: "false", CDK_DISABLE_CLI_TELEMETRY: "true", CDK_DISABLE_VERSION_CHECK: "true", CI: "true", NO_COLOR: "1" };
    // Stand-ins for the functions' code, for the time that bundling takes.
    const given = [CDK, String(verb), ...args, "-c", `bundles=${join(folder, "bundles")}`, "--output", join(folder, `out-${verb}-${args[1]}`)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, given, { cwd: ROOT, env });
    const stage = /stage=(\w+)/.exec(command)?.[1];
    if (verb === "list") expect(stdout).toContain(`orderlane-${stage}-synchronisation`);
    expect(stderr).toContain(`what stage ${stage} costs in a month`);
    expect(stdout).not.toContain("costs in a month");
  });

  it("is the same in Chinese: the same sections, the same commands", () => {
    const chinese = textOf("deploying.zh-CN.md");
    expect(headings(chinese)).toEqual(headings(english));
    expect(blocks(chinese)).toEqual(blocks(english));
  });

  it("names only stacks, settings and outputs that are there", () => {
    const written = ["infra/stacks/synchronisation-stack.ts", "infra/stacks/state-stack.ts"].map((path) => readFileSync(join(ROOT, path), "utf8")).join("\n");
    const outputs = [...english.matchAll(/<output (\w+)>/g)].map(([, name]) => name);
    expect(new Set(outputs)).toEqual(new Set(["AlarmTopicArn", "ApiUrl", "LedgerTable", "PayloadBucket"]));
    for (const name of outputs) expect(written).toContain(String(name));
    for (const [, path = ""] of english.matchAll(/`((?:infra|local|test)\/[\w./-]+)`/g))
      expect(readFileSync(join(ROOT, path), "utf8").length).toBeGreaterThan(0);
  });
});
