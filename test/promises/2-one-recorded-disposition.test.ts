import { describe, expect, it } from "vitest";
import { isSettled, SETTLED, TRANSITIONS } from "../../core/lanes/states.ts";
import { transitionName } from "../support/world/observer.ts";
import { consumptionDocument, materialDocument, orderDocument, type PlannedDocument } from "../support/world/planned-documents.ts";
import { keyFor } from "../support/world/sender.ts";
import { byHand } from "./by-hand.ts";
import { deathsIn, headerOf, nameOf, type Story, sent, stateOf, type Told, tell, withDeath } from "./story.ts";

const delivered = orderDocument({ name: "O1", tag: 1, site: "hamburg", order: "1001", version: "1", materials: ["M0"] });
const rejected = orderDocument({ name: "O2", tag: 2, site: "hamburg", order: "1002", version: "1", traits: { plantRefuses: true } });
const undone = orderDocument({ name: "O3", tag: 3, site: "suzhou", order: "1003", version: "1", traits: { acceptanceRefused: true } });
const parked = orderDocument({ name: "O4", tag: 4, site: "suzhou", order: "1004", version: "1", traits: { invalid: true } });
const material = materialDocument({ name: "M1", tag: 5, site: "hamburg", material: "M1", version: "1" });
const posted = consumptionDocument({ name: "C1", site: "hamburg", order: "1001" });
const refused = consumptionDocument({ name: "C2", site: "hamburg", order: "1002", traits: { postingRefused: true } });
const EXPECTED: readonly (readonly [PlannedDocument, string])[] = [
  [delivered, "delivered"],
  [rejected, "rejected"],
  [undone, "undone"],
  [parked, "parked"],
  [material, "delivered"],
  [posted, "delivered"],
  [refused, "rejected"],
];
/** Every kind of end once: each is told again for each place where a function may die. */
const ENDS = EXPECTED.filter(([document]) => document !== delivered && document !== refused);
const STORY: Story = { sends: EXPECTED.map(([document]) => sent(document, 0)) };

const statesIn = (told: Told): (string | undefined)[] => EXPECTED.map(([document]) => stateOf(told, document));
/** How often any document came to an end. */
const endings = (told: Told): number =>
  TRANSITIONS.filter(({ to }) => isSettled(to)).reduce((sum, { from, to }) => sum + told.tally.of(transitionName(from, to)), 0);
const settledOf = (ends: typeof EXPECTED): number => ends.filter(([, state]) => SETTLED.some((settled) => settled === state)).length;
const SETTLED_ENDS = settledOf(EXPECTED);

