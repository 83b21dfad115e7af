import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { freePort } from "./free-port.ts";
import { functionProcesses, killFunctionProcesses, killIfThere } from "./function-processes.ts";
import { pythonEnvironment } from "./python-environment.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const REGION = "eu-central-1";
/** The emulator's account for any access key that is not twelve digits. */
const ACCOUNT = "000000000000";
const START_DEADLINE_MS = 60_000;
/** The emulator gives its functions 2 s to end. */
const STOP_DEADLINE_MS = 10_000;
const START_ATTEMPTS = 3;
const POLL_MS = 20;

/** What every SDK client needs to speak to this emulator; a setting that a client does not know, it ignores. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** S3: bucket names are no host names here. */
  readonly forcePathStyle: true;
  /** SQS: queue URLs say `localhost`. */
  readonly useQueueUrlAsEndpoint: false;
  /** Step Functions: `StartSyncExecution` and `TestState` go to the same host. */
  readonly disableHostPrefix: true;
}

export interface EmulatorOptions {
  readonly log: (text: string) => void;
  /** Where the emulator writes its own log, its functions' output included; by default in its data directory, which goes with it. */
  readonly logFile?: string;
  /** Settings of the emulator itself, such as SFN_WAIT_SCALE. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Roles may do what their policies say and no more; by TLS (emulator_rights.py, ARCHITECTURE.md 9). This process then trusts the emulator's certificate. */
  readonly enforcesRights?: boolean;
}

/** What stands where roles are held to their rights. */
export interface Enforcement {
  /** The emulator's own certificate, for those who speak to it. */
  readonly certificate: string;
  /** A line of JSON for each question asked of a role: role, action, resource, allowed. */
  readonly rightsLog: string;
}

export interface Emulator {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly pid: number;
  readonly logFile: string;
  /** Its data and temporary files; removed with it, so a place for what shall not outlive it. */
  readonly directory: string;
  readonly clients: ClientSettings;
  readonly enforcement?: Enforcement;
  /** Process ids of a function's workers; empty before its first invocation. */
  functionProcesses(functionName: string): Promise<readonly number[]>;
  /** Ends a function's processes at once (SIGKILL), whatever they are doing. @returns the ids of those ended */
  killFunction(functionName: string): Promise<readonly number[]>;
  /** Ends the emulator, its functions' processes included, and removes its data. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts an emulator of its own: free loopback port, own data directory, Node 24 for its functions, nothing of this process's AWS settings. Several may run side by side.
 * It ends with `stop()`, and by itself when this process ends in any way (see emulator.py).
 * @throws Error with the log's tail when it does not become ready
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const python = await pythonEnvironment(ROOT, options.log);
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryStart(python, options);
    if (started.kind === "ready") return started.emulator;
    // Between finding a free port and using it, another process may have taken it.
    if (!started.portTaken || attempt === START_ATTEMPTS) throw new Error(`the emulator did not start: ${started.why}\n${started.logTail}`);
  }
}

type Started = { kind: "ready"; emulator: Emulator } | { kind: "failed"; why: string; portTaken: boolean; logTail: string };

async function tryStart(python: string, options: EmulatorOptions): Promise<Started> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "orderlane-cloud-")));
  const logFile = options.logFile ?? join(directory, "emulator.log");
  await mkdir(dirname(logFile), { recursive: true });
  const port = await freePort();
  const mark = randomUUID();
  const enforcement = options.enforcesRights === true ? enforcementIn(directory) : undefined;
  const endpoint = `${enforcement === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const settings = { ...options.settings, ...(enforcement === undefined ? {} : { AUTH: "true", USE_SSL: "1", RIGHTS_LOG: enforcement.rightsLog }) };
  const child = await spawnEmulator(python, logFile, environment(port, directory, mark, settings));
  const why = await untilReady(child, { endpoint, mark, enforcement });
  if (why === undefined && child.pid !== undefined)
    return { kind: "ready", emulator: emulatorOf(child, child.pid, { endpoint, directory, logFile, ...(enforcement === undefined ? {} : { enforcement }) }) };
  const logTail = (await readFile(logFile, "utf8")).split("\n").slice(-40).join("\n");
  await end(child, directory);
  return { kind: "failed", why: why ?? "it could not be started", portTaken: logTail.includes("already in use"), logTail };
}

async function spawnEmulator(python: string, logFile: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const log = await open(logFile, "w");
  try {
    // Detached: Ctrl-C reaches this process, which then ends the emulator in order, by closing its standard input.
    const child = spawn(python, [join(ROOT, "local", "emulator.py")], { env, detached: true, stdio: ["pipe", log.fd, log.fd] });
    // untilReady sees a start that failed by the missing process id.
    child.on("error", () => undefined);
    // A program that has come to its end is not kept alive by its cloud.
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** The functions inherit all of this, so it holds only what is named here: no AWS_ENDPOINT_URL (a second emulator would write into the first), no CA bundle, no proxy. */
function environment(port: number, directory: string, mark: string, settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = ["HOME", "LANG", "LC_ALL", "SystemRoot"].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    TZ: "UTC",
    TMPDIR: directory,
    STATE_DIR: join(directory, "state"),
    S3_DATA_DIR: join(directory, "s3"),
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    MINISTACK_REGION: REGION,
    // Free text that its health answer repeats: tells this emulator from another one on the same port.
    MINISTACK_EDITION: mark,
    ...settings,
  };
}

