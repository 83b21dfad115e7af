import { describe, expect, it } from "vitest";
import type { FakeCall, Fault } from "../../connectors/plain-json/fake-faults.ts";
import { CALM, CALM_AGENT, HOUR, MINUTE, type Script, script, sendAt } from "../support/world/calm-plan.ts";
import { judge } from "../support/world/checker.ts";
import { consumptionDocument, orderDocument, type PlannedDocument, type Traits, tagIn } from "../support/world/planned-documents.ts";
import { idOf } from "../support/world/sender.ts";
import { createTally } from "../support/world/tally.ts";
import { type Outcome, runWorld, type WorldOptions } from "../support/world/world.ts";
import type { WorldPlan } from "../support/world/world-plan.ts";

/** Story 63 and stories 65 to 80 of FAULTS.md, most of which a model of the protocol told: each on the real logic, judged by the books of both systems. */

const SITE = "hamburg";
const TAGS: Readonly<Record<string, number>> = { "1": 1, "2": 2, "3": 3, "4": 4 };

const release = (version: string, traits: Traits = {}): PlannedDocument =>
  orderDocument({ name: `v${version}`, tag: Number(TAGS[version]), site: SITE, order: "1001", version, materials: ["M0"], traits });
const cancel = (version: string, traits: Traits = {}): PlannedDocument =>
  orderDocument({ name: `v${version}c`, tag: Number(TAGS[version]), site: SITE, order: "1001", version, cancel: true, traits });
const consumption = (name: string, traits: Traits = {}): PlannedDocument => consumptionDocument({ name, site: SITE, order: "1001", traits });

type Story = Partial<WorldPlan> & Pick<WorldPlan, "sends"> & Pick<WorldOptions, "erpFault" | "buries"> & { readonly scripts?: readonly Script[] };

/** Runs it to its end; all that is wrong by the books is a failure here already. */
async function tell({ scripts = [], erpFault, buries, ...plan }: Story): Promise<Outcome> {
  const outcome = await runWorld(
    { ...CALM, ...plan },
    {
      tally: createTally(),
      decide: (process, call) => {
        for (const { decide } of scripts) {
          const fate = decide(process, call);
          if (fate !== undefined) return fate;
        }
        return undefined;
      },
      ...(erpFault === undefined ? {} : { erpFault }),
      ...(buries === undefined ? {} : { buries }),
    },
  );
  expect(judge(outcome)).toEqual([]);
  for (const each of scripts) expect(each.met()).toBeGreaterThan(0);
  return outcome;
}

/** What the ERP holds of a document, in the order of commit. */
const heard = (outcome: Outcome, { tag }: PlannedDocument): string[] =>
  outcome.postings.filter(({ document }) => tagIn(document) === tag).map(({ action }) => action);
/** What the MES did: `apply 1`, `withdraw 2`. */
const done = (outcome: Outcome): string[] =>
  outcome.journal.filter(({ result, type }) => result === "applied" && type === "OperationsRequest").map(({ action, version }) => `${action} ${version}`);
const inForce = (outcome: Outcome): string | undefined => outcome.plants.get(SITE)?.inForce("OperationsRequest", "1001")?.version;
const stateOf = (outcome: Outcome, document: PlannedDocument) => {
  const { key } = sendAt(document, 0);
  return outcome.ledger.find((item) => item.sk.startsWith("DOC#") && item.id === idOf(document, key))?.state;
};
/** When a document was parked first, in milliseconds; the ledger's timeline. */
const parkedAt = (outcome: Outcome): number => Number(outcome.ledger.find((item) => item.sk.startsWith("EVENT#") && item.what === "parked")?.at);

/** Faults for the first calls of a method, one each. */
function faultsFor(method: FakeCall["method"], ...faults: readonly (Fault | undefined)[]): (call: FakeCall) => Fault | undefined {
  const left = [...faults];
  return (call) => (call.method === method ? left.shift() : undefined);
}

const NO_LOOKUP = { lookup: false, idempotent: false } as const;

