import { describe, expect, it } from "vitest";
import type { FakeCall, Fault } from "../../connectors/plain-json/fake-faults.ts";
import { subjectKeyIn } from "../../core/documents/ids.ts";
import { freeLane } from "../../core/lanes/lane-state.ts";
import { itemOf } from "../../core/ledger/items.ts";
import { laneKey } from "../../core/ledger/keys.ts";
import type { Turn } from "../promises/by-hand.ts";
import { closedGate, soFar } from "../promises/held-back.ts";
import { actionsOf, inForce, MINUTE, posted, type Story, sent, stateOf, tell } from "../promises/story.ts";
import { consumptionDocument, orderDocument, type Traits } from "../support/world/planned-documents.ts";
import { idOf, keyFor } from "../support/world/sender.ts";
import { type Stage, stage } from "./stories-stage.ts";

/**
 * FAULTS.md, stories 63 and 65 to 80: what a model of the protocol told, each as a fixed scenario on the real functions, judged by the ERP's book and the MES's.
 * `tell` runs the world with the real workflow; `stage` puts the functions into motion by hand, where the story needs an exact interleaving.
 */
const HOUR = 60 * MINUTE;
/** Just within what the ERP declares (commitSeconds). */
const LATE_MS = 299_000;
/** The business deadline of the world's plants is a quarter of an hour. */
const PAST_DEADLINE_MS = 901_000;

const release = (version: string, traits: Traits = {}) =>
  orderDocument({ name: `O1v${version}`, tag: Number(version), site: "hamburg", order: "1001", version, materials: ["M0"], traits });
const cancel = (version: string, traits: Traits = {}) =>
  orderDocument({ name: `O1c${version}`, tag: Number(version), site: "hamburg", order: "1001", version, cancel: true, traits });
const report = (name: string) => consumptionDocument({ name, site: "hamburg", order: "1001" });

const v1 = release("1");
const v2 = release("2");
const c1 = report("C1");

/** Faults for the calls that post, one each, in turn. */
const postingsMeet = (...faults: readonly Fault[]): ((call: FakeCall) => Fault | undefined) => {
  const left = [...faults];
  return ({ method }) => (method === "post" ? left.shift() : undefined);
};

/** Of the reads of the report's content all but the first `spared` kill, until so many commands have come: meanwhile it is parked (LANES.md 5, rule 11). */
function crashes(spared: number, commands: number): NonNullable<Story["decide"]> {
  const id = idOf(c1, keyFor(c1, "first"));
  const given = new Set<string>();
  let reads = 0;
  return (process, { port, method, detail }) => {
    if (process.kind === "command-document") given.add(process.name);
    if (process.kind !== "advance-lane" || port !== "payloads" || method !== "read" || detail() !== id || given.size >= commands) return undefined;
    reads += 1;
    return reads > spared ? { kind: "kill", when: "before" } : undefined;
  };
}

/** What the ERP's book says, line by line. */
const erpBook = ({ world }: Stage): string[] => world.erp.books().map(({ action, version, objectId }) => `${action} ${version ?? objectId}`);
const mesBook = ({ mes }: Stage) => mes.inForce("OperationsRequest", "1001");
const mesJournal = ({ mes }: Stage): string[] => mes.journal().map(({ action, version, result }) => `${action} ${version ?? "none"} ${result}`);

/** A report whose posting stands in the ERP, parked by a defect that kills its function. */
async function postedAndParked(): Promise<Stage> {
  const on = await stage();
  on.world.erp.faultNext({ kind: "lose-answer" });
  await on.send(c1);
  await on.handle();
  await on.crashUntilParked(c1);
  return on;
}

