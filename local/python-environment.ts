import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { runCommand } from "./run-command.ts";

/** What an environment is for. */
export interface PythonNeed {
  /** In words for the person at the keyboard: `the emulator`. */
  readonly name: string;
  /** Its folder below `.local` is this and a hash. */
  readonly folder: string;
  /** The packages with their hashes; below the project's root. */
  readonly requirements: string;
  /** `whole`: the file names every package; pip looks for no further ones (some packages ask for more than is used). */
  readonly whole?: boolean;
}

const EMULATOR: PythonNeed = { name: "the emulator", folder: "python", requirements: join("local", "requirements.txt") };

/** The emulator's own requirement, and Tryton's. */
const OLDEST_PYTHON = [3, 10] as const;
const CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const ABOUT = "import json, sys; print(json.dumps({'version': sys.version_info[:3], 'base': sys.base_prefix}))";
const About = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.issues.push({ code: "custom", input: text, message: "is not what ABOUT prints" });
      return z.NEVER;
    }
  })
  .pipe(z.object({ version: z.tuple([z.number(), z.number(), z.number()]), base: z.string() }));

/** What is missing on this machine, in words for the person at the keyboard. */
export class PythonMissing extends Error {}

interface Python {
  readonly program: string;
  readonly version: string;
  readonly base: string;
}

/**
 * The Python of a virtual environment with exactly the packages of a requirements file (the emulator's, unless said otherwise); makes it the first time (about ten seconds), finds it afterwards.
 * Several processes may ask at once: each builds its own and the first to finish is kept.
 * @returns path of the environment's Python
 * @throws PythonMissing without Python 3.10 or newer, or without its venv module
 */
export async function pythonEnvironment(root: string, log: (text: string) => void, need: PythonNeed = EMULATOR): Promise<string> {
  const python = await findPython();
  const requirements = join(root, need.requirements);
  const wanted = createHash("sha256")
    .update(await readFile(requirements))
    .update(`${python.version}\n${python.base}`)
    .digest("hex");
  const home = join(root, ".local", `${need.folder}-${wanted.slice(0, 16)}`);
  const interpreter = join(home, "bin", "python");
  if (await exists(interpreter)) return interpreter;

  log(`making the Python environment of ${need.name} (Python ${python.version}; only the first time) …`);
  const draft = `${home}.${process.pid}`;
  await mkdir(join(root, ".local"), { recursive: true });
  try {
    await build(python, draft, requirements, need);
    await keep(draft, home, interpreter);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return interpreter;
}

async function build(python: Python, draft: string, requirements: string, need: PythonNeed): Promise<void> {
  const made = await runCommand(python.program, ["-m", "venv", draft]);
  if (made.status !== 0) {
    throw new PythonMissing(
      `Python ${python.version} cannot make a virtual environment (on Debian and Ubuntu: install python3-venv). It said:\n${made.output}`,
    );
  }
  const install = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-input",
    "--disable-pip-version-check",
    "--only-binary",
    ":all:",
    "--require-hashes",
    ...(need.whole === true ? ["--no-deps"] : []),
    "-r",
    requirements,
  ];
  const installed = await runCommand(join(draft, "bin", "python"), install);
  if (installed.status !== 0) throw new Error(`pip could not install ${need.name} from ${need.requirements}. It said:\n${installed.output}`);
}

/** The finished environment appears under its name in one step; if another process was first, its environment is as good. */
async function keep(draft: string, home: string, interpreter: string): Promise<void> {
  try {
    await rename(draft, home);
  } catch (error) {
    if (!(await exists(interpreter))) throw error;
  }
}

async function findPython(): Promise<Python> {
  const seen: string[] = [];
  for (const program of CANDIDATES) {
    const python = await ask(program);
    if (python === undefined) continue;
    if (isNewEnough(python.version)) return python;
    seen.push(`${program} is ${python.version}`);
  }
  const found = seen.length === 0 ? "none was found on PATH" : seen.join(", ");
  throw new PythonMissing(
    `The local cloud needs Python ${OLDEST_PYTHON.join(".")} or newer: ${found}. Install one (python.org, or your system's packages), then run the same command again.`,
  );
}

async function ask(program: string): Promise<Python | undefined> {
  const answer = await runCommand(program, ["-I", "-c", ABOUT]).catch(() => undefined);
  if (answer === undefined || answer.status !== 0) return undefined;
  const about = About.safeParse(answer.output);
  return about.success ? { program, version: about.data.version.join("."), base: about.data.base } : undefined;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_PYTHON;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
