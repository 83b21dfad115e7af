import { setTimeout as delay } from "node:timers/promises";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { ClientSettings } from "./emulator.ts";

export interface WakeLoop {
  /** Resolves when no invocation is under way and none will follow. */
  stop(): Promise<void>;
}

interface WakeLoopOptions {
  readonly clients: ClientSettings;
  readonly functionName: string;
  readonly everyMs: number;
  /** Told of an invocation that failed; the loop goes on, as EventBridge would. */
  readonly log: (text: string) => void;
}

/** Invokes a function (wake-due, poll-orders) again and again, as EventBridge does on AWS each minute (LANES.md 9: locally each second); never two at a time. It keeps no process alive. */
export function startWakeLoop({ clients, functionName, everyMs, log }: WakeLoopOptions): WakeLoop {
  const lambda = new LambdaClient({ ...clients, maxAttempts: 1 });
  const stopping = new AbortController();

  const wakeOnce = async (): Promise<void> => {
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: functionName }));
    if (FunctionError !== undefined) log(`${functionName} failed: ${Payload?.transformToString()}`);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const begun = performance.now();
      await wakeOnce().catch((error: unknown) => log(`${functionName} could not be invoked: ${String(error)}`));
      const rest = Math.max(0, everyMs - (performance.now() - begun));
      // Stopping cuts the wait short, and that is all its rejection says.
      await delay(rest, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
      lambda.destroy();
    },
  };
}
