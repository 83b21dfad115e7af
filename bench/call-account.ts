import type { CountedFlow } from "../infra/bill/counted-calls.ts";
import type { Runs, StoredBytes } from "./watch-points.ts";
import type { FunctionCall } from "./watched-functions.ts";

/** One line of the account: how often each of these documents had the function make the call, and what that took. */
export type CallLine = {
  readonly function: string;
  readonly service: string;
  readonly operation: string;
  readonly about: string;
  readonly refused: boolean;
  readonly calls: number;
  readonly messages: number;
  readonly read: number;
  readonly write: number;
};

/** How often a function was invoked, and the memory it has. */
export type Invoked = { readonly function: string; readonly times: number; readonly memoryMb: number };

/** What one document, or one of what goes on without any, has the functions ask of AWS and of the ERP. All figures are for one. */
export type CallAccount = Runs & {
  readonly what: string;
  readonly calls: number;
  readonly write: number;
  readonly read: number;
  /** Requests to the REST API: the message, and the agent's lease and verdicts. */
  readonly requests: number;
  /** Put into queues, by functions and by workflows. */
  readonly messages: number;
  readonly erpCalls: number;
  /** What it leaves in the table. */
  readonly storedBytes: StoredBytes;
  readonly invoked: readonly Invoked[];
  /** The message as sent, of what is a flow of its own: it is priced beside the usual design. */
  readonly bytes?: number;
  readonly lines: readonly CallLine[];
};

/** What is known of a kind of document before it is counted. */
export type Kind = {
  readonly what: string;
  /** Functions asked through the API, one request each. */
  readonly asked: readonly string[];
  /** Functions invoked by a timer. */
  readonly timed?: readonly string[];
  readonly bytes?: number;
};

/** What was seen while `repeats` of a kind were done, one after another. */
export type Seen = {
  readonly calls: readonly FunctionCall[];
  readonly runs: Runs;
  readonly erpCalls: number;
  readonly stored: StoredBytes;
  readonly memoryMb: Readonly<Record<string, number>>;
};

const LANE = "advance-lane";
const STEP = "perform-step";

class WrongAccount extends Error {}

/** The mean of `repeats` documents. @throws WrongAccount where a function made calls that is not known to have been invoked */
export function accountOf({ what, asked, timed = [], bytes }: Kind, repeats: number, { calls, runs, erpCalls, stored, memoryMb }: Seen): CallAccount {
  const sum = (of: readonly FunctionCall[], pick: (call: FunctionCall) => number): number => of.reduce((total, call) => total + pick(call), 0) / repeats;
  const alike = Map.groupBy(calls, (call) => JSON.stringify([call.function, call.service, call.operation, call.about, call.refused]));
  const lines = [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { function: name, service, operation, about, refused } = first;
    const totals = { messages: sum(group, ({ messages }) => messages), read: sum(group, ({ read }) => read), write: sum(group, ({ write }) => write) };
    return [{ function: name, service, operation, about, refused, calls: group.length / repeats, ...totals }];
  });
  const one: Runs = {
    transitions: runs.transitions / repeats,
    expressRuns: runs.expressRuns / repeats,
    expressStates: runs.expressStates / repeats,
    steps: runs.steps / repeats,
    sends: runs.sends / repeats,
  };
  const messages = sum(calls, (call) => call.messages) + one.sends;
  // A document that is alone has each of its messages in an invocation of its own.
  const times: (readonly [string, number])[] = [...[...asked, ...timed].map((name) => [name, 1] as const), [LANE, messages], [STEP, one.steps]];
  const invoked = times.filter(([, count]) => count > 0).map(([name, count]) => ({ function: name, times: count, memoryMb: memoryOf(memoryMb, name) }));
  const unknown = lines.find((line) => !invoked.some((each) => each.function === line.function));
  if (unknown !== undefined) throw new WrongAccount(`${what}: ${unknown.function} made calls, and nothing says that it was invoked`);
  const totals = { calls: calls.length / repeats, write: sum(calls, ({ write }) => write), read: sum(calls, ({ read }) => read) };
  return {
    what,
    ...totals,
    ...one,
    requests: asked.length,
    messages,
    erpCalls: erpCalls / repeats,
    storedBytes: { payloads: stored.payloads / repeats, rest: stored.rest / repeats },
    invoked,
    ...(bytes === undefined ? {} : { bytes }),
    lines,
  };
}

function memoryOf(memoryMb: Readonly<Record<string, number>>, name: string): number {
  const found = memoryMb[name];
  if (found === undefined) throw new WrongAccount(`there is no function ${name}`);
  return found;
}

/** As the bill reads it: calls of one kind in one line, whatever they were about. */
export function countedOf({ calls: _calls, lines, bytes = 0, ...account }: CallAccount): CountedFlow {
  const alike = Map.groupBy(lines, (line) => JSON.stringify([line.function, line.service, line.operation]));
  const merged = [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { function: name, service, operation } = first;
    return [{ function: name, service, operation, calls: group.reduce((sum, { calls }) => sum + calls, 0) }];
  });
  return { ...account, invoked: account.invoked.map((each) => ({ ...each })), bytes, lines: merged };
}
