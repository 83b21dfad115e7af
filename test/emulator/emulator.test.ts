import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { type Probe, startProbe } from "./probe.ts";
import { probeFunction, smallStack } from "./small-stack.ts";

const QUIET = { log: () => undefined };
let probe: Probe;
let one: Emulator;
let other: Emulator;

beforeAll(async () => {
  [probe, one, other] = await Promise.all([startProbe(), startEmulator(QUIET), startEmulator(QUIET)]);
});
afterAll(async () => {
  await Promise.all([one.stop(), other.stop(), probe.stop()]);
});

/** Signal 0 only asks. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it("two emulators side by side do not mix: what one holds the other does not", async () => {
  await new SQSClient(one.clients).send(new CreateQueueCommand({ QueueName: "only-here" }));
  const listed = async (emulator: Emulator) => (await new SQSClient(emulator.clients).send(new ListQueuesCommand({}))).QueueUrls ?? [];
  expect(await listed(one)).toHaveLength(1);
  expect(await listed(other)).toHaveLength(0);
});

it("functions inherit no AWS_ENDPOINT_URL: each function of two emulators speaks to its own, on Node 24", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", one.endpoint);
  const third = await startEmulator(QUIET);
  vi.unstubAllEnvs();
  for (const emulator of [one, other, third]) {
    await smallStack(emulator, "mix", { Function: probeFunction("where-am-i", probe.url) }, {});
    const answered = new LambdaClient(emulator.clients).send(new InvokeCommand({ FunctionName: "where-am-i" }));
    const invocation = await probe.next();
    invocation.end({ return: null });
    await answered;
    expect(invocation.endpoint).toBe(emulator.endpoint);
    expect(invocation.node).toMatch(/^v24\./);
  }
  await third.stop();
});

it("stops with its functions' processes and its data", async () => {
  const emulator = await startEmulator(QUIET);
  await smallStack(emulator, "stop", { Function: probeFunction("busy", probe.url) }, {});
  const cut = new LambdaClient({ ...emulator.clients, maxAttempts: 1 }).send(new InvokeCommand({ FunctionName: "busy" })).catch(() => "cut");
  await probe.next();
  const workers = await emulator.functionProcesses("busy");
  expect(workers).toHaveLength(1);
  await emulator.stop();
  await cut;
  expect([emulator.pid, ...workers].filter(isRunning)).toEqual([]);
  expect(existsSync(emulator.logFile)).toBe(false);
});

it("ends by itself when the process that started it is killed", async () => {
  const script = `import { startEmulator } from ${JSON.stringify(join(import.meta.dirname, "../../local/emulator.ts"))};
    const { pid } = await startEmulator({ log: () => undefined });
    console.log(pid);
    setInterval(() => undefined, 60_000);`;
  const starter = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(starter.stdout.setEncoding("utf8"), "data");
  const pid = Number(line);
  expect(isRunning(pid)).toBe(true);
  starter.kill("SIGKILL");
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000, interval: 20 });
});

it("says why it does not start, with the end of its log", async () => {
  await expect(startEmulator({ ...QUIET, settings: { GATEWAY_PORT: "no port" } })).rejects.toThrow(/did not start: it ended with 1[\s\S]*ValueError/);
});