/** Parked within two hours with a call that may have committed: a skip is refused, it stays a person's task, and a replay finds its one posting. */
async function cannotBeSkipped(story: () => Omit<Story, "sends">): Promise<void> {
  const skip = { at: 2 * HOUR, document: "C1", command: "skip" } as const;
  const skipped = await tell({ ...story(), sends: [sent(c1, 0)], commands: [skip], healAt: 5 * HOUR });
  expect([posted(skipped), skipped.causes.commands, stateOf(skipped, c1)]).toEqual([["C1"], [], "parked"]);
  const replayed = await tell({ ...story(), sends: [sent(c1, 0)], commands: [skip, { at: 4 * HOUR, document: "C1", command: "replay" }] });
  expect([posted(replayed), stateOf(replayed, c1)]).toEqual([["C1"], "delivered"]);
}

describe("the stories that a model of the protocol told", () => {
  it("story 63: a lane that a settled document still holds is handed on by whoever comes next", async () => {
    const on = await stage();
    await on.send(c1);
    await on.handle();
    const { id, target, state } = on.header(c1);
    const lane = { ...freeLane(subjectKeyIn(id), target), revision: 1, holder: id };
    await on.world.ledger.write([{ kind: "put", item: itemOf(laneKey(subjectKeyIn(id), target), lane) }]);
    await on.send(report("C2"));
    await on.handle();
    expect([state, on.header(report("C2")).state, erpBook(on)]).toEqual(["delivered", "delivered", ["post C1", "post C2"]]);
  });

  it("story 65: the workflow ends but its `finished` is lost for good", async () => {
    const told = await tell({
      sends: [sent(v1, 0), sent(v2, 2 * 60)],
      rates: { call: 0, erp: 0, buried: 0, finishedLost: 1, index: 0 },
      healAt: 24 * HOUR,
    });
    expect([told.end, stateOf(told, v1), stateOf(told, v2)]).toEqual(["over", "delivered", "delivered"]);
    expect(told.postings.map(({ action, version }) => [action, version])).toEqual([
      ["tell-accepted", "1"],
      ["tell-accepted", "2"],
    ]);
    expect(inForce(told, v2)?.tag).toBe("2");
  });

  it("story 66: posted, undone, replayed: the lookup does not take the reversed posting for the new one, nor is the second withdrawal answered by the first one's verdict", async () => {
    for (const again of [{ kind: "lose-answer" }, { kind: "fail-before-commit" }] as const) {
      const told = await tell({
        sends: [sent(c1, 0)],
        erpFault: postingsMeet({ kind: "lose-answer" }, again),
        decide: crashes(1, 1),
        commands: [
          { at: 3 * HOUR, document: "C1", command: "undo" },
          { at: 5 * HOUR, document: "C1", command: "replay" },
        ],
      });
      expect(
        told.postings.map(({ action, reversedBy }) => [action, reversedBy !== undefined]),
        again.kind,
      ).toEqual([
        ["post", true],
        ["reversal", false],
        ["post", false],
      ]);
      expect(stateOf(told, c1), again.kind).toBe("delivered");
    }
    const refused = release("1", { acceptanceRefused: true });
    const told = await tell({ sends: [sent(refused, 0)], commands: [{ at: HOUR, document: refused.name, command: "replay" }] });
    expect(told.journal.map(({ action, result }) => [action, result])).toEqual([
      ["apply", "applied"],
      ["withdraw", "applied"],
      ["apply", "applied"],
      ["withdraw", "applied"],
    ]);
    expect([inForce(told, refused), stateOf(told, refused), actionsOf(told, refused)]).toEqual([undefined, "undone", ["tell-undone", "tell-undone"]]);
  });

  it("story 67: a step puts a delivery with token 1 and dies; its repeat gets token 2, and the verdict answers that one, not the dead one", async () => {
    const on = await stage();
    await on.send(v1);
    await on.handle();
    await soFar(on.step(v1, "deliver", "forward", "token-A", ({ detail }) => (detail().includes("token-A") ? "die after" : "run")));
    await on.step(v1, "deliver", "forward", "token-B");
    await on.agentWorks();
    expect([mesJournal(on), on.answered]).toEqual([["apply 1 applied"], ["token-B"]]);
    await on.step(v1, "tell-accepted", "forward");
    await on.finish(v1, { kind: "delivered" });
    expect([erpBook(on), mesBook(on)?.tag]).toEqual([["tell-accepted 1"], "1"]);
  });

  it("story 68: a message crashes again and again; before the dead-letter queue can take it it is parked, its successor does not run first, and then it is woken", async () => {
    const sends = [sent(c1, 0), sent(report("C2"), 1)];
    const crashing = await tell({ sends, decide: crashes(0, 1) });
    expect([posted(crashing), stateOf(crashing, c1), stateOf(crashing, report("C2"))]).toEqual([[], "parked", "held"]);
    const told = await tell({ sends, decide: crashes(0, 1), commands: [{ at: 3 * HOUR, document: "C1", command: "replay" }] });
    expect(posted(told)).toEqual(["C1", "C2"]);
  });

  // The Express run parked half way comes with report-operation: its steps are then guarded by the same rule over the header's markers.
  it("story 69: `skip` on a release the MES has accepted, and on an unknown that commits later, is refused", async () => {
    const on = await stage();
    await on.decide(await on.released(v1))();
    on.world.erp.faultNext({ kind: "redirect", to: "https://erp.example/" });
    await on.finish(v1, await on.step(v1, "tell-accepted", "forward"));
    expect(on.header(v1).state).toBe("parked");
    await on.command(v1, "skip");
    expect([on.header(v1).state, mesBook(on)?.tag, erpBook(on)]).toEqual(["parked", "1", []]);
    await on.command(v1, "replay");
    await on.step(v1, "deliver", "forward", "token-R");
    await on.step(v1, "tell-accepted", "forward");
    await on.finish(v1, { kind: "delivered" });
    expect([mesJournal(on), erpBook(on)]).toEqual([["apply 1 applied"], ["tell-accepted 1"]]);

    await cannotBeSkipped(() => ({ erpFault: postingsMeet({ kind: "commit-late", afterMs: 3 * HOUR }), decide: crashes(1, 2) }));
  });

  it("story 70: no lookup: it is not parked at once, and a person who sees nothing yet and replays does not post it a second time when the first call commits", async () => {
    const told = await tell({
      sends: [sent(c1, 0)],
      erp: { lookup: false, idempotent: false },
      erpFault: postingsMeet({ kind: "commit-late", afterMs: LATE_MS }),
      commands: [1, 2, 3, 4].map((minute) => ({ at: minute * MINUTE, document: "C1", command: "replay" as const })),
      healAt: HOUR,
    });
    expect([posted(told), told.causes.commands, stateOf(told, c1)]).toEqual([["C1"], [], "parked"]);
  });

  it("story 71: the MES refuses a withdrawal, the undo parks, and the replay goes on with the undo, not forward again", async () => {
    // Once mended, both sides would take everything: what a replay does is up to its mode alone.
    const refused = release("1", { acceptanceRefused: true, withdrawalRefused: true });
    const told = await tell({ sends: [sent(refused, 0)], healAt: HOUR, mends: true });
    expect(told.journal.map(({ action, result }) => [action, result])).toEqual([
      ["apply", "applied"],
      ["withdraw", "refused"],
      ["withdraw", "applied"],
    ]);
    expect([inForce(told, refused), actionsOf(told, refused), stateOf(told, refused)]).toEqual([undefined, ["tell-undone"], "undone"]);
  });

  // Told of the in-place effect and of a Standard workflow's step, which are there; an Express run's steps claim by the same rule.
  it("story 72: a run freezes before its effect, a second run makes the effect and undoes it, and the first does not make it again", async () => {
    const zombie = closedGate();
    const inPlace = await stage();
    await inPlace.send(c1);
    inPlace.world.erp.faultNext({ kind: "lose-answer" });
    const message = inPlace.world.receive("erp");
    const first = inPlace.world.advance("erp", message, ({ detail }) => (detail().includes('"state":"claimed"') ? zombie.opened : "run"));
    await soFar(first);
    await inPlace.crashUntilParked(c1, 1);
    await inPlace.command(c1, "undo");
    await inPlace.world.run(20);
    expect(erpBook(inPlace)).toEqual(["post C1", "reversal C1"]);
    zombie.open();
    await first;
    await inPlace.world.run(20);
    expect(erpBook(inPlace)).toEqual(["post C1", "reversal C1"]);

    const on = await stage();
    const frozen = closedGate();
    await on.send(v1);
    await on.handle();
    const slow = on.step(v1, "deliver", "forward", "token-A", ({ detail }) => (detail().includes("token-A") ? frozen.opened : "run"));
    await soFar(slow);
    await on.step(v1, "deliver", "forward", "token-B");
    const [delivery] = await on.lease();
    on.world.clock.advance(PAST_DEADLINE_MS);
    await on.step(v1, "turn-to-undo", "forward");
    await on.undoWhole(v1);
    frozen.open();
    await slow;
    await on.agentWorks();
    expect([delivery?.version, mesBook(on), erpBook(on), mesJournal(on).includes("apply 1 applied")]).toEqual(["1", undefined, ["tell-undone 1"], false]);
  });

  it("story 73: two runs undo one step: one reversal in the ERP, one withdrawal at the MES", async () => {
    const inPlace = await postedAndParked();
    const claims = [closedGate(), closedGate()];
    const calls = [closedGate(), closedGate()];
    await inPlace.world.command(inPlace.header(c1), "undo", "by-hand");
    const commanded = inPlace.world.receive("erp");
    const { id, target, attempt } = inPlace.header(c1);
    const repeated = commanded.map((message) => ({ ...message, body: JSON.stringify({ kind: "document", target, document: id, attempt }) }));
    const runs: Promise<readonly string[]>[] = [];
    // Each comes as far as its claim: both have read that the posting is in force.
    for (const [at, messages] of [commanded, repeated].entries()) {
      const claim: Turn = claims[at]?.opened ?? "run";
      const call: Turn = calls[at]?.opened ?? "run";
      const run = inPlace.world.advance("erp", messages, ({ method, detail }) => {
        if (method === "reverse") return call;
        return detail().includes('"state":"undoing"') ? claim : "run";
      });
      runs.push(run);
      await soFar(run);
    }
    for (const { open } of [...claims, ...calls]) {
      open();
      await soFar(Promise.all(runs));
    }
    await Promise.all(runs);
    await inPlace.world.run(20);
    expect(erpBook(inPlace)).toEqual(["post C1", "reversal C1"]);

    const on = await stage();
    await on.decide(await on.released(v1))();
    await on.step(v1, "turn-to-undo", "forward");
    await on.step(v1, "tell-accepted", "undo");
    const gates = [closedGate(), closedGate()];
    const undos: Promise<unknown>[] = [];
    for (const [at, token] of ["token-A", "token-B"].entries()) {
      const undo = on.step(v1, "deliver", "undo", token, ({ detail }) => (detail().includes(token) ? (gates[at]?.opened ?? "run") : "run"));
      undos.push(undo);
      await soFar(undo);
    }
    for (const { open } of gates) open();
    await Promise.all(undos);
    await on.agentWorks();
    expect([mesJournal(on), mesBook(on)]).toEqual([["apply 1 applied", "withdraw 1 applied"], undefined]);
  });

  it("story 74: the late acceptance of version 1 does not withdraw version 2", async () => {
    const on = await stage();
    const acceptance = on.decide(await on.released(v1));
    on.world.clock.advance(PAST_DEADLINE_MS);
    await on.step(v1, "turn-to-undo", "forward");
    await on.undoWhole(v1);
    await on.deliverWhole(v2);
    await acceptance();
    await on.wake(v1);
    await on.agentWorks();
    expect(mesJournal(on)).toEqual(["apply 1 applied", "withdraw 1 applied", "apply 2 applied", "withdraw 1 outdated"]);
    expect([mesBook(on)?.tag, erpBook(on)]).toEqual(["2", ["tell-undone 1", "tell-accepted 2"]]);
  });

  it("story 75: a slow agent hands an old delivery to the MES after the newer one: it is outdated, not applied", async () => {
    const on = await stage();
    const old = await on.released(v1);
    on.world.clock.advance(PAST_DEADLINE_MS);
    await on.step(v1, "turn-to-undo", "forward");
    await on.undoWhole(v1);
    await on.deliverWhole(v2);
    await on.decide(old)();
    await on.world.run(20);
    expect(mesJournal(on)).toEqual(["withdraw 1 no-effect", "apply 2 applied", "apply 1 outdated"]);
    expect([mesBook(on)?.tag, erpBook(on)]).toEqual(["2", ["tell-undone 1", "tell-accepted 2"]]);
  });

  it("story 76: an acceptance that arrives in the middle of its undo is withdrawn once more, and the ERP hears one word only", async () => {
    const on = await stage();
    const acceptance = on.decide(await on.released(v1));
    on.world.clock.advance(PAST_DEADLINE_MS);
    await on.step(v1, "turn-to-undo", "forward");
    await on.step(v1, "tell-accepted", "undo");
    await on.step(v1, "deliver", "undo", "token-U");
    await acceptance();
    await on.agentWorks();
    await on.step(v1, "tell-undone", "undo");
    await on.finish(v1, { kind: "undone" });
    // The next attempt's workflow, in the mode of undo.
    await on.undoWhole(v1);
    await on.world.run(20);
    expect(mesJournal(on)).toEqual(["apply 1 applied", "withdraw 1 applied", "withdraw 1 no-effect"]);
    expect([mesBook(on), erpBook(on), on.header(v1).state]).toEqual([undefined, ["tell-undone 1"], "undone"]);
  });

  it("story 77: a cancel's verdict is late, and no deadline `undoes` the cancel", async () => {
    const late = cancel("2", { plantNeeds: HOUR });
    const told = await tell({ sends: [sent(v1, 0), sent(late, 30)] });
    expect(told.journal.map(({ action, version, result }) => [action, version, result])).toEqual([
      ["apply", "1", "applied"],
      ["apply", "2", "applied"],
    ]);
    expect([inForce(told, late)?.cancel, stateOf(told, late)]).toEqual([true, "delivered"]);
    expect(told.postings.map(({ action, version }) => [action, version])).toEqual([
      ["tell-accepted", "1"],
      ["tell-accepted", "2"],
    ]);
  });

  it("story 78: call 1 times out and will commit late; the repeat gets 429; the marker is not cleared, so nobody can pass over what was posted", async () => {
    await cannotBeSkipped(() => ({
      erp: { lookup: false, idempotent: true },
      erpFault: postingsMeet({ kind: "commit-late", afterMs: LATE_MS }, { kind: "rate-limit", retryAfterSeconds: 1 }),
      decide: crashes(2, 2),
    }));
  });

  it("story 79: a newer version does not replace a waiting older one whose call may still commit", async () => {
    const told = await tell({ sends: [sent(v1, 0), sent(v2, 3)], erpFault: postingsMeet({ kind: "commit-late", afterMs: LATE_MS }) });
    expect(told.postings.map(({ action, version }) => [action, version])).toEqual([
      ["tell-accepted", "1"],
      ["tell-accepted", "2"],
    ]);
    expect([inForce(told, v2)?.tag, stateOf(told, v1), stateOf(told, v2)]).toEqual(["2", "delivered", "delivered"]);
  });

  it("story 80: version 1 parked or refused, version 2 delivered, replay of version 1: it stays superseded", async () => {
    for (const traits of [{ invalid: true }, { plantRefuses: "once" }] as const) {
      const first = release("1", traits);
      const told = await tell({ sends: [sent(first, 0), sent(v2, 30)], commands: [{ at: 2 * HOUR, document: first.name, command: "replay" }] });
      expect(
        told.journal.filter(({ result }) => result === "applied").map(({ version }) => version),
        JSON.stringify(traits),
      ).toEqual(["2"]);
      expect([inForce(told, v2)?.tag, stateOf(told, first), told.postings.at(-1)?.version], JSON.stringify(traits)).toEqual(["2", "superseded", "2"]);
    }
  });
});
