import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const Task = z.object({ Type: z.literal("Task"), Retry: z.array(z.unknown()).default([]), Catch: z.array(z.object({ Next: z.string() })).default([]) });
const State = z.discriminatedUnion("Type", [
  Task.extend({ Next: z.string().optional(), End: z.boolean().optional() }),
  z.object({
    Type: z.literal("Choice"),
    Choices: z.array(z.looseObject({ Next: z.string(), Output: z.unknown().optional() })),
    Default: z.string().optional(),
  }),
  z.object({ Type: z.literal("Succeed") }),
]);
type State = z.infer<typeof State>;
const Machine = z.object({ StartAt: z.string(), States: z.record(z.string(), State) });
export type Machine = z.infer<typeof Machine>;

/** The workflow's file, its substitutions put in as the deployment does. @throws Error for one that nobody gives */
export function definitionText(workflow: string, performStepArn: string): string {
  const file = join(import.meta.dirname, "..", "..", "workflows", workflow, "workflow.asl.json");
  const given = new Map([
    ["Partition", "aws"],
    ["PerformStepArn", performStepArn],
  ]);
  return readFileSync(file, "utf8").replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = given.get(name);
    if (value === undefined) throw new Error(`nobody gives the substitution ${name}`);
    return value;
  });
}

export const machineOf = (text: string): Machine => Machine.parse(JSON.parse(text));

/** Every way out of every state: a rule, the default, the next, a retry, a catch, the end, a failure that nothing catches. */
export const edgesOf = ({ StartAt, States }: Machine): string[] => [
  edge("start", "next", StartAt),
  ...Object.entries(States).flatMap(([name, state]) => outOf(name, state)),
];

const edge = (from: string, how: string, to: string): string => `${from} ─${how}→ ${to}`;

function outOf(name: string, state: State): string[] {
  if (state.Type === "Succeed") return [edge(name, "next", "end")];
  if (state.Type === "Choice") {
    const byDefault = state.Default === undefined ? [] : [edge(name, "default", state.Default)];
    return [...state.Choices.map(({ Next }, at) => edge(name, `rule ${at + 1}`, Next)), ...byDefault];
  }
  return [
    edge(name, "next", state.Next === undefined ? "end" : state.Next),
    ...state.Retry.map((_, at) => edge(name, `retry ${at + 1}`, name)),
    ...(state.Catch.length === 0 ? [edge(name, "fails", "end")] : state.Catch.map(({ Next }, at) => edge(name, `catch ${at + 1}`, Next))),
  ];
}

/** What an execution's history says of one visit of a state. */
export type Visit = {
  readonly state: string;
  readonly input: unknown;
  /** Undefined: the state was never left. */
  readonly output: unknown;
  /** Errors of its task, and whether it came right in the end. */
  readonly failures: number;
  readonly succeeded: boolean;
};

/** The edges that an execution took. @throws Error where the definition has none that fits: what ran is not what is written */
export function edgesTaken({ StartAt, States }: Machine, visits: readonly Visit[]): string[] {
  const taken = [edge("start", "next", StartAt)];
  visits.forEach((visit, at) => {
    const state = States[visit.state];
    if (state === undefined) throw new Error(`the definition has no state ${visit.state}`);
    const next = visits[at + 1];
    taken.push(...ofState(visit, state, next));
  });
  return taken;
}

function ofState(visit: Visit, state: State, next: Visit | undefined): string[] {
  switch (state.Type) {
    case "Succeed":
      return [edge(visit.state, "next", "end")];
    case "Choice":
      return ofChoice(visit, state, next);
    case "Task":
      return ofTask(visit, state, next);
  }
}

function ofTask(visit: Visit, state: Extract<State, { Type: "Task" }>, next: Visit | undefined): string[] {
  const to = next === undefined ? "end" : next.state;
  const repeated = visit.failures - (visit.succeeded ? 0 : 1) > 0 ? [edge(visit.state, "retry 1", visit.state)] : [];
  if (visit.succeeded) return [...repeated, edge(visit.state, "next", to)];
  return [...repeated, edge(visit.state, state.Catch.length === 0 ? "fails" : "catch 1", to)];
}

/** Two ways to the same state differ by what they hand on: a rule with an output its own, the default its input. */
function ofChoice(visit: Visit, state: Extract<State, { Type: "Choice" }>, next: Visit | undefined): string[] {
  if (next === undefined) throw new Error(`the choice ${visit.state} led nowhere`);
  const handedOn = JSON.stringify(next.input);
  const rule = state.Choices.findIndex((one) => one.Next === next.state && JSON.stringify(one.Output === undefined ? visit.input : one.Output) === handedOn);
  if (rule !== -1) return [edge(visit.state, `rule ${rule + 1}`, next.state)];
  if (state.Default !== next.state || JSON.stringify(visit.input) !== handedOn) throw new Error(`no way from ${visit.state} to ${next.state}`);
  return [edge(visit.state, "default", next.state)];
}
