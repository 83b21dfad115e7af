import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { secretNameOf } from "../core/settings/schemes.ts";
import type { Settings, Source } from "../core/settings/settings.ts";
import { bundle } from "../infra/bundle.ts";
import { settingsFor } from "../infra/settings.ts";
import { bootstrap, type DeployedParts, deploy, synthesise } from "./deployment.ts";
import { type ClientSettings, type Emulator, startEmulator } from "./emulator.ts";
import { startWakeLoop } from "./wake-loop.ts";

const WAKE_EVERY_MS = 1000;

export interface CloudOptions {
  /** What happens, in short sentences for a person. */
  readonly log: (text: string) => void;
  /** Base URL of the ERP's own API, on loopback; without it nothing answers there. */
  readonly erpUrl?: string;
  /** A live Tryton's address, on loopback: the ERP of a third site `ningbo`, asked for its orders by poll-orders. */
  readonly trytonUrl?: string;
  /** Other numbers than those of stage `local` (infra/settings.ts). */
  readonly numbers?: "shift";
  /** What is presented to a connection's system, by connection id, where a random value will not do. */
  readonly callSecrets?: Readonly<Record<string, string>>;
  /** How often wake-due is invoked (default: each second); `never` leaves it to the test. */
  readonly wakeEveryMs?: number | "never";
  /** Whether poll-orders is invoked as often as its connections want (default), or left to the test. */
  readonly polls?: boolean;
  /** Where the emulator writes its log; see EmulatorOptions. */
  readonly logFile?: string;
  /** Settings of the emulator, such as SFN_WAIT_SCALE. */
  readonly emulatorSettings?: Readonly<Record<string, string>>;
  /** Roles are held to their rights; see EmulatorOptions. */
  readonly enforcesRights?: boolean;
}

/** What a program or test needs to find its way in a running cloud; plain data, so that it can be handed to other processes. */
export interface CloudParts {
  readonly endpoint: string;
  /** Base of the API, without a slash at its end: `/v1/…` follows. */
  readonly apiUrl: string;
  readonly clients: ClientSettings;
  readonly table: string;
  readonly bucket: string;
  /** By target connection. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** By workflow. */
  readonly workflowArns: Readonly<Record<string, string>>;
  /** By folder in functions/. */
  readonly functionNames: Readonly<Record<string, string>>;
  /** The one value each secret of the settings was given, by its name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly settings: Settings;
}

export interface Cloud extends CloudParts {
  readonly emulator: Emulator;
  /** Milliseconds of each phase of the start; some ran beside others. */
  readonly timings: Readonly<Record<string, number>>;
  /** Ends a function's processes by SIGKILL. @throws UnknownFunction */
  killFunction(name: string): Promise<readonly number[]>;
  stop(): Promise<void>;
}

class UnknownFunction extends Error {}

/**
 * Starts an emulator and deploys the product's own stacks of stage `local` into it. Several clouds may run side by side.
 * It ends with `stop()`, and by itself when this process ends in any way.
 * @throws Error, with nothing left running
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const timings: Record<string, number> = {};
  const phase = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work;
    timings[name] = Math.round(performance.now() - begun);
    options.log(`  ${name.padEnd(12)}${(timings[name] / 1000).toFixed(1).padStart(6)} s`);
    return result;
  };
  return phase("cloud", start(options, timings, phase));
}

type Phase = <T>(name: string, work: Promise<T>) => Promise<T>;

async function start(options: CloudOptions, timings: Readonly<Record<string, number>>, phase: Phase): Promise<Cloud> {
  const { log, logFile, emulatorSettings, enforcesRights = false } = options;
  const emulator = await phase(
    "emulator",
    startEmulator({
      log,
      enforcesRights,
      ...(logFile === undefined ? {} : { logFile }),
      ...(emulatorSettings === undefined ? {} : { settings: emulatorSettings }),
    }),
  );
  try {
    const parts = await deployProduct(emulator, options, phase);
    const everyMs = options.wakeEveryMs ?? WAKE_EVERY_MS;
    const { clients } = parts;
    const wakeLoop = everyMs === "never" ? undefined : startWakeLoop({ clients, functionName: functionNameOf(parts, "wake-due"), everyMs, log });
    const pollMs = options.polls === false ? undefined : pollEveryMs(parts.settings);
    const pollLoop = pollMs === undefined ? undefined : startWakeLoop({ clients, functionName: functionNameOf(parts, "poll-orders"), everyMs: pollMs, log });
    return {
      ...parts,
      emulator,
      timings,
      killFunction: async (name) => emulator.killFunction(functionNameOf(parts, name)),
      stop: async () => {
        await Promise.all([wakeLoop?.stop(), pollLoop?.stop()]);
        await emulator.stop();
      },
    };
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

/** As often as the most impatient connection wants: the function itself keeps each one's own pace. */
function pollEveryMs({ connections }: Settings): number | undefined {
  const seconds = connections.flatMap(({ pollSeconds }) => (pollSeconds === undefined ? [] : [pollSeconds]));
  return seconds.length === 0 ? undefined : Math.min(...seconds) * 1000;
}

