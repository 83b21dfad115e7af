import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import type { CloudParts } from "../local/cloud.ts";
import { type Call, type CountingProxy, startCountingProxy } from "./counting-proxy.ts";

/** A call and the function (its folder in functions/) that made it. */
export type FunctionCall = Call & { readonly function: string };

export interface WatchedFunctions {
  /** Calls since it was last asked. */
  take(): readonly FunctionCall[];
  /** What each has, by its folder: MB as deployed. */
  readonly memoryMb: Readonly<Record<string, number>>;
  /** Whether no call is under way. */
  quiet(): boolean;
  /** Gives the functions their own environment back. */
  close(): Promise<void>;
}

/** Puts a counting proxy between every deployed function and the emulator. The functions themselves are the deployed ones; only AWS_ENDPOINT_URL differs. */
export async function watchFunctions(cloud: CloudParts): Promise<WatchedFunctions> {
  const lambda = new LambdaClient(cloud.clients);
  const proxies = new Map<string, CountingProxy>();
  const memory = new Map<string, number>();
  const before = new Map<string, Record<string, string>>();
  for (const [name, FunctionName] of Object.entries(cloud.functionNames)) {
    const { Environment, MemorySize } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const variables = { ...Environment?.Variables };
    if (MemorySize === undefined) throw new Error(`${name} has no memory`);
    memory.set(name, MemorySize);
    const proxy = await startCountingProxy(cloud.endpoint);
    proxies.set(name, proxy);
    before.set(FunctionName, variables);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { ...variables, AWS_ENDPOINT_URL: proxy.url } } }));
  }
  return {
    take: () => [...proxies].flatMap(([name, proxy]) => proxy.take().map((call) => ({ ...call, function: name }))),
    memoryMb: Object.fromEntries(memory),
    quiet: () => [...proxies.values()].every((proxy) => proxy.open() === 0),
    close: async () => {
      for (const [FunctionName, Variables] of before) await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      lambda.destroy();
    },
  };
}
