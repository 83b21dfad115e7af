import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";
import { ROOT, runCli } from "./run-cli.ts";

const Package = z.object({ version: z.string(), bin: z.object({ orderlane: z.string() }) });

it("starts by package.json's bin, on the Node that the machine has", async () => {
  const { version, bin } = Package.parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const ended = await runCli(["--version"], {}, bin.orderlane, "node");
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 0, stdout: `${version}\n` });
  expect(ended.stderr).not.toContain("installing");
  expect((await runCli(["dance"], {}, bin.orderlane, "node")).code).toBe(2);
});
