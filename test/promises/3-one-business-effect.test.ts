import { describe, expect, it } from "vitest";
import type { Fault } from "../../connectors/plain-json/fake-faults.ts";
import { consumptionDocument, orderDocument } from "../support/world/planned-documents.ts";
import type { Entry } from "../support/world/world-plan.ts";
import { byHand } from "./by-hand.ts";
import { closedGate, soFar } from "./held-back.ts";
import { actionsOf, bookOf, deathsIn, inForce, inSums, MINUTE, nameOf, posted, type Story, sent, stateOf, tell, withDeath } from "./story.ts";

const report = consumptionDocument({ name: "C1", site: "hamburg", order: "1001" });
const CANCEL = consumptionDocument({ name: "C1c", site: "hamburg", order: "1001", number: "C1", cancel: true });
const release = orderDocument({ name: "O1", tag: 1, site: "hamburg", order: "1001", version: "1", materials: ["M0"] });
const STORY: Story = { sends: [sent(release, 0), sent(report, 0)] };
/** Just within what the ERP declares (commitSeconds). */
const LATE_MS = 299_000;

/** The world is looked at when whatever may still commit has committed. */
const LONG_AFTER = 60 * MINUTE;

/** The given fault for the first call that posts, then none. */
const firstPosting = (fault: Fault): NonNullable<Story["erpFault"]> => {
  let isFirst = true;
  return (call) => {
    if (call.method !== "post" || !isFirst) return undefined;
    isFirst = false;
    return fault;
  };
};

const MAY_HAVE_COMMITTED: readonly Fault[] = [
  { kind: "lose-answer" },
  { kind: "fail-after-commit" },
  { kind: "fail-before-commit" },
  { kind: "cut", committed: true },
  { kind: "cut", committed: false },
  { kind: "corrupt", committed: true },
  { kind: "commit-late", afterMs: LATE_MS },
  { kind: "queue", afterMs: 2 * LATE_MS },
];
const SURELY_NOT: readonly Fault[] = [
  { kind: "rate-limit", retryAfterSeconds: 30 },
  { kind: "unavailable", retryAfterSeconds: 30 },
  { kind: "locked" },
  { kind: "session-expired" },
  { kind: "down" },
  { kind: "no-effect" },
];

