import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, open, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../free-port.ts";
import { pythonEnvironment } from "../python-environment.ts";
import { runCommand } from "../run-command.ts";
import { databaseFingerprint, exists, makeDatabase, TRYTON } from "./clean-database.ts";

/** Of a cluster on loopback with a plant that is not real. */
const PASSWORD = "plant-cluster-1";

export interface Cluster {
  /** For Tryton's configuration. */
  readonly uri: string;
  /** Ends it cleanly. */
  end(): Promise<void>;
}

/** Whether the machine has PostgreSQL's programs on its PATH. */
export async function hasPostgresql(): Promise<boolean> {
  const found = await Promise.all(["initdb", "postgres"].map((program) => runCommand(program, ["--version"]).catch(() => undefined)));
  return found.every((answer) => answer?.status === 0);
}

/**
 * A cluster of its own below `directory`, from a copy of the clean one, which is made the first time (about half a minute). It ends with `end()`, and by itself when this process ends.
 * @throws Error with what PostgreSQL said
 */
export async function startCluster(root: string, directory: string, log: (text: string) => void): Promise<Cluster> {
  const python = await pythonEnvironment(root, log, TRYTON);
  const clean = await cleanCluster(root, log);
  const home = await homeBelow(directory);
  await copy(clean, join(home, "data"));
  return run(root, python, home);
}

/** The directory of the clean cluster, never run itself. */
export async function cleanCluster(root: string, log: (text: string) => void): Promise<string> {
  const clean = join(root, ".local", `tryton-${await databaseFingerprint(root)}.postgresql`);
  if (await exists(clean)) return clean;
  const python = await pythonEnvironment(root, log, TRYTON);
  log("making the clean database of Tryton on PostgreSQL (only the first time) …");
  await makeClean(root, python, clean);
  return clean;
}

async function makeClean(root: string, python: string, clean: string): Promise<void> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "orderlane-cluster-")));
  try {
    // PostgreSQL's own user must be able to reach what is below.
    await chmod(directory, 0o755);
    const home = await homeBelow(directory);
    const cluster = await run(root, python, home);
    try {
      await makeDatabase(root, python, directory, { database: { uri: cluster.uri } });
    } finally {
      await cluster.end();
    }
    const draft = `${clean}.${process.pid}`;
    await copy(join(home, "data"), draft);
    // Of several processes that make it at once, the first one's is kept.
    await rename(draft, clean).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true });
      if (!(await exists(clean))) throw error;
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function homeBelow(directory: string): Promise<string> {
  const home = join(directory, "cluster");
  await chmod(directory, 0o755);
  await mkdir(home);
  await writeFile(join(home, "password"), PASSWORD);
  if (process.getuid?.() === 0) {
    const [user, group] = await Promise.all(["-u", "-g"].map(async (what) => Number((await runCommand("id", [what, "postgres"])).output)));
    if (user === undefined || group === undefined) throw new Error("the machine has no user postgres");
    await chown(home, user, group);
    await chown(join(home, "password"), user, group);
  }
  return home;
}

/** With owners and modes, which PostgreSQL looks at. */
async function copy(from: string, to: string): Promise<void> {
  const copied = await runCommand("cp", ["-a", from, to]);
  if (copied.status !== 0) throw new Error(copied.output);
}

async function run(root: string, python: string, home: string): Promise<Cluster> {
  const port = await freePort();
  const log = await open(join(home, "postgresql.log"), "a");
  const args = [join(root, "local", "tryton", "run_postgresql.py"), join(home, "data"), String(port), join(home, "password")];
  const child = spawn(python, args, { detached: true, stdio: ["pipe", "pipe", log.fd] });
  child.on("error", () => undefined);
  child.unref();
  await log.close();
  await untilReady(child, join(home, "postgresql.log"));
  return { uri: `postgresql://plant:${PASSWORD}@127.0.0.1:${port}/`, end: () => end(child) };
}

async function untilReady(child: ChildProcess, logFile: string): Promise<void> {
  if (child.stdout === null) throw new Error("PostgreSQL has no output");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) if (line === "ready") return;
  throw new Error(`PostgreSQL did not start; its log is ${logFile}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.ref();
  child.stdin?.end();
  await ended;
}
