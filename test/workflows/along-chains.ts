import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import type { WorkflowName } from "../../core/lanes/flows.ts";
import { Notice } from "../../core/lanes/notices.ts";
import { type Chain, type ChainCase, casesOf } from "./chains.ts";
import { edgesOf, edgesTaken } from "./definition.ts";
import { TARGET, type WorkflowRig, workflowRig } from "./workflow-rig.ts";

type Options = {
  readonly workflow: WorkflowName;
  readonly schema: z.ZodType;
  /** What it is started with. */
  readonly given: z.ZodType;
  readonly also?: Readonly<Record<string, unknown>>;
  readonly chains: readonly Chain[];
  /** The first try of a step and its retries. */
  readonly tries: number;
  /** A Standard one sends its end into the lane. */
  readonly tellsLane: boolean;
  /** Edges that only the emulator's queue could take. */
  readonly beside?: readonly string[];
};

/** Every way along the chains of a workflow's file, on the emulator; no edge of it is left untaken. */
export function alongChains({ workflow, schema, given, also = {}, chains, tries, tellsLane, beside = [] }: Options): void {
  let rig: WorkflowRig;
  const edges = new Set<string>();
  const cases = casesOf(chains, tries);
  beforeAll(async () => {
    rig = await workflowRig(workflow, schema, given, also);
  });
  afterAll(async () => {
    await rig.stop();
  });

  async function run(one: ChainCase, number: number) {
    const queueUrl = tellsLane ? await rig.queue(`case-${number}`) : "none";
    const input = rig.input(one.name, one.mode, queueUrl);
    rig.steps.give(input.document, input.attempt, one.script);
    const execution = await rig.ended(await rig.start(input));
    for (const edge of edgesTaken(rig.machine, execution.visits)) edges.add(edge);
    return { input, execution, queueUrl, calls: rig.steps.calls(input.document) };
  }

  describe(`every way through ${workflow}`, () => {
    it.each(cases.map((one, number) => ({ ...one, number })))("$name", async ({ number, ...one }) => {
      const { input, execution, calls, queueUrl } = await run(one, number);
      expect(rig.steps.troubles()).toEqual([]);
      expect(calls).toEqual(one.calls);
      expect(execution).toMatchObject({ status: "SUCCEEDED", output: one.conclusion });
      if (!tellsLane) return;
      const [message, ...others] = await rig.messages(queueUrl);
      expect(others).toEqual([]);
      expect(Notice.parse(message?.body)).toEqual({
        kind: "finished",
        target: TARGET,
        document: input.document,
        attempt: input.attempt,
        conclusion: one.conclusion,
      });
    });

    it("leaves no edge of the file untaken: rule, default, next, retry, catch, end", () => {
      const written = edgesOf(rig.machine).filter((edge) => !beside.includes(edge));
      console.log(`${workflow}: ${written.length} edges, ${written.filter((edge) => edges.has(edge)).length} taken, ${cases.length} ways`);
      expect(written.filter((edge) => !edges.has(edge))).toEqual([]);
      expect([...edges].filter((edge) => !written.includes(edge))).toEqual([]);
    });
  });
}