describe("promise 3: one business effect per document, whatever is repeated, retried, raced or killed", () => {
  for (const fault of [...MAY_HAVE_COMMITTED, ...SURELY_NOT]) {
    it(`posts once when the first call meets ${JSON.stringify(fault)}`, async () => {
      const told = await tell({ sends: [sent(report, 0)], erpFault: firstPosting(fault), healAt: LONG_AFTER });
      expect(posted(told)).toEqual(["C1"]);
    });
  }

  it("wherever advance-lane or perform-step dies, the ERP's book has one posting and one announcement, the MES's one order", async () => {
    const kinds = ["advance-lane", "perform-step"];
    for (const death of await deathsIn(STORY, kinds)) {
      const told = await tell(withDeath(STORY, kinds, death));
      expect([posted(told), actionsOf(told, release)], nameOf(death)).toEqual([["C1"], ["tell-accepted"]]);
      expect(
        told.journal.map(({ tag, result }) => [tag, result]),
        nameOf(death),
      ).toEqual([["1", "applied"]]);
      expect(inForce(told, release)?.tag, nameOf(death)).toBe("1");
    }
  });

  it("of reports that are posted together, wherever advance-lane or the timer dies, each is in one sum that is in force", async () => {
    const reports = [0, 1, 2, 3, 4].map((nth) => consumptionDocument({ name: `C${nth}`, site: "hamburg", order: "1001", nth }));
    const story: Story = { settings: { consumption: "lane", windows: { count: 3, seconds: 120 } }, sends: reports.map((each, at) => sent(each, at / 60)) };
    const kinds = ["advance-lane", "wake-due"];
    for (const death of await deathsIn(story, kinds)) {
      const told = await tell(withDeath(story, kinds, death));
      expect(inSums(told), nameOf(death)).toEqual(reports.map(({ tag }) => tag));
      expect(
        reports.map((each) => stateOf(told, each)),
        nameOf(death),
      ).toEqual(reports.map(() => "delivered"));
    }
  });

  it("one that is taken back out of a posting with others is out of it, and the others are in one sum, wherever advance-lane dies", async () => {
    const reports = [0, 1, 2].map((nth) => consumptionDocument({ name: `C${nth}`, site: "hamburg", order: "1001", nth }));
    const cancel = consumptionDocument({ name: "C0c", site: "hamburg", order: "1001", number: "C0", cancel: true });
    const sends = [...reports.map((each, at) => sent(each, at / 10)), sent(cancel, 10)];
    const story: Story = { settings: { consumption: "lane", windows: { count: 3, seconds: 120 } }, sends };
    for (const death of await deathsIn(story, ["advance-lane"])) {
      const told = await tell(withDeath(story, ["advance-lane"], death));
      expect([inSums(told), stateOf(told, cancel)], nameOf(death)).toEqual([["C1", "C2"], "delivered"]);
    }
  });

  for (const fault of MAY_HAVE_COMMITTED) {
    it(`takes back once, under a cancel, when the first reversal meets ${JSON.stringify(fault)}`, async () => {
      let isFirst = true;
      const told = await tell({
        sends: [sent(report, 0), sent(CANCEL, 10)],
        erpFault: (call) => {
          if (call.method !== "reverse" || !isFirst) return undefined;
          isFirst = false;
          return fault;
        },
        healAt: LONG_AFTER,
      });
      expect(actionsOf(told, report)).toEqual(["post", "reversal"]);
      expect([stateOf(told, report), stateOf(told, CANCEL)]).toEqual(["undone", "delivered"]);
    });
  }

  it("a cancel that comes before its report leaves nothing of it in force", async () => {
    const told = await tell({ sends: [sent(CANCEL, 0), sent(report, 10)] });
    expect(actionsOf(told, report)).toEqual([]);
  });

  it("a call whose caller died, and which commits only as late as the ERP declares, is not made again", async () => {
    const world = await byHand();
    world.erp.faultNext({ kind: "commit-late", afterMs: LATE_MS });
    await world.functions().receive(world.fromMes(JSON.stringify(report.wire)));
    const message = world.receive("erp");
    await soFar(world.advance("erp", message, (call) => (call.port === "target" ? "die after" : "run")));
    // Delivered again as soon as its claim has run out: it can still commit.
    world.clock.advance((world.settings.limits.claimSeconds + 1) * 1000);
    await world.advance("erp", message);
    await world.run(15);
    expect(world.erp.books().map(({ action }) => action)).toEqual(["post"]);
    expect(world.headers().map(({ state }) => state)).toEqual(["delivered"]);
  });

  for (const milliseconds of [80_000, 370_000, 500_000, 800_000]) {
    it(`a consumer that stands still for ${milliseconds / 1000} s around any call of its own, and then goes on, doubles nothing`, async () => {
      const kinds = ["advance-lane", "perform-step"];
      for (const death of await deathsIn(STORY, kinds)) {
        let count = 0;
        const told = await tell({
          ...STORY,
          decide: (process) => {
            if (!kinds.includes(process.kind)) return undefined;
            count += 1;
            return count === death.n + 1 ? { kind: "sleep", when: death.when, milliseconds } : undefined;
          },
        });
        expect([posted(told), actionsOf(told, release)], nameOf(death)).toEqual([["C1"], ["tell-accepted"]]);
      }
    });
  }

  it("of two consumers of one lane that both mean to call, one claims, and the other waits for it", async () => {
    const world = await byHand();
    world.erp.faultNext({ kind: "rate-limit", retryAfterSeconds: 1 });
    await world.functions().receive(world.fromMes(JSON.stringify(report.wire)));
    const first = world.receive("erp");
    await world.advance("erp", first);
    world.clock.advance(MINUTE);
    await world.functions().wake();
    const claims = [closedGate(), closedGate()];
    const calls = [closedGate(), closedGate()];
    const consumers: Promise<readonly string[]>[] = [];
    // Each comes as far as its claim: both have read that nothing was called. One has the wake, the other the document's own message, delivered again.
    for (const [at, messages] of [world.receive("erp"), first].entries()) {
      const consumer = world.advance("erp", messages, (call) => {
        if (call.port === "target") return calls[at]?.opened ?? "run";
        return call.detail().includes('"state":"claimed"') ? (claims[at]?.opened ?? "run") : "run";
      });
      consumers.push(consumer);
      await soFar(consumer);
    }
    for (const { open } of [...claims, ...calls]) {
      open();
      await soFar(Promise.all(consumers));
    }
    await Promise.all(consumers);
    await world.run(20);
    expect(world.erp.books().map(({ action }) => action)).toEqual(["post"]);
    expect(world.erp.calls().map(({ method }) => method)).toEqual(["post", "post"]);
  });

  it("where the ERP cannot be asked but absorbs repeats, a 429 to the repeat does not make the unknown call undone", async () => {
    const world = await byHand({ idempotent: true });
    world.erp.faultNext({ kind: "lose-answer" }, { kind: "rate-limit", retryAfterSeconds: 1 });
    await world.functions().receive(world.fromMes(JSON.stringify(report.wire)));
    for (let minute = 0; world.erp.calls().length < 2 && minute < 20; minute += 1) await world.run(1);
    expect(world.erp.calls()).toHaveLength(2);
    expect(world.headers()[0]?.markers.post?.state).toBe("unknown");
    await world.run(20);
    expect(world.erp.books().map(({ action }) => action)).toEqual(["post"]);
    expect(world.headers()[0]?.state).toBe("delivered");
  });

  it("where it can neither be asked nor absorbs repeats, an unknown call becomes a person's task, never a second posting", async () => {
    const told = await tell({ sends: [sent(report, 0)], erp: { lookup: false, idempotent: false }, erpFault: firstPosting({ kind: "lose-answer" }) });
    expect(bookOf(told, report)).toHaveLength(1);
    const header = told.ledger.find(({ sk }) => sk.startsWith("DOC#"));
    expect([header?.state, header?.reason]).toMatchObject(["parked", { code: "ORL-EFFECT-001", owner: "ERP key user" }]);
  });

  describe("what a person entered by hand counts as any other posting", () => {
    const stopped = (name: string) => consumptionDocument({ name, site: "hamburg", order: "1001", traits: { lacksStockUntil: 1000 * MINUTE } });
    const [one, other] = [stopped("H1"), stopped("H2")];
    const resolved = (document: { readonly name: string }, minute: number, entry: Entry) => ({
      at: minute * MINUTE,
      document: document.name,
      command: "resolve" as const,
      entry,
    });

    it("its document is delivered with it, and never posted again", async () => {
      const replay = { at: 61 * MINUTE, document: "H1", command: "replay" as const };
      const told = await tell({ sends: [sent(one, 0)], commands: [resolved(one, 60, "right"), replay] });
      expect([stateOf(told, one), posted(told)]).toEqual(["delivered", ["H1"]]);
    });

    it("one posting is never that of two documents", async () => {
      const told = await tell({ sends: [sent(one, 0), sent(other, 1)], commands: [resolved(one, 60, "right"), resolved(other, 130, "foreign")] });
      expect([stateOf(told, one), stateOf(told, other), posted(told)]).toEqual(["delivered", "parked", ["H1"]]);
    });

    it("what was taken back there since is no posting", async () => {
      const told = await tell({ sends: [sent(one, 0)], commands: [resolved(one, 60, "reversed")] });
      expect(stateOf(told, one)).toBe("parked");
    });
  });

  it("a delivered document is undone only while it is what its target has in force", async () => {
    const newer = orderDocument({ name: "O1v2", tag: 2, site: "hamburg", order: "1001", version: "2", materials: ["M0"] });
    const undo = (document: string, minute: number) => ({ at: minute * MINUTE, document, command: "undo" as const });
    const told = await tell({ sends: [sent(release, 0), sent(newer, 1)], commands: [undo("O1", 10)] });
    expect([stateOf(told, release), actionsOf(told, release)]).toEqual(["delivered", ["tell-accepted"]]);
    const back = await tell({ sends: [sent(release, 0), sent(newer, 1)], commands: [undo("O1v2", 10)] });
    expect([stateOf(back, newer), inForce(back, release)?.tag]).toEqual(["undone", "1"]);
  });
});
