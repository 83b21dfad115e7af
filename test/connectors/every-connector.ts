import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";

/** What goes wrong with the next call that books. */
export type Trouble = "lose-answer" | "commit-late" | "locked" | "rate-limit" | "session-ended" | "no-effect" | "fails" | "down";

/** One other system with its connector, as the suite sees it. */
export type Rig = {
  readonly target: TargetSystem;
  /** An effect that it takes; each its own. */
  readonly call: () => Promise<EffectCall>;
  /** One that it says no to for good. */
  readonly refusedCall: () => Promise<EffectCall>;
  readonly undoOf: (call: EffectCall, reference: string) => ReverseCall;
  /** How many postings of this effect are in force, by the system's own books. */
  readonly inForce: (call: EffectCall) => Promise<number>;
  readonly trouble: (trouble: Trouble) => Promise<void>;
  /** For what has ended itself since: a session, a server that is up again. */
  readonly recover: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** How long a call may take whose answer never comes; by default short, since one that only waits for its deadline waits that long. */
  readonly lostWithinMs?: number;
};

const LONG_MS = 20_000;
const SHORT_MS = 1_500;
const soon = () => Date.now() + LONG_MS;
const inTime = <T extends EffectCall>(call: T, ms = LONG_MS): T => ({ ...call, deadline: Date.now() + ms });

/** What every connector must do (LANES.md 6), whatever it speaks to. */
export function everyConnector(name: string, start: () => Promise<Rig>): void {
  describe(`${name}: what every connector must do`, () => {
    let rig: Rig;
    let call: EffectCall;
    beforeEach(async () => {
      rig = await start();
      call = await rig.call();
    });
    afterEach(() => rig.close());

    const posted = async (): Promise<string> => {
      const outcome = await rig.target.post(inTime(call));
      if (outcome.kind !== "applied") throw new Error(`not applied but ${JSON.stringify(outcome)}`);
      return outcome.reference;
    };

    /** As the ledger goes on: what is unknown is looked up, and posted again only where it is not there. */
    const settled = async (first: CallOutcome): Promise<void> => {
      await rig.recover();
      const looked: LookUpOutcome | undefined = first.kind === "unknown" ? await rig.target.lookUp(call.key, soon()) : undefined;
      if (first.kind !== "applied" && looked?.kind !== "found") expect(await rig.target.post(inTime(call))).toMatchObject({ kind: "applied" });
      expect(await rig.inForce(call)).toBe(1);
    };

    it("posts an effect, and finds it by our key, not before", async () => {
      expect(await rig.target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
      const reference = await posted();
      expect(reference).not.toBe("");
      expect(await rig.target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
      expect(await rig.inForce(call)).toBe(1);
    });

    it("reverses it once, and finds the reversal by its own key", async () => {
      const undo = rig.undoOf(call, await posted());
      expect(await rig.target.lookUp(undo.key, soon())).toEqual({ kind: "not-found" });
      expect(await rig.target.reverse(inTime(undo))).toMatchObject({ kind: "applied" });
      expect(await rig.target.lookUp(undo.key, soon())).toMatchObject({ kind: "found", reversed: false });
      expect(await rig.target.lookUp(call.key, soon())).toMatchObject({ kind: "found", reversed: true });
      expect(await rig.inForce(call)).toBe(0);
    });

    it("answers a no with words, and nothing is posted", async () => {
      const refused = await rig.refusedCall();
      const outcome = await rig.target.post(inTime(refused));
      expect(["refused", "park"]).toContain(outcome.kind);
      expect("reason" in outcome ? outcome.reason.message : "").not.toBe("");
      expect(await rig.inForce(refused)).toBe(0);
    });

    it("does not know after an answer that was lost behind the commit; the look-up does", async () => {
      await rig.trouble("lose-answer");
      const outcome = await rig.target.post(inTime(call, rig.lostWithinMs ?? SHORT_MS));
      expect(outcome.kind).toBe("unknown");
      expect(await rig.target.lookUp(call.key, soon())).toMatchObject({ kind: "found", reversed: false });
      await settled(outcome);
    });

    it("does not know of what commits late: it is not there, and then it is", async () => {
      await rig.trouble("commit-late");
      expect((await rig.target.post(inTime(call, rig.lostWithinMs ?? SHORT_MS))).kind).toBe("unknown");
      expect(await rig.target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
      await vi.waitUntil(async () => (await rig.inForce(call)) === 1, { timeout: LONG_MS, interval: 50 });
      expect(await rig.target.lookUp(call.key, soon())).toMatchObject({ kind: "found", reversed: false });
    });

    it.each([
      ["a lock", "locked", ["retry"]],
      ["too many calls", "rate-limit", ["retry"]],
      ["a session that ended", "session-ended", ["retry", "unknown", "applied"]],
      ["a yes without effect", "no-effect", ["retry", "unknown"]],
      ["a failure that says nothing", "fails", ["retry", "unknown"]],
      ["nobody there", "down", ["retry"]],
    ] as const)("survives %s, and has it posted once in the end", async (_name, trouble, kinds) => {
      await rig.trouble(trouble);
      const outcome = await rig.target.post(inTime(call));
      expect(kinds).toContain(outcome.kind);
      await settled(outcome);
    });

    it("does not take a look-up that failed for `not found`", async () => {
      await posted();
      await rig.trouble("down");
      expect(await rig.target.lookUp(call.key, soon())).toMatchObject({ kind: "retry" });
    });
  });
}
