import { beforeAll, describe, expect, it } from "vitest";
import type { Ids, Workflows } from "../../core/ledger/ports.ts";

export type WorkflowsRig = {
  readonly workflows: Workflows;
  readonly ids: Ids;
  /** Ends with its input as its output. */
  readonly echo: string;
  /** Fails at once. */
  readonly failing: string;
  /** Express: ends with its input as its output, fails at once, needs ten seconds. */
  readonly called: { readonly echo: string; readonly failing: string; readonly slow: string };
  /** Waits for the answer to a task token, and ends with it. */
  readonly waiting: string;
  /** The token for which the named execution waits. */
  tokenOf(execution: string): Promise<string>;
};

/** `tokenOfStopped`: Step Functions says `gone`; the local cloud takes such an answer, to no effect. */
export function workflowsContract(name: string, make: () => Promise<WorkflowsRig>, tokenOfStopped: "taken" | "gone" = "gone"): void {
  describe(`workflows, ${name}`, () => {
    let rig: WorkflowsRig;
    beforeAll(async () => {
      rig = await make();
    });
    const ends = (workflow: string, execution: string) => expect.poll(() => rig.workflows.look(workflow, execution), { timeout: 20_000 });

    it("says that an execution was never started", async () => {
      expect(await rig.workflows.look(rig.echo, rig.ids.next())).toEqual({ kind: "absent" });
    });

    it("starts one, and gives its output when it has ended", async () => {
      const execution = `${rig.ids.next()}.${rig.ids.next()}-1`;
      await rig.workflows.start(rig.echo, execution, { document: "物料", attempt: 1 });
      await ends(rig.echo, execution).toEqual({ kind: "ended", output: { document: "物料", attempt: 1 } });
    });

    it("counts a name used before as started, running or ended, and does not start it again", async () => {
      const execution = rig.ids.next();
      await rig.workflows.start(rig.echo, execution, { first: true });
      await rig.workflows.start(rig.echo, execution, { first: false });
      await ends(rig.echo, execution).toEqual({ kind: "ended", output: { first: true } });
      await rig.workflows.start(rig.echo, execution, { first: false });
      expect(await rig.workflows.look(rig.echo, execution)).toEqual({ kind: "ended", output: { first: true } });
    });

    it("says that one failed: ended, without output", async () => {
      const execution = rig.ids.next();
      await rig.workflows.start(rig.failing, execution, {});
      await ends(rig.failing, execution).toEqual({ kind: "ended" });
    });

    it("calls an Express one and hands over its output, under a name as often as it is called", async () => {
      const execution = rig.ids.next();
      expect(await rig.workflows.run(rig.called.echo, execution, { document: "物料", attempt: 1 }, 20_000)).toEqual({
        kind: "ended",
        output: { document: "物料", attempt: 1 },
      });
      expect(await rig.workflows.run(rig.called.echo, execution, { attempt: 2 }, 20_000)).toEqual({ kind: "ended", output: { attempt: 2 } });
    });

    it("says that a called one failed: ended, without output", async () => {
      expect(await rig.workflows.run(rig.called.failing, rig.ids.next(), {}, 20_000)).toEqual({ kind: "ended" });
    });

    it("waits for a called one no longer than it is told, and says that nobody knows how it ended", async () => {
      expect(await rig.workflows.run(rig.called.slow, rig.ids.next(), {}, 300)).toEqual({ kind: "cut" });
    });

    it("answers a task's token once: then it is gone", async () => {
      const execution = rig.ids.next();
      await rig.workflows.start(rig.waiting, execution, {});
      const token = await rig.tokenOf(execution);
      expect(await rig.workflows.look(rig.waiting, execution)).toEqual({ kind: "running" });
      expect(await rig.workflows.answer(token, { kind: "applied", reference: "MES-7" })).toBe("taken");
      await ends(rig.waiting, execution).toEqual({ kind: "ended", output: { kind: "applied", reference: "MES-7" } });
      expect(await rig.workflows.answer(token, { kind: "applied" })).toBe("gone");
    });

    it("stops one where it runs, and nothing where there is none", async () => {
      const execution = rig.ids.next();
      await rig.workflows.start(rig.waiting, execution, {});
      await rig.tokenOf(execution);
      await rig.workflows.stop(rig.waiting, execution, "superseded by version 8");
      await ends(rig.waiting, execution).toEqual({ kind: "ended" });
      await rig.workflows.stop(rig.waiting, execution, "again");
      await rig.workflows.stop(rig.waiting, rig.ids.next(), "never was");
    });

    it(`answers the token of one that was stopped: ${tokenOfStopped}`, async () => {
      const execution = rig.ids.next();
      await rig.workflows.start(rig.waiting, execution, {});
      const token = await rig.tokenOf(execution);
      await rig.workflows.stop(rig.waiting, execution, "superseded");
      await ends(rig.waiting, execution).toEqual({ kind: "ended" });
      expect(await rig.workflows.answer(token, { kind: "applied" })).toBe(tokenOfStopped);
      expect(await rig.workflows.look(rig.waiting, execution)).toEqual({ kind: "ended" });
    });

    it("says that a token nobody gave is gone", async () => {
      expect(await rig.workflows.answer("AAAAKgAAAAIAAAAAAAAAAQ", {})).toBe("gone");
    });

    it.each([
      ["81 characters", "x".repeat(81)],
      ["a slash", "a/b"],
      ["a space", "a b"],
      ["Chinese", "车间"],
      ["nothing", ""],
    ])("throws on an execution name of %s, as Step Functions would refuse it", async (_what, bad) => {
      await expect(rig.workflows.start(rig.echo, bad, {})).rejects.toThrow();
    });

    it("throws on a workflow it does not know", async () => {
      await expect(rig.workflows.start("unheard-of", rig.ids.next(), {})).rejects.toThrow();
    });
  });
}
