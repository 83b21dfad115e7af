import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completionScript, type Shell } from "../../../cli/completion.ts";
import { programIn } from "../../../cli/program.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orderlane-completion-"));
  for (const shell of ["bash", "zsh", "fish"] as const) writeFileSync(join(folder, shell), completionScript(programIn("zh-CN").program, shell));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a real bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); $(complete -p orderlane | sed 's/.*-F \\([^ ]*\\) .*/\\1/'); printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ended = spawnSync("bash", ["--norc", "-c", script, "bash", join(folder, "bash"), "orderlane", ...words], { encoding: "utf8" });
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  return ended.stdout.split("\n").filter((word) => word !== "");
}

describe("completion in a real bash", () => {
  it("offers commands, their commands and their options, by what was typed", () => {
    expect(offered("ord")).toEqual(["order"]);
    expect(offered("re")).toEqual(["replay", "resolve", "resume"]);
    expect(offered("master", "")).toEqual(expect.arrayContaining(["load", "duplicates"]));
    expect(offered("master", "load", "--bas")).toEqual(["--basic-env"]);
    expect(offered("open", "--s")).toEqual(["--site", "--state"]);
  });

  it("offers an option's choices, wherever the option stands, and nothing for one without", () => {
    expect(offered("open", "--site", "hamburg", "--state", "wa")).toEqual(["waiting"]);
    expect(offered("tail", "--lang", "")).toEqual(["en", "zh-CN"]);
    expect(offered("open", "--site", "")).toEqual([]);
  });
});

it.each<[Shell, string[]]>([
  ["bash", ["-n"]],
  ["zsh", ["-n"]],
  ["fish", ["--no-execute"]],
])("is a script of %s, where that shell is installed", (shell, args) => {
  const ended = spawnSync(shell, [...args, join(folder, shell)], { encoding: "utf8" });
  // ENOENT: this machine does not have the shell.
  if (ended.error === undefined) expect(ended).toMatchObject({ status: 0, stderr: "" });
  expect(completionScript(programIn("en").program, shell)).toContain("duplicates");
});