describe("promise 2: every accepted document has exactly one recorded disposition, and is never without a state", () => {
  it("each kind of document comes to the one end that its systems' answers call for", async () => {
    const told = await tell(STORY);
    expect([told.end, told.restless]).toEqual(["over", []]);
    expect([statesIn(told), endings(told)]).toEqual([EXPECTED.map(([, state]) => state), SETTLED_ENDS]);
  });

  for (const kind of ["advance-lane", "perform-step", "report-verdicts"]) {
    it(`wherever ${kind} dies and its message comes again, each document ends once, as it would have`, async () => {
      const story = { sends: ENDS.map(([document]) => sent(document, 0)) };
      for (const death of await deathsIn(story, [kind])) {
        const told = await tell(withDeath(story, [kind], death));
        expect(
          ENDS.map(([document]) => stateOf(told, document)),
          nameOf(death),
        ).toEqual(ENDS.map(([, state]) => state));
        expect(endings(told), nameOf(death)).toBe(settledOf(ENDS));
      }
    });
  }

  it("of reports that are posted together each comes to its own end, and says whose posting it is in", async () => {
    const together = [0, 1, 2].map((nth) => consumptionDocument({ name: `C${nth}`, site: "hamburg", order: "1001", nth }));
    const told = await tell({ settings: { consumption: "lane", windows: { count: 30, seconds: 60 } }, sends: together.map((each) => sent(each, 0)) });
    const headers = together.map((each) => headerOf(told, each));
    const [carrier] = headers.filter((header) => header?.markers.post !== undefined);
    expect(headers.map((header) => header?.state)).toEqual(["delivered", "delivered", "delivered"]);
    expect(headers.filter((header) => header !== carrier).map((header) => header?.postedWith)).toEqual([carrier?.id, carrier?.id]);
  });

  it("sent again after its end, under its key or another, it is answered as a duplicate and keeps its disposition", async () => {
    const again = EXPECTED.flatMap(([document]) => [sent(document, 60), { ...sent(document, 90), key: keyFor(document, "another") }]);
    const told = await tell({ sends: [...STORY.sends, ...again] });
    expect(told.sent.every(({ acceptedAt }) => acceptedAt !== undefined)).toBe(true);
    expect([statesIn(told), endings(told)]).toEqual([EXPECTED.map(([, state]) => state), SETTLED_ENDS]);
    expect(EXPECTED.map(([document]) => headerOf(told, document)?.attempt)).toEqual(EXPECTED.map(() => 1));
  });

  it("every message of a lane delivered once more after the end changes no disposition", async () => {
    const world = await byHand();
    await world.functions().receive(world.fromMes(JSON.stringify({ documents: [posted.wire, { ...posted.wire, id: "C9" }] })));
    const messages = world.receive("erp");
    await world.advance("erp", messages);
    const before = world.headers();
    expect(before.map(({ state }) => state)).toEqual(["delivered", "delivered"]);
    await world.advance("erp", messages);
    expect(world.headers()).toEqual(before);
    expect(world.erp.books()).toHaveLength(2);
  });

  it("a command that means an older attempt changes nothing: of a replay delivered twice one counts", async () => {
    const world = await byHand();
    world.erp.faultNext({ kind: "refuse", problem: { code: "closed", message: "the period is closed" } });
    await world.functions().receive(world.fromMes(JSON.stringify(posted.wire)));
    await world.run(1);
    const [first] = world.headers();
    expect(first?.state).toBe("rejected");
    if (first === undefined) return;
    world.erp.faultNext({ kind: "refuse", problem: { code: "closed", message: "the period is closed" } });
    await world.command(first, "replay", "order-1");
    const replay = world.receive("erp");
    await world.advance("erp", replay);
    const [second] = world.headers();
    expect([second?.state, second?.attempt]).toEqual(["rejected", 2]);
    await world.advance("erp", replay);
    expect(world.headers()).toEqual([second]);
    expect(world.erp.books()).toEqual([]);
  });

  it("a `finished` of an older attempt does not end the attempt that is under way", async () => {
    const world = await byHand();
    await world.functions().receive(world.fromErp(JSON.stringify(rejected.wire)));
    await world.run(1);
    const finished = (attempt: number) => ({
      kind: "finished",
      target: "mes-hamburg",
      document: world.headers()[0]?.id,
      attempt,
      conclusion: { kind: "rejected" },
    });
    const hand = async (attempt: number): Promise<void> => {
      const record = { messageId: "m", group: "g", sequence: "9", receiveCount: 1, body: JSON.stringify(finished(attempt)) };
      expect(await world.functions().advance([record], () => 60_000)).toEqual([]);
    };
    await hand(1);
    const [first] = world.headers();
    expect(first?.state).toBe("rejected");
    if (first === undefined) return;
    await world.command(first, "replay", "order-2");
    await world.advance("mes-hamburg", world.receive("mes-hamburg"));
    expect(world.headers().map(({ state, attempt }) => [state, attempt])).toEqual([["delivering", 2]]);
    await hand(1);
    expect(world.headers().map(({ state, attempt }) => [state, attempt])).toEqual([["delivering", 2]]);
    await hand(2);
    expect(world.headers().map(({ state, attempt }) => [state, attempt])).toEqual([["rejected", 2]]);
  });
});
