import { SendTaskFailureCommand, SendTaskSuccessCommand, type SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod";
import type { StepOutcome } from "../../core/effects/outcomes.ts";
import type { Invocation, Probe } from "../emulator/probe.ts";
import type { Doing } from "./cases.ts";

/** In the order of the calls of each step; the last one stands for all that follow. */
export type Scripts = Readonly<Record<string, readonly Doing[] | undefined>>;

const StepInput = z.looseObject({ step: z.string(), direction: z.string(), document: z.string(), attempt: z.number(), taskToken: z.string().optional() });

/** perform-step by script: what each document's steps answer, and what was asked of them. */
export interface ScriptedSteps {
  give(document: string, attempt: number, script: Scripts): void;
  /** The calls made for a document, in their order. */
  calls(document: string): readonly string[];
  /** The task tokens handed to a document's steps, in their order. */
  tokens(document: string): readonly string[];
  /** What went wrong on this side: calls that no script knows, inputs that perform-step would not take. */
  troubles(): readonly string[];
}

type Scripted = { readonly attempt: number; readonly script: Scripts; readonly calls: string[]; readonly tokens: string[] };

/** Answers the probe's invocations until its end; each input must be one that perform-step's own schema takes. */
export function scriptedSteps(probe: Probe, sfn: SFNClient, schema: z.ZodType): ScriptedSteps {
  const documents = new Map<string, Scripted>();
  const troubles: string[] = [];
  const trouble = (error: unknown): void => void troubles.push(error instanceof Error ? error.message : String(error));
  const serve = (invocation: Invocation): void => {
    answer(sfn, documents, invocation, schema).catch((error: unknown) => {
      trouble(error);
      invocation.end({ throw: { name: "Unscripted", message: "the script knows no such call" } });
    });
    probe.next().then(serve, trouble);
  };
  probe.next().then(serve, trouble);
  return {
    give: (document, attempt, script) => void documents.set(document, { attempt, script, calls: [], tokens: [] }),
    calls: (document) => known(documents, document).calls,
    tokens: (document) => known(documents, document).tokens,
    troubles: () => troubles,
  };
}

function known(documents: ReadonlyMap<string, Scripted>, document: string): Scripted {
  const found = documents.get(document);
  if (found === undefined) throw new Error(`no script for ${document}`);
  return found;
}

async function answer(sfn: SFNClient, documents: ReadonlyMap<string, Scripted>, invocation: Invocation, schema: z.ZodType): Promise<void> {
  const { step, direction, document, attempt, taskToken } = StepInput.parse(schema.parse(invocation.event));
  const scripted = known(documents, document);
  const call = `${step} ${direction}`;
  if (attempt !== scripted.attempt) throw new Error(`${call} means attempt ${attempt}`);
  if ((taskToken !== undefined) !== call.startsWith("deliver ")) throw new Error(`${call} came ${taskToken === undefined ? "without" : "with"} a task token`);
  const doings = scripted.script[call];
  const doing = doings?.[scripted.calls.filter((one) => one === call).length] ?? doings?.at(-1);
  scripted.calls.push(call);
  if (taskToken !== undefined) scripted.tokens.push(taskToken);
  if (doing === undefined) throw new Error(`${call} is not in the script`);
  await perform(sfn, doing, taskToken, invocation);
}

async function perform(sfn: SFNClient, doing: Doing, token: string | undefined, invocation: Invocation): Promise<void> {
  const tell = async (outcome: StepOutcome): Promise<void> => {
    if (token !== undefined) await sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(outcome) }));
  };
  switch (doing.kind) {
    case "answers":
      await tell(doing.outcome);
      invocation.end({ return: doing.outcome });
      return;
    case "verdict":
      invocation.end({ return: { kind: "queued" } });
      await tell(doing.outcome);
      return;
    case "throws":
      invocation.end({ throw: { name: "TestFailure", message: "thrown by the script" } });
      return;
    case "fails":
      await sfn.send(new SendTaskFailureCommand({ taskToken: token, error: "TestFailure", cause: "failed by the script" }));
      invocation.end({ return: { kind: "queued" } });
      return;
  }
}
