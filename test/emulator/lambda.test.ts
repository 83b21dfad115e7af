import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { type Probe, startProbe } from "./probe.ts";
import { probeFunction, smallStack } from "./small-stack.ts";

let probe: Probe;
let emulator: Emulator;
let lambda: LambdaClient;

beforeAll(async () => {
  [probe, emulator] = await Promise.all([startProbe(), startEmulator({ log: () => undefined })]);
  lambda = new LambdaClient({ ...emulator.clients, maxAttempts: 1 });
  await smallStack(
    emulator,
    "lambda",
    { Kept: probeFunction("kept", probe.url), Longer: probeFunction("kept-longer", probe.url), Short: probeFunction("short", probe.url, 1) },
    {},
  );
});
afterAll(async () => {
  await Promise.all([emulator.stop(), probe.stop()]);
});

const invoke = (FunctionName: string, payload: unknown) => lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
const answerOf = async (invoked: ReturnType<typeof invoke>) => {
  const { FunctionError, Payload } = await invoked;
  return { error: FunctionError, payload: Payload === undefined ? undefined : JSON.parse(Payload.transformToString()) };
};

it("a function's own error name is lost: the caller gets Runtime.HandlerError", async () => {
  const invoked = invoke("kept", {});
  (await probe.next()).end({ throw: { name: "OrderUnknown", message: "no order 1000123" } });
  const { error, payload } = await answerOf(invoked);
  expect(error).toBe("Unhandled");
  expect(payload).toMatchObject({ errorType: "Runtime.HandlerError", errorMessage: "no order 1000123" });
});

it("SIGKILL reaches the processes of the named function only, and its caller gets an error", async () => {
  const invoked = invoke("kept", { n: 1 });
  const other = invoke("kept-longer", { n: 2 });
  const held = [await probe.next(), await probe.next()];
  const killed = await emulator.killFunction("kept");
  expect(killed).toHaveLength(1);
  expect((await answerOf(invoked)).payload).toMatchObject({ errorMessage: "Worker process died" });
  held.find((invocation) => invocation.function === "kept-longer")?.end({ return: "alive" });
  expect(await answerOf(other)).toEqual({ error: undefined, payload: "alive" });
  expect(await emulator.functionProcesses("kept")).toEqual([]);
});

it("invocations at the same time run in processes of their own, and SIGKILL ends them all", async () => {
  const invoked = [invoke("kept", 1), invoke("kept", 2)].map(answerOf);
  await probe.next();
  await probe.next();
  expect(await emulator.killFunction("kept")).toHaveLength(2);
  expect((await Promise.all(invoked)).map((answer) => answer.error)).toEqual(["Unhandled", "Unhandled"]);
});

it("a function beyond its time is ended, and its caller told", async () => {
  const invoked = invoke("short", {});
  await probe.next();
  expect((await answerOf(invoked)).payload).toMatchObject({ errorMessage: expect.stringContaining("Task timed out after 1.00 seconds") });
  expect(await emulator.functionProcesses("short")).toEqual([]);
});

it("an error costs the function its process: the next invocation is a cold start in another one", async () => {
  const first = invoke("kept", {});
  const before = await probe.next().then(async (invocation) => {
    const pids = await emulator.functionProcesses("kept");
    invocation.end({ throw: { name: "Error", message: "any" } });
    return pids;
  });
  await first;
  const second = invoke("kept", {});
  (await probe.next()).end({ return: null });
  await second;
  const after = await emulator.functionProcesses("kept");
  expect(after).toHaveLength(1);
  expect(before).not.toContain(after[0]);
});