async function deployProduct(emulator: Emulator, { erpUrl, trytonUrl, numbers, callSecrets = {} }: CloudOptions, phase: Phase): Promise<CloudParts> {
  const overrides = {
    ...(erpUrl === undefined ? {} : { erpUrl }),
    ...(trytonUrl === undefined ? {} : { trytonUrl }),
    ...(numbers === undefined ? {} : { numbers }),
  };
  const settings = settingsFor("local", overrides);
  const bundles = join(emulator.directory, "bundles");
  const bundleAndSynthesise = async () => {
    await phase("bundle", bundle({ settings, outDir: bundles }));
    return phase("synth", synthesise(emulator, { bundles, ...overrides }));
  };
  const parallel = [bundleAndSynthesise(), phase("bootstrap", bootstrap(emulator))] as const;
  // Where one fails the other still ends first: the caller removes the directory they write into.
  await Promise.allSettled(parallel);
  const [assembly] = await Promise.all(parallel);
  const deployed = await phase("deploy", deploy(emulator, assembly));
  const secrets = await phase("secrets", fillSecrets(emulator.clients, settings, callSecrets));
  return {
    endpoint: emulator.endpoint,
    apiUrl: apiUrl(emulator.endpoint, deployed),
    clients: emulator.clients,
    table: deployed.LedgerTable,
    bucket: deployed.PayloadBucket,
    queueUrls: deployed.QueueUrls,
    workflowArns: deployed.WorkflowArns,
    functionNames: deployed.FunctionNames,
    secrets,
    settings,
  };
}

/** The emulator answers an API under a path of its own, since Node does not resolve `*.localhost`. */
const apiUrl = (endpoint: string, { ApiId, ApiStage }: DeployedParts): string => `${endpoint}/_aws/execute-api/${ApiId}/${ApiStage}`;

const pairOf = (name: string | undefined, value: string): [string, string][] => (name === undefined ? [] : [[name, value]]);

/** Gives each secret that the settings name a random value of its form: a webhook's `whsec_` and base64, `user:password`, else any text. */
async function fillSecrets(
  clients: ClientSettings,
  settings: Settings,
  callSecrets: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const manager = new SecretsManagerClient(clients);
  const values = settings.connections.flatMap(({ id, source, callSecret, callScheme }): [string, string][] => [
    ...pairOf(secretNameOf(source), secretFor(source.scheme, id)),
    ...pairOf(callSecret, callSecrets[id] ?? secretFor(callScheme === "basic" ? "basic" : "bearer", "orderlane")),
  ]);
  await Promise.all(
    values.map(([SecretId, value]) => manager.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ values: [value] }) }))),
  );
  return Object.fromEntries(values);
}

function secretFor(scheme: Source["scheme"], user: string): string {
  const random = randomBytes(32);
  if (scheme === "standard-webhooks") return `whsec_${random.toString("base64")}`;
  return scheme === "basic" ? `${user}:${random.toString("base64url")}` : random.toString("base64url");
}

function functionNameOf({ functionNames }: Pick<CloudParts, "functionNames">, name: string): string {
  const found = functionNames[name];
  if (found === undefined) throw new UnknownFunction(`there is no function ${name}; there are ${Object.keys(functionNames).join(", ")}`);
  return found;
}
