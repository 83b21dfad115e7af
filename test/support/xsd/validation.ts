import { spawn } from "node:child_process";
import { join } from "node:path";
import * as z from "zod";
import { pythonEnvironment } from "../../../local/python-environment.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const Faults = z.array(z.array(z.string()).nullable());

/**
 * What the schema finds against each of the texts: null where nothing. All in one Python process, in an environment of its own (made the first time, in seconds).
 * Rejects where the schema itself cannot be read.
 */
export async function validated(schema: string, documents: readonly string[]): Promise<z.infer<typeof Faults>> {
  const python = await pythonEnvironment(ROOT, () => undefined, {
    requirements: "test/support/xsd/requirements.txt",
    folder: "python-xsd",
    name: "the schema tests",
  });
  const output = await run(python, ["-I", join(import.meta.dirname, "validate.py"), schema], JSON.stringify({ documents }));
  return Faults.parse(JSON.parse(output));
}

function run(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => out.push(piece));
    child.stderr.setEncoding("utf8").on("data", (piece: string) => err.push(piece));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(out.join("")) : reject(new Error(err.join("")))));
    child.stdin.end(input);
  });
}
