import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, open, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { pythonEnvironment } from "../python-environment.ts";
import { type Configuration, CREDENTIALS, cleanDatabase, configurationText, DATABASE, TRYTON } from "./clean-database.ts";
import { startCluster } from "./postgresql.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const START_DEADLINE_MS = 60_000;
const START_ATTEMPTS = 3;
const POLL_MS = 20;

export interface TrytonOptions {
  readonly log: (text: string) => void;
  /** By default a free one. */
  readonly port?: number;
  /** `postgresql`, where the machine has it, for what races: SQLite has one writer at a time. By default `sqlite`. */
  readonly database?: "sqlite" | "postgresql";
  /** Beside what it needs to run. */
  readonly configuration?: Configuration;
}

export interface Tryton {
  /** `http://127.0.0.1:<port>/erp`: what a connection's `url` says. */
  readonly url: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly admin: { readonly user: string; readonly password: string };
  /** Of one on SQLite. */
  readonly databaseFile?: string;
  readonly logFile: string;
  /** SIGKILL, whatever it is doing; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on its port and data, after `kill`. */
  restart(): Promise<void>;
  /** Ends it and removes its data. May be called again. */
  stop(): Promise<void>;
}

/**
 * A Tryton of its own on loopback, its plant as `plant.json` says, from a copy of the clean database. Several may run side by side.
 * It ends with `stop()`, and by itself when this process ends in any way (serve.py).
 * @throws Error with the log's tail where it does not answer
 */
export async function startTryton(options: TrytonOptions): Promise<Tryton> {
  const python = await pythonEnvironment(ROOT, options.log, TRYTON);
  const directory = await realpath(await mkdtemp(join(tmpdir(), "orderlane-tryton-")));
  let storage: Storage | undefined;
  try {
    storage = await (options.database === "postgresql" ? onPostgresql : onSqlite)(directory, options.log);
    const configuration = withDatabase(options.configuration ?? {}, storage.database);
    const server = { python, directory, logFile: join(directory, "tryton.log"), configuration, storage };
    const { port, child } = await startOnSomePort(server, options.port);
    return trytonOf(server, port, child);
  } catch (error) {
    await storage?.end();
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Where one server keeps its data. */
type Storage = { readonly database: Readonly<Record<string, string>>; readonly file?: string; end(): Promise<void> };

async function onSqlite(directory: string, log: (text: string) => void): Promise<Storage> {
  const clean = await cleanDatabase(ROOT, log);
  const file = join(directory, "db", `${DATABASE}.sqlite`);
  await mkdir(join(directory, "db"));
  await copyFile(clean, file);
  return { database: {}, file, end: async () => undefined };
}

async function onPostgresql(directory: string, log: (text: string) => void): Promise<Storage> {
  const cluster = await startCluster(ROOT, directory, log);
  return { database: { uri: cluster.uri }, end: () => cluster.end() };
}

const withDatabase = (configuration: Configuration, database: Readonly<Record<string, string>>): Configuration => ({
  ...configuration,
  database: { ...configuration.database, ...database },
});

type Server = {
  readonly python: string;
  readonly directory: string;
  readonly logFile: string;
  readonly configuration: Configuration;
  readonly storage: Storage;
};
type Running = { readonly port: number; readonly child: ChildProcess };

async function startOnSomePort(server: Server, asked: number | undefined): Promise<Running> {
  for (let attempt = 1; ; attempt += 1) {
    const port = asked ?? (await freePort());
    const started = await tryStart(server, port);
    if (started.kind === "ready") return { port, child: started.child };
    // Between finding a free port and using it, another process may have taken it.
    if (!started.portTaken || asked !== undefined || attempt === START_ATTEMPTS) throw new Error(`Tryton did not start: ${started.why}\n${started.logTail}`);
  }
}

type Started =
  | { readonly kind: "ready"; readonly child: ChildProcess }
  | { readonly kind: "failed"; readonly why: string; readonly portTaken: boolean; readonly logTail: string };

async function tryStart(server: Server, port: number): Promise<Started> {
  const { directory, logFile } = server;
  const configuration = join(directory, "tryton.conf");
  const web = { listen: `127.0.0.1:${port}` };
  await writeFile(configuration, configurationText(join(directory, "db"), { ...server.configuration, web }));
  const mark = randomUUID();
  const log = await open(logFile, "a");
  const args = [join(import.meta.dirname, "serve.py"), "-c", configuration, "-d", DATABASE];
  // Its time is UTC; a plant's own zone is its company's.
  const env = { PATH: process.env.PATH, HOME: directory, LANG: "C.UTF-8", TZ: "UTC", ORDERLANE_MARK: mark };
  // Detached: Ctrl-C reaches this process, which then ends the server by closing its standard input.
  const child = spawn(server.python, args, { cwd: directory, env, detached: true, stdio: ["pipe", log.fd, log.fd] });
  // untilReady sees a start that failed by the missing process id.
  child.on("error", () => undefined);
  child.unref();
  await log.close();
  const why = await untilReady(child, port, mark);
  if (why === undefined) return { kind: "ready", child };
  const logTail = (await readFile(logFile, "utf8")).split("\n").slice(-30).join("\n");
  await end(child);
  return { kind: "failed", why, portTaken: logTail.includes("in use"), logTail };
}

const hasEnded = (child: ChildProcess): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** @returns why it will not become ready; undefined once it is */
async function untilReady(child: ChildProcess, port: number, mark: string): Promise<string | undefined> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    if (hasEnded(child)) return `it ended with ${child.exitCode ?? child.signalCode ?? "no process"}`;
    const said = await fetch(`http://127.0.0.1:${port}/orderlane-ready`).then(
      async (answer) => (answer.ok ? answer.text() : undefined),
      () => undefined,
    );
    if (said === mark) return undefined;
    await delay(POLL_MS);
  }
  return `it did not answer within ${START_DEADLINE_MS / 1000} s`;
}

/** SQLite keeps what is committed through this: nothing needs to be written at the end. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.ref();
  child.kill("SIGKILL");
  await ended;
}

function trytonOf(server: Server, port: number, first: ChildProcess): Tryton {
  let child = first;
  return {
    url: `http://127.0.0.1:${port}/${DATABASE}`,
    port,
    database: DATABASE,
    user: CREDENTIALS.user,
    password: CREDENTIALS.password,
    admin: { user: CREDENTIALS.admin, password: CREDENTIALS.adminPassword },
    ...(server.storage.file === undefined ? {} : { databaseFile: server.storage.file }),
    logFile: server.logFile,
    kill: () => end(child),
    restart: async () => {
      if (!hasEnded(child)) throw new Error("it runs: kill it first");
      ({ child } = await startOnSomePort(server, port));
    },
    stop: async () => {
      await end(child);
      await server.storage.end();
      await rm(server.directory, { recursive: true, force: true });
    },
  };
}
