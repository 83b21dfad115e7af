import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PythonMissing, pythonEnvironment } from "../../local/python-environment.ts";

const ROOT = join(import.meta.dirname, "..", "..");
let bin: string;

/** A PATH with nothing but what the test puts there. */
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "orderlane-path-"));
  vi.stubEnv("PATH", bin);
  return () => rm(bin, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function python(name: string, says: string): Promise<void> {
  const program = join(bin, name);
  await writeFile(program, `#!/bin/sh\necho '${says}'\n`);
  await chmod(program, 0o755);
}

const refusal = () =>
  pythonEnvironment(ROOT, () => undefined).then(
    () => expect.unreachable("an environment was made"),
    (error: unknown) => error,
  );

it("without Python the local cloud says in plain words what it needs", async () => {
  const error = await refusal();
  expect(error).toBeInstanceOf(PythonMissing);
  expect(String(error)).toContain("needs Python 3.10 or newer: none was found on PATH. Install one");
});

it("with a Python that is too old it says which one it found", async () => {
  await python("python3", '{"version": [3, 9, 18], "base": "/usr"}');
  await python("python", "Python 2 knows no json here");
  expect(String(await refusal())).toContain("needs Python 3.10 or newer: python3 is 3.9.18.");
});

it("an environment that stands is found again without being made", async () => {
  vi.unstubAllEnvs();
  const said: string[] = [];
  const first = await pythonEnvironment(ROOT, () => undefined);
  expect(await pythonEnvironment(ROOT, (text) => said.push(text))).toBe(first);
  expect(said).toEqual([]);
});
