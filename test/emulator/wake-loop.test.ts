import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { startWakeLoop } from "../../local/wake-loop.ts";
import { type Probe, startProbe } from "./probe.ts";
import { probeFunction, smallStack } from "./small-stack.ts";

let probe: Probe;
let emulator: Emulator;

beforeAll(async () => {
  [probe, emulator] = await Promise.all([startProbe(), startEmulator({ log: () => undefined })]);
  await smallStack(emulator, "wake", { Wake: probeFunction("wake", probe.url), Other: probeFunction("other", probe.url) }, {});
});
afterAll(async () => {
  await Promise.all([emulator.stop(), probe.stop()]);
});

/** Another function is invoked and answers: time in which a second wake would have come. */
async function anotherRoundTrip(): Promise<void> {
  const invoked = new LambdaClient(emulator.clients).send(new InvokeCommand({ FunctionName: "other" }));
  const invocation = await probe.next();
  expect(invocation.function).toBe("other");
  invocation.end({ return: null });
  await invoked;
}

it("wake-due is invoked again and again, never while it still runs, and goes on after it failed", async () => {
  const failures: string[] = [];
  const loop = startWakeLoop({ clients: emulator.clients, functionName: "wake", everyMs: 1, log: (text) => failures.push(text) });
  const first = await probe.next();
  await anotherRoundTrip();
  first.end({ throw: { name: "Error", message: "ledger gone" } });
  const second = await probe.next();
  expect(second.function).toBe("wake");
  expect(failures.join()).toContain("ledger gone");
  second.end({ return: null });
  const third = await probe.next();
  const stopping = loop.stop();
  third.end({ return: null });
  await stopping;
});

it("stopping the loop waits for the invocation under way, and none follows", async () => {
  const loop = startWakeLoop({ clients: emulator.clients, functionName: "wake", everyMs: 60_000, log: () => undefined });
  const held = await probe.next();
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  await anotherRoundTrip();
  expect(stopped).toBe(false);
  held.end({ return: null });
  await stopping;
  await anotherRoundTrip();
  expect(probe.waiting()).toBe(0);
});