describe("stories of FAULTS.md", () => {
  it("63: two consumers of one lane, the first frozen: the document that one made the holder and the other settled does not block its lane", async () => {
    const [C1, C2] = [consumption("C1"), consumption("C2")];
    const frozen = script({ kind: "advance-lane", call: "ledger.readMany" }, { kind: "sleep", when: "after", milliseconds: 370_000 });
    const slow = script({ kind: "advance-lane", call: "payloads.read" }, { kind: "slow", when: "after", milliseconds: 20_000 });
    const settling: boolean[] = [];
    const listens: Script = {
      decide: (_process, { method, detail }) => {
        if (method === "write" && detail().includes('"settledAt"')) settling.push(detail().includes("LANE#"));
        return undefined;
      },
      met: () => settling.length,
    };
    const outcome = await tell({ sends: [sendAt(C1, 0), sendAt(C2, 7)], scripts: [listens, frozen, slow] });
    expect(outcome.postings.map(({ objectId }) => objectId)).toEqual(["C1", "C2"]);
    // C1 is the holder, so its lane is handed on in the transaction that settles it (rule 4); C2 never was.
    expect(settling).toEqual([true, false]);
  });

  it("68: a message is lost before anything of its document was done, and the next one takes the lane: the first waits for its turn, and nobody is asked", async () => {
    const C1 = consumption("C1", { lacksStockUntil: 10 * MINUTE });
    const C2 = consumption("C2", { lacksStockUntil: 25 * MINUTE });
    const curses = [{ document: "C1", notice: "document" as const, call: "wait" as const, times: 1, thenLost: true as const }];
    const outcome = await tell({ sends: [sendAt(C1, 0), sendAt(C2, 5)], curses });
    expect([outcome.postings.map(({ objectId }) => objectId), parkedAt(outcome)]).toEqual([["C2", "C1"], Number.NaN]);
  });

  it("68: a message is lost while its posting is in doubt, and the next one takes the lane: a person is asked, and the replay posts it no second time", async () => {
    const C1 = consumption("C1");
    const C2 = consumption("C2", { lacksStockUntil: 25 * MINUTE });
    const curses = [{ document: "C1", notice: "document" as const, call: "wait" as const, times: 1, thenLost: true as const }];
    const commands = [{ at: HOUR, document: "C1", command: "replay" as const }];
    const sends = [sendAt(C1, 0), sendAt(C2, 5)];
    const outcome = await tell({ sends, curses, commands, healAt: 2 * HOUR, erpFault: faultsFor("post", { kind: "lose-answer" }) });
    expect([outcome.postings.map(({ objectId }) => objectId), stateOf(outcome, C1)]).toEqual([["C1", "C2"], "delivered"]);
    expect(parkedAt(outcome)).toBeGreaterThan(0);
  });

  it("65: the workflow ends but its `finished` is lost for good, and the lane goes on", async () => {
    const rates = { ...CALM.rates, finishedLost: 1 };
    const outcome = await tell({ sends: [sendAt(release("1"), 0), sendAt(release("2"), 5)], rates, healAt: 6 * HOUR });
    expect(done(outcome)).toEqual(["apply 1", "apply 2"]);
    expect([heard(outcome, release("1")), heard(outcome, release("2"))]).toEqual([["tell-accepted"], ["tell-accepted"]]);
  });

  it("66: posted, reversed, replayed: the look-up does not take the reversed posting for the new one", async () => {
    // It is posted, and its function dies before it settles, start after start, until it parks: only then can it be undone.
    const dies = script({ kind: "advance-lane", call: "ledger.write", detail: '"state":"delivered"', times: 8 }, { kind: "kill", when: "before" });
    const C1 = consumption("C1");
    const commands = [
      { at: 2 * HOUR, document: "C1", command: "undo" as const },
      { at: 3 * HOUR, document: "C1", command: "replay" as const },
    ];
    const outcome = await tell({
      sends: [sendAt(C1, 0)],
      scripts: [dies],
      commands,
      healAt: 4 * HOUR,
      erpFault: faultsFor("post", undefined, { kind: "lose-answer" }),
    });
    expect(heard(outcome, C1)).toEqual(["post", "reversal", "post"]);
    expect(outcome.postings.filter(({ action, reversedBy }) => action === "post" && reversedBy === undefined)).toHaveLength(1);
  });

  it("66: posted, reversed, replayed, and the new posting fails: the look-up does not find the reversed one", async () => {
    const C1 = consumption("C1");
    const curses = [{ document: "C1", notice: "document" as const, call: "settle" as const, times: 8 }];
    const commands = [
      { at: 2 * HOUR, document: "C1", command: "undo" as const },
      { at: 3 * HOUR, document: "C1", command: "replay" as const },
    ];
    const erpFault = faultsFor("post", undefined, { kind: "fail-before-commit" });
    const outcome = await tell({ sends: [sendAt(C1, 0)], curses, commands, healAt: 4 * HOUR, erpFault });
    expect(heard(outcome, C1)).toEqual(["post", "reversal", "post"]);
  });

  it("66: delivered, withdrawn, replayed: the second withdrawal is not answered by the first one's verdict", async () => {
    const v1 = release("1", { acceptanceRefused: true });
    const outcome = await tell({ sends: [sendAt(v1, 0)], commands: [{ at: HOUR, document: "v1", command: "replay" }], healAt: 2 * HOUR });
    expect(done(outcome)).toEqual(["apply 1", "withdraw 1", "apply 1", "withdraw 1"]);
    expect(heard(outcome, v1)).toEqual(["tell-undone", "tell-undone"]);
  });

  it("67: a step dies after it put its delivery; the verdict answers the token of its repeat", async () => {
    const dies = script({ kind: "perform-step", call: "ledger.write", detail: "MAILBO/" }, { kind: "kill", when: "after" });
    const outcome = await tell({ sends: [sendAt(release("1"), 0)], scripts: [dies] });
    expect([done(outcome), heard(outcome, release("1"))]).toEqual([["apply 1"], ["tell-accepted"]]);
  });

  it("67: the repeated step is overtaken by the frozen first, whose token is dead", async () => {
    const frozen = script({ kind: "perform-step", call: "ledger.write", detail: "MAILBO/" }, { kind: "sleep", when: "before", milliseconds: 62_000 });
    const slowAgent = { ...CALM_AGENT, away: [[0, 5 * MINUTE]] as const };
    const outcome = await tell({ sends: [sendAt(release("1"), 0)], scripts: [frozen], habits: { [SITE]: slowAgent } });
    expect([done(outcome), heard(outcome, release("1"))]).toEqual([["apply 1"], ["tell-accepted"]]);
  });

  it("68: a message goes to the dead-letter queue, its successor runs first: the older version is superseded when it is woken", async () => {
    let buried = 0;
    const buries = (body: string): boolean => {
      if (!body.includes('"kind":"document"') || buried > 0) return false;
      buried += 1;
      return true;
    };
    const outcome = await tell({ sends: [sendAt(release("1"), 0), sendAt(release("2"), 2)], buries });
    expect([done(outcome), stateOf(outcome, release("1"))]).toEqual([["apply 2"], "superseded"]);
    expect(buried).toBe(1);
  });

  it("68: a message that kills its function is not overtaken: its document parks, and its successor waits for it", async () => {
    const [C1, C2] = [consumption("C1"), consumption("C2")];
    const curses = [{ document: "C1", notice: "document" as const, call: 2, times: 8 }];
    const outcome = await tell({ sends: [sendAt(C1, 0), sendAt(C2, 1)], curses, healAt: 3 * HOUR, mends: true });
    expect(outcome.postings.map(({ objectId }) => objectId)).toEqual(["C1", "C2"]);
    expect(parkedAt(outcome)).toBeGreaterThan(0);
  });

  it("69: `skip` is refused for a release that the MES has", async () => {
    const v1 = release("1", { acceptanceRefused: true, withdrawalRefused: true });
    const outcome = await tell({ sends: [sendAt(v1, 0)], commands: [{ at: HOUR, document: "v1", command: "skip" }], healAt: 2 * HOUR });
    expect([outcome.causes.commands, stateOf(outcome, v1), inForce(outcome)]).toEqual([[], "parked", "1"]);
  });

  it("69: `skip` is refused for an unknown that commits later", async () => {
    const C1 = consumption("C1");
    const erpFault = faultsFor("post", { kind: "commit-late", afterMs: 290_000 });
    const commands = [2, 4, 8].map((minute) => ({ at: minute * MINUTE, document: "C1", command: "skip" as const }));
    const outcome = await tell({ sends: [sendAt(C1, 0)], erp: NO_LOOKUP, erpFault, commands, healAt: HOUR });
    expect([heard(outcome, C1), stateOf(outcome, C1), outcome.causes.commands]).toEqual([["post"], "parked", []]);
  });

  it("70: without a look-up nobody is asked before the first call must have committed", async () => {
    const C1 = consumption("C1");
    const outcome = await tell({
      sends: [sendAt(C1, 0)],
      erp: NO_LOOKUP,
      erpFault: faultsFor("post", { kind: "commit-late", afterMs: 290_000 }),
      healAt: HOUR,
      mends: true,
    });
    expect(heard(outcome, C1)).toEqual(["post"]);
    expect(parkedAt(outcome)).toBeGreaterThanOrEqual(Number(outcome.postings[0]?.committedAt));
  });

  it("70: without a look-up, what never committed is posted when the person who looked replays it", async () => {
    const C1 = consumption("C1");
    const outcome = await tell({
      sends: [sendAt(C1, 0)],
      erp: NO_LOOKUP,
      erpFault: faultsFor("post", { kind: "fail-before-commit" }),
      healAt: HOUR,
      mends: true,
    });
    expect(heard(outcome, C1)).toEqual(["post"]);
  });

  it("71: the MES refuses a withdrawal, the undo parks, and its replay goes on with the undo", async () => {
    const v1 = release("1", { acceptanceRefused: true, withdrawalRefused: true });
    const outcome = await tell({ sends: [sendAt(v1, 0)], healAt: HOUR, mends: true });
    expect([done(outcome), heard(outcome, v1), inForce(outcome)]).toEqual([["apply 1", "withdraw 1"], ["tell-undone"], undefined]);
  });

  it("72: a step that lives on after its document turned to its undo makes nothing anew", async () => {
    // Frozen before it puts its delivery; its repeat puts it, the ERP refuses, the plant withdraws; while the ERP is being told, the frozen one goes on.
    const v1 = release("1", { acceptanceRefused: true });
    const put = script({ kind: "perform-step", call: "ledger.write", detail: "MAILBO/" }, { kind: "sleep", when: "before", milliseconds: 170_000 });
    const telling = { kind: "perform-step", call: "ledger.write", detail: '"markers.tell-undone":{"state":"claimed"', times: 2 };
    const slow = script(telling, { kind: "sleep", when: "before", milliseconds: 65_000 });
    const outcome = await tell({ sends: [sendAt(v1, 0)], scripts: [put, slow] });
    expect([done(outcome), heard(outcome, v1)]).toEqual([["apply 1", "withdraw 1"], ["tell-undone"]]);
  });

  it("73: two runs undo one step, and it is undone once", async () => {
    const v1 = release("1", { acceptanceRefused: true });
    const frozen = script(
      { kind: "perform-step", call: "ledger.write", detail: '"action":"withdraw"' },
      { kind: "sleep", when: "before", milliseconds: 61_000 },
    );
    const outcome = await tell({ sends: [sendAt(v1, 0)], scripts: [frozen] });
    expect([done(outcome), heard(outcome, v1)]).toEqual([["apply 1", "withdraw 1"], ["tell-undone"]]);
  });

  it("74: the late acceptance of version 1 does not withdraw version 2", async () => {
    const sends = [sendAt(release("1"), 0), sendAt(release("2"), 40)];
    const outcome = await tell({ sends, habits: { [SITE]: { ...CALM_AGENT, workers: 2, holdsBack: { milliseconds: 80 * MINUTE, version: "1" } } } });
    expect([inForce(outcome), heard(outcome, release("1")), heard(outcome, release("2"))]).toEqual(["2", ["tell-undone"], ["tell-accepted"]]);
  });

  it("75: a slow agent does not apply an old delivery after the newer one", async () => {
    const v1 = release("1", { plantNeeds: 90 * MINUTE, withdrawsAtOnce: true });
    const outcome = await tell({ sends: [sendAt(v1, 0), sendAt(release("2"), 30)], habits: { [SITE]: { ...CALM_AGENT, workers: 2 } } });
    expect(done(outcome)).toEqual(["apply 2"]);
    expect(outcome.journal.map(({ action, version, result }) => `${action} ${version}: ${result}`)).toContain("apply 1: outdated");
  });

  it("76: an acceptance arrives in the middle of its undo, and is withdrawn", async () => {
    const v1 = release("1", { plantNeeds: 20 * MINUTE });
    const outcome = await tell({ sends: [sendAt(v1, 0)], habits: { [SITE]: { ...CALM_AGENT, workers: 2 } } });
    expect([inForce(outcome), heard(outcome, v1)]).toEqual([undefined, ["tell-undone"]]);
    expect(done(outcome)).toEqual(["apply 1", "withdraw 1"]);
  });

  it("76: an acceptance that comes after its release was undone is withdrawn, even where the plant forgot its numbers", async () => {
    const v1 = release("1", { plantNeeds: 90 * MINUTE, withdrawsAtOnce: true });
    const outcome = await tell({ sends: [sendAt(v1, 0)], habits: { [SITE]: { ...CALM_AGENT, workers: 2 } }, plantForgets: true });
    expect([done(outcome), heard(outcome, v1), inForce(outcome)]).toEqual([["apply 1", "withdraw 1"], ["tell-undone"], undefined]);
  });

  it("77: a cancel's verdict is late, and no deadline undoes the cancel", async () => {
    const sends = [sendAt(release("1"), 0), sendAt(cancel("2", { plantNeeds: 2 * HOUR }), 10)];
    const outcome = await tell({ sends, habits: { [SITE]: { ...CALM_AGENT, workers: 2 } } });
    expect([done(outcome), heard(outcome, cancel("2"))]).toEqual([["apply 1", "apply 2"], ["tell-accepted"]]);
  });

  it("78: call 1 commits late, its repeat gets 429, and the doubt stays", async () => {
    const C1 = consumption("C1");
    const erpFault = faultsFor("post", { kind: "commit-late", afterMs: 200_000 }, { kind: "rate-limit", retryAfterSeconds: 30 });
    const outcome = await tell({ sends: [sendAt(C1, 0)], erp: { lookup: false, idempotent: true }, erpFault });
    expect(heard(outcome, C1)).toEqual(["post"]);
  });

  it("78: call 1 fails, its repeat after the look-up gets 429, and what it may have done is looked up again", async () => {
    const C1 = consumption("C1");
    const erpFault = faultsFor("post", { kind: "fail-before-commit" }, { kind: "rate-limit", retryAfterSeconds: 30 });
    const outcome = await tell({ sends: [sendAt(C1, 0)], erpFault });
    expect(heard(outcome, C1)).toEqual(["post"]);
    expect(outcome.erpCalls.map(({ method }) => method)).toEqual(["post", "lookUp", "post", "lookUp", "post"]);
  });

  it("79: a newer version does not replace a waiting older one whose call may still commit", async () => {
    const erpFault = faultsFor("post", { kind: "commit-late", afterMs: 290_000 });
    const outcome = await tell({ sends: [sendAt(release("1"), 0), sendAt(release("2"), 1)], erpFault });
    expect(outcome.postings.map(({ action, version }) => `${action} ${version}`)).toEqual(["tell-accepted 1", "tell-accepted 2"]);
    expect(inForce(outcome)).toBe("2");
  });

  it("80: version 2 stands as the former version of a refused version 3: version 1, which comes late, is superseded", async () => {
    // Version 2 is applied, and waits to tell it; version 3 takes its place, and is refused by the plant.
    const sends = [sendAt(release("2"), 0), sendAt(release("3", { plantRefuses: true }), 2), sendAt(release("1"), 30)];
    const outcome = await tell({ sends, erpFault: faultsFor("post", { kind: "rate-limit", retryAfterSeconds: 300 }) });
    expect([done(outcome), stateOf(outcome, release("1")), inForce(outcome)]).toEqual([["apply 2"], "superseded", "2"]);
  });

  it("80: a cancel stands that a refused version 4 replaced: version 2, which comes late, is superseded", async () => {
    const sends = [sendAt(release("1"), 0), sendAt(cancel("3"), 5), sendAt(release("4", { plantRefuses: true }), 7), sendAt(release("2"), 40)];
    const outcome = await tell({ sends, erpFault: faultsFor("post", undefined, { kind: "rate-limit", retryAfterSeconds: 300 }) });
    expect([done(outcome), stateOf(outcome, release("2"))]).toEqual([["apply 1", "apply 3"], "superseded"]);
  });

  it.each([
    ["undone", release("1", { acceptanceRefused: "once" }), ["tell-undone", "tell-undone"], ["apply 1", "withdraw 1", "apply 1", "withdraw 1"]],
    ["rejected", release("1", { plantRefuses: "once" }), ["tell-rejected", "tell-undone"], ["apply 1", "withdraw 1"]],
  ] as const)(
    "80: told %s, replayed, applied, and not told so when version 2 comes: it is undone first, and does not stand when version 2 is refused",
    async (_word, v1, words, deeds) => {
      const sends = [sendAt(v1, 0), sendAt(release("2", { plantRefuses: true }), 62)];
      const toldBefore = words[0] === "tell-undone" ? [undefined, undefined] : [undefined];
      const erpFault = faultsFor("post", ...toldBefore, { kind: "rate-limit", retryAfterSeconds: 600 });
      const outcome = await tell({ sends, commands: [{ at: HOUR, document: "v1", command: "replay" }], healAt: 2 * HOUR, erpFault });
      expect([heard(outcome, v1), heard(outcome, release("2")), done(outcome), inForce(outcome)]).toEqual([words, ["tell-rejected"], deeds, undefined]);
    },
  );

  it("80: version 1 parked, version 2 delivered, replay of version 1", async () => {
    const v1 = release("1", { invalid: true });
    const commands = [
      { at: 10 * MINUTE, document: "v1", command: "skip" as const },
      { at: HOUR, document: "v1", command: "replay" as const },
    ];
    const outcome = await tell({ sends: [sendAt(v1, 0), sendAt(release("2"), 20)], commands, healAt: 2 * HOUR });
    expect([done(outcome), stateOf(outcome, v1), inForce(outcome)]).toEqual([["apply 2"], "superseded", "2"]);
  });
});
