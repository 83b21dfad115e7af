import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";

const Call = z.object({ function: z.string(), event: z.unknown(), node: z.string(), endpoint: z.string().optional() });

/** What the function under test does at the end of an invocation. */
type Ending = { readonly return: unknown } | { readonly throw: { readonly name: string; readonly message: string } };

/** One invocation of a probe function: it has told its event, and waits to be told its ending. */
export interface Invocation extends z.infer<typeof Call> {
  end(ending: Ending): void;
}

/** The code of every function in these tests: it tells the probe its event and does as the probe says. Inline code of a stack, hence CommonJS. */
export const PROBE_FUNCTION = `exports.handler = async (event) => {
  const call = { function: process.env.AWS_LAMBDA_FUNCTION_NAME, event, node: process.version, endpoint: process.env.AWS_ENDPOINT_URL };
  const answer = await fetch(process.env.PROBE, { method: "POST", body: JSON.stringify(call) });
  const ending = await answer.json();
  if (ending.throw === undefined) return ending.return;
  const error = new Error(ending.throw.message);
  error.name = ending.throw.name;
  throw error;
};`;

/** The test's side of the functions: takes their invocations one by one, in the order of their coming. */
export interface Probe {
  readonly url: string;
  /** The next invocation; waits for it, as long as the test may last. */
  next(): Promise<Invocation>;
  /** Invocations that have come and that nobody has taken. */
  waiting(): number;
  stop(): Promise<void>;
}

export async function startProbe(): Promise<Probe> {
  const come: Invocation[] = [];
  const takers: ((invocation: Invocation) => void)[] = [];
  const arrive = (call: z.infer<typeof Call>, answer: ServerResponse): void => {
    const invocation = { ...call, end: (ending: Ending) => void answer.end(JSON.stringify(ending)) };
    const taker = takers.shift();
    if (taker === undefined) come.push(invocation);
    else taker(invocation);
  };
  const server = createServer((request, answer) => {
    json(request).then(
      (body) => arrive(Call.parse(body), answer),
      () => answer.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    next: () => {
      const first = come.shift();
      return first === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(first);
    },
    waiting: () => come.length,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