const Health = z.object({ edition: z.string() });

/** The emulator writes its certificate there, below its TMPDIR. */
const enforcementIn = (directory: string): Enforcement => ({
  certificate: join(directory, "ministack-tls", "server.crt"),
  rightsLog: join(directory, "rights.log"),
});

/** @returns whether this process trusts the certificate now: it is not there before the emulator has written it */
async function trust({ certificate }: Enforcement): Promise<boolean> {
  const pem = await readFile(certificate, "utf8").catch(() => "");
  if (!pem.includes("END CERTIFICATE")) return false;
  const trusted = getCACertificates("default");
  if (!trusted.includes(pem)) setDefaultCACertificates([...trusted, pem]);
  return true;
}

type Expected = { readonly endpoint: string; readonly mark: string; readonly enforcement: Enforcement | undefined };

/** @returns why it will not become ready; undefined once it is */
async function untilReady(child: ChildProcess, expected: Expected): Promise<string | undefined> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      return `it ended with ${child.exitCode ?? child.signalCode ?? "no process"}`;
    if (await isReady(expected)) return undefined;
    await delay(POLL_MS);
  }
  return `it was not ready after ${START_DEADLINE_MS / 1000} s`;
}

async function isReady({ endpoint, mark, enforcement }: Expected): Promise<boolean> {
  if (enforcement !== undefined && !(await trust(enforcement))) return false;
  const health = await fetch(`${endpoint}/_ministack/health`)
    .then(async (answer) => Health.safeParse(await answer.json()))
    .catch(() => undefined);
  return health?.success === true && health.data.edition === mark;
}

type Place = { readonly endpoint: string; readonly directory: string; readonly logFile: string; readonly enforcement?: Enforcement };

function emulatorOf(child: ChildProcess, pid: number, place: Place): Emulator {
  const { endpoint, directory } = place;
  let stopped: Promise<void> | undefined;
  return {
    ...place,
    region: REGION,
    account: ACCOUNT,
    pid,
    // New each time: the SDK writes into the credentials it is given.
    get clients() {
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      return { region: REGION, endpoint, credentials, forcePathStyle: true, useQueueUrlAsEndpoint: false, disableHostPrefix: true } as const;
    },
    functionProcesses: (functionName) => functionProcesses(directory, functionName),
    killFunction: (functionName) => killFunctionProcesses(directory, functionName),
    stop: () => {
      stopped ??= end(child, directory);
      return stopped;
    },
  };
}

async function end(child: ChildProcess, directory: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.ref();
    child.stdin?.end();
    const late = AbortSignal.timeout(STOP_DEADLINE_MS);
    const kill = (): void => killIfThere(-Number(child.pid));
    late.addEventListener("abort", kill);
    await ended;
    late.removeEventListener("abort", kill);
  }
  await rm(directory, { recursive: true, force: true });
}
