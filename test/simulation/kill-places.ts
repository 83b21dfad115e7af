import { DocumentState, isSettled } from "../../core/lanes/states.ts";
import { judge } from "../support/world/checker.ts";
import type { Fate, PortCall, Process } from "../support/world/scheduler.ts";
import { createTally } from "../support/world/tally.ts";
import { type Outcome, runWorld, type WorldOptions } from "../support/world/world.ts";
import type { Story } from "./kill-stories.ts";

/** The function that runs each kind of invocation that is killed. */
const FUNCTION_OF: Readonly<Record<string, string>> = {
  "receive-documents": "receive-documents",
  "advance-lane": "advance-lane",
  "perform-step": "perform-step",
  "lease-deliveries": "lease-deliveries",
  "report-verdicts": "report-verdicts",
  heartbeat: "report-verdicts",
  "wake-due": "wake-due",
};

export const FUNCTIONS = [...new Set(Object.values(FUNCTION_OF))];

/** One call of a port in a story: the n-th of this method that this kind of invocation makes. The same in each run of the story, up to the kill. */
export type Call = { readonly story: Story; readonly kind: string; readonly method: string; readonly n: number };
export type When = "before" | "after";

export const functionOf = ({ kind }: Call): string => FUNCTION_OF[kind] ?? kind;

/** What ORDERLANE_KILL takes. */
export const placeOf = (call: Call, when: When): string => `${call.story.name}/${call.kind}/${call.method}/${call.n}/${when}`;

/** Counts what each kind of invocation calls, and asks for each call what becomes of it. */
function counting(story: Story, met: (call: Call) => Fate | undefined): (process: Process, call: PortCall) => Fate | undefined {
  const counts = new Map<string, number>();
  return ({ kind }, { port, method: name }) => {
    const method = `${port}.${name}`;
    const n = (counts.get(`${kind} ${method}`) ?? 0) + 1;
    counts.set(`${kind} ${method}`, n);
    const mishap = story.mishaps?.find((each) => each.kind === kind && each.call === method && n <= each.times);
    return met({ story, kind, method, n }) ?? mishap?.fate;
  };
}

const run = (story: Story, met: (call: Call) => Fate | undefined, trace: Pick<WorldOptions, "trace">): Promise<Outcome> =>
  runWorld(story.plan, {
    tally: createTally(),
    decide: counting(story, met),
    ...(story.erpFault === undefined ? {} : { erpFault: story.erpFault }),
    ...trace,
  });

/** Beyond what the books say: each story leaves nothing for a person to do, and whoever is killed changes nothing of that. */
function findingsIn(outcome: Outcome): string[] {
  const headers = outcome.ledger.filter(({ sk }) => sk.startsWith("DOC#"));
  const open = headers.filter(({ state }) => !isSettled(DocumentState.parse(state)));
  return [...judge(outcome).map(({ measure, what }) => `${measure}: ${what}`), ...open.map(({ id, state }) => `stuck: ${String(id)} is left ${String(state)}`)];
}

/** Every call that the functions make in a story that nobody kills; what is wrong with its end. */
export async function callsOf(
  story: Story,
  trace: Pick<WorldOptions, "trace"> = {},
): Promise<{ readonly calls: readonly Call[]; readonly findings: readonly string[] }> {
  const calls: Call[] = [];
  const outcome = await run(
    story,
    (call) => {
      if (call.kind in FUNCTION_OF) calls.push(call);
      return undefined;
    },
    trace,
  );
  return { calls, findings: findingsIn(outcome) };
}

/** What is wrong with the end of a story in which this call's invocation was killed just before or just after it. */
export async function findingsOfKill(call: Call, when: When, trace: Pick<WorldOptions, "trace"> = {}): Promise<readonly string[]> {
  let killed = 0;
  const outcome = await run(
    call.story,
    (met) => {
      if (met.kind !== call.kind || met.method !== call.method || met.n !== call.n) return undefined;
      killed += 1;
      return { kind: "kill", when };
    },
    trace,
  );
  return killed === 1 ? findingsIn(outcome) : [`killed ${killed} times: the story did not run as it had run before`];
}
