import { beforeAll, describe, expect, it } from "vitest";
import { CALM, sendAt } from "../support/world/calm-plan.ts";
import { judge } from "../support/world/checker.ts";
import { consumptionDocument, orderDocument, type Traits, tagIn } from "../support/world/planned-documents.ts";
import { idOf, keyFor } from "../support/world/sender.ts";
import { createTally } from "../support/world/tally.ts";
import { type Outcome, runWorld } from "../support/world/world.ts";

/** A checker that cannot turn red proves nothing: books that are wrong in one thing each. */

const SITE = "hamburg";
const order = (version: string, traits: Traits = {}) =>
  orderDocument({ name: `v${version}`, tag: Number(version), site: SITE, order: "1001", version, materials: ["M0"], traits });
const V1 = order("1");
const V2 = order("2");
const REFUSED = orderDocument({ name: "R1", tag: 9, site: SITE, order: "1009", version: "1", materials: ["M0"], traits: { plantRefuses: true } });
const C1 = consumptionDocument({ name: "C1", site: SITE, order: "1001" });
const C2 = consumptionDocument({ name: "C2", site: SITE, order: "1001" });

let right: Outcome;

beforeAll(async () => {
  const sends = [sendAt(V1, 0), sendAt(V2, 10), sendAt(REFUSED, 0), sendAt(C1, 1), sendAt(C2, 3)];
  right = await runWorld({ ...CALM, sends }, { tally: createTally() });
});

const measures = (outcome: Outcome): string[] => [...new Set(judge(outcome).map(({ measure }) => measure))].sort();
const isOf = (document: { readonly tag: string }) => (posting: Outcome["postings"][number]) => tagIn(posting.document) === document.tag;

/** The ledger with one header changed. */
const withState = (outcome: Outcome, document: typeof V1, state: string, code = "ORL-LANE-004"): Outcome => ({
  ...outcome,
  ledger: outcome.ledger.map((item) =>
    item.id === idOf(document, keyFor(document, "first")) && item.sk.startsWith("DOC#") ? { ...item, state, reason: { code } } : item,
  ),
});

describe("the checker", () => {
  it("finds nothing wrong in books that are right", () => {
    expect(judge(right)).toEqual([]);
  });

  it("calls an order lost of whose end the ERP never heard, although our ledger says delivered", () => {
    expect(measures({ ...right, postings: right.postings.filter((posting) => !isOf(V2)(posting)) })).toContain("lost");
  });

  it("calls an order lost that the MES does not have in force as the ERP believes", () => {
    const mes = right.plants.get(SITE);
    const older = mes === undefined ? undefined : { ...mes, inForce: () => ({ tag: V1.tag, version: V1.version, cancel: false }) };
    expect(measures({ ...right, plants: new Map(older === undefined ? [] : [[SITE, older]]) })).toContain("lost");
  });

  it("calls a consumption lost that is not posted", () => {
    expect(measures({ ...right, postings: right.postings.filter((posting) => !isOf(C1)(posting)) })).toEqual(["lost"]);
  });

  it("calls a message lost that was answered with 202 and is not stored", () => {
    expect(measures({ ...right, ledger: right.ledger.filter((item) => item.id !== idOf(C1, keyFor(C1, "first"))), postings: right.postings })).toContain(
      "lost",
    );
  });

  it("calls a posting doubled that is there twice, under one key or two", () => {
    const [posting] = right.postings.filter(isOf(C1));
    expect(posting).toBeDefined();
    const twice = posting === undefined ? [] : [posting, { ...posting, reference: "ERP-999999" }];
    expect(measures({ ...right, postings: [...right.postings.filter((each) => !isOf(C1)(each)), ...twice] })).toContain("doubled");
  });

  it("calls a telling doubled that contradicts the one before", () => {
    const [told] = right.postings.filter(isOf(V2));
    const contradiction = told === undefined ? [] : [{ ...told, action: "tell-rejected" as const, reference: "ERP-999999" }];
    expect(measures({ ...right, postings: [...right.postings, ...contradiction] })).toContain("doubled");
  });

  it("calls it inverted when the MES steps back to an older version", () => {
    const steps = right.journal.filter((line) => line.result === "applied");
    expect(steps.length).toBeGreaterThan(1);
    expect(measures({ ...right, journal: [...right.journal, ...right.journal.filter(({ tag }) => tag === V1.tag)] })).toContain("inverted");
  });

  it("calls it inverted when a later consumption is posted first", () => {
    const late = right.postings.map((posting) => (isOf(C1)(posting) ? { ...posting, committedAt: posting.committedAt + 86_400_000 } : posting));
    expect(measures({ ...right, postings: late })).toEqual(["inverted"]);
  });

  it("calls a document stuck that is parked without a planted cause", () => {
    expect(measures(withState(right, V2, "parked"))).toContain("stuck");
  });

  it("calls a document lost that is superseded by nothing", () => {
    expect(measures(withState(right, V2, "superseded"))).toContain("lost");
    expect(measures(withState(right, V1, "superseded"))).toEqual([]);
  });

  it("calls a document lost that is rejected though nobody was to refuse it, or that was refused and its sender not told", () => {
    expect(measures(withState(right, V2, "rejected"))).toContain("lost");
    expect(measures({ ...right, postings: right.postings.filter((posting) => !isOf(REFUSED)(posting)) })).toContain("lost");
  });

  it("calls a report lost whose plant is never told what became of it", () => {
    const untold = right.ledger.filter((item) => !(item.pk.startsWith("RESULT#") && item.document === idOf(C1, keyFor(C1, "first"))));
    expect(untold).toHaveLength(right.ledger.length - 1);
    expect(measures({ ...right, ledger: untold })).toEqual(["lost"]);
  });

  it("calls a world stuck that does not come to rest", () => {
    expect(measures({ ...right, end: "limit", restless: ["a message is in a queue"] })).toEqual(["stuck"]);
  });
});
