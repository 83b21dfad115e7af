import { describe, expect, it } from "vitest";
import { bookOf, headerOf, MINUTE, posted, type Story, sent, stateOf, type Told, tell } from "../promises/story.ts";
import { type ConsumptionPlan, consumptionDocument, operationReport, type PlannedDocument } from "../support/world/planned-documents.ts";

/** LANES.md 5, rule 8, told one by one: many reports, one posting. */

const report = (nth: number, extra: Partial<ConsumptionPlan> = {}): PlannedDocument =>
  consumptionDocument({ name: `C${nth}`, site: "hamburg", order: "1001", nth, ...extra });

const story = (sends: Story["sends"], extra: Partial<Story> = {}, windows = { count: 4, seconds: 300 }): Story => ({
  settings: { consumption: "lane", windows },
  sends,
  ...extra,
});

/** What the ERP's book holds, in force or not: quantity after quantity, in the order of commit. */
const quantities = (told: Told): string[] =>
  told.postings.flatMap(({ action, document }) => (document.type === "MaterialActual" ? [`${action} ${document.quantity.value}`] : []));
const states = (told: Told, ...documents: PlannedDocument[]) => documents.map((document) => stateOf(told, document));
const calls = (told: Told): string[] => told.erpCalls.map(({ method }) => method);

describe("reports of one kind", () => {
  it("become one posting at the end of their time: one call, the exact sum, each traceable to it", async () => {
    const reports = [report(0), report(1), report(2)];
    const told = await tell(story(reports.map((each, at) => sent(each, at))));
    expect([calls(told), quantities(told), states(told, ...reports)]).toEqual([["post"], ["post 0.111"], ["delivered", "delivered", "delivered"]]);
    const [leader, ...others] = reports.map((each) => headerOf(told, each));
    expect(others.map((header) => header?.postedWith)).toEqual([leader?.id, leader?.id]);
    expect(leader?.carries).toEqual([leader, ...others].map((header) => header?.id));
    expect(told.ledger.filter(({ openShard }) => openShard !== undefined)).toEqual([]);
  });

  it("are posted at once when there are enough of them, and the next begins anew", async () => {
    const reports = [0, 1, 2, 3, 4].map((nth) => report(nth));
    const told = await tell(story(reports.map((each, at) => ({ ...sent(each, 0), at: at * 1000 }))));
    expect(quantities(told)).toEqual(["post 1.111", "post 10"]);
    expect(told.postings.map(({ committedAt }) => committedAt - Date.UTC(2026, 2, 2, 6) < MINUTE)).toEqual([true, false]);
  });

  it("are posted apart from those of another lot, in the order in which their windows opened", async () => {
    const told = await tell(story([sent(report(0), 0), sent(report(1, { lot: "L1" }), 1), sent(report(2), 2), sent(report(3, { lot: "L1" }), 3)]));
    expect(quantities(told)).toEqual(["post 0.101", "post 1.01"]);
  });

  it("sent twice are in the sum once", async () => {
    const told = await tell(story([sent(report(0), 0), sent(report(1), 1), sent(report(0), 2), { ...sent(report(1), 3), key: "another" }]));
    expect(quantities(told)).toEqual(["post 0.011"]);
  });

  it("are posted each by itself where the target has no windows", async () => {
    const told = await tell({ sends: [sent(report(0), 0), sent(report(1), 1)] });
    expect(quantities(told)).toEqual(["post 0.001", "post 0.01"]);
  });
});

describe("whatever is not of an open window's kind", () => {
  it("closes all windows before it runs: a report of another month", async () => {
    const next = report(3, { actualTime: "2026-04-01T06:00:00Z" });
    const told = await tell(story([sent(report(0), 0), sent(report(1, { lot: "L1" }), 0), sent(report(2), 1), sent(next, 2)]));
    expect(quantities(told)).toEqual(["post 0.101", "post 0.01", "post 1"]);
    expect(told.postings.slice(0, 2).every(({ committedAt }) => committedAt < Date.UTC(2026, 2, 2, 6, 3))).toBe(true);
  });

  it("closes all windows before it runs: a report of the operation, completing or not, whose steps then follow what it consumed", async () => {
    for (const completes of [true, false]) {
      const done = operationReport({ name: "P1", site: "hamburg", order: "1001", completes });
      const told = await tell(story([sent(report(0), 0), sent(report(1, { lot: "L1" }), 0), sent(report(2), 1), sent(done, 2), sent(report(3), 3)]));
      const steps = ["confirm-operation", "post-backflush", "receive-output", ...(completes ? ["set-order-state"] : [])];
      expect(told.postings.map(({ action }) => action)).toEqual(["post", "post", ...steps, "post"]);
      expect(quantities(told)).toEqual(["post 0.101", "post 0.01", "post 1"]);
      expect(told.postings.slice(0, 2 + steps.length).every(({ committedAt }) => committedAt < Date.UTC(2026, 2, 2, 6, 3))).toBe(true);
      expect(states(told, done, report(3))).toEqual(["delivered", "delivered"]);
    }
  });

  it("closes all windows before it runs: one that parks holds nobody up who came before it", async () => {
    const bad = report(2, { traits: { invalid: true } });
    const told = await tell(story([sent(report(0), 0), sent(report(1), 1), sent(bad, 2), sent(report(3), 3)]));
    expect([quantities(told), states(told, bad, report(3))]).toEqual([["post 0.011"], ["parked", "held"]]);
  });

  it("is posted by itself, in its place, where a sum would hide its quantity", async () => {
    const nothing = report(2);
    const wire = { ...nothing.wire, quantity: { value: "0", unit: "KGM" } };
    const told = await tell(story([sent(report(0), 0), sent(report(1), 1), sent({ ...nothing, wire }, 2), sent(report(3), 3)]));
    expect(quantities(told)).toEqual(["post 0.011", "post 0", "post 1"]);
  });
});

describe("a posting with others", () => {
  it("that the target refuses comes apart: the bad one alone is rejected, the others are posted, in their order", async () => {
    const bad = report(1, { traits: { postingRefused: true } });
    const told = await tell(story([sent(report(0), 0), sent(bad, 1), sent(report(2), 2)]));
    expect([quantities(told), states(told, report(0), bad, report(2))]).toEqual([
      ["post 0.001", "post 0.1"],
      ["delivered", "rejected", "delivered"],
    ]);
    expect(bookOf(told, bad)).toEqual([]);
  });

  it("whose answer is lost is looked up by its one key, and not repeated", async () => {
    const told = await tell(
      story([sent(report(0), 0), sent(report(1), 1)], { erpFault: ({ n }) => (n === 1 ? { kind: "lose-answer" } : undefined), healAt: 30 * MINUTE }),
    );
    expect([calls(told), quantities(told), states(told, report(0), report(1))]).toEqual([["post", "lookUp"], ["post 0.011"], ["delivered", "delivered"]]);
  });

  it("that commits late is not made twice", async () => {
    const told = await tell(
      story([sent(report(0), 0), sent(report(1), 1)], {
        erpFault: ({ n }) => (n === 1 ? { kind: "commit-late", afterMs: 200_000 } : undefined),
        healAt: 30 * MINUTE,
      }),
    );
    expect(quantities(told)).toEqual(["post 0.011"]);
  });

  it("that lacks stock waits as one, and parks as the one that lacks it when it never comes", async () => {
    const short = report(1, { traits: { lacksStockUntil: 48 * 60 * MINUTE } });
    const told = await tell(story([sent(report(0), 0), sent(short, 1), sent(report(2), 2)], { healAt: 60 * MINUTE }));
    expect([quantities(told), states(told, report(0), short, report(2))]).toEqual([["post 0.001"], ["delivered", "parked", "waiting"]]);
  });

  it("holds back what comes behind it, which then is posted with others again", async () => {
    const fault: NonNullable<Story["erpFault"]> = ({ n }) => (n === 1 ? { kind: "lose-answer" } : undefined);
    const sends = [0, 1, 2, 3].map((nth) => sent(report(nth), nth < 2 ? 0 : 6));
    const told = await tell(story(sends, { erpFault: fault, healAt: 30 * MINUTE }));
    expect([quantities(told), posted(told)]).toEqual([
      ["post 0.011", "post 1.1"],
      ["C0", "C2"],
    ]);
  });
});

describe("an operator's command for a window that stopped", () => {
  const dies = (call: "map" | "settle"): Partial<Story> => ({ curses: [{ document: "C0", notice: "wake", call, times: 1000 }], healAt: 150 * MINUTE });
  const order = (command: "skip" | "undo" | "replay") => [{ at: 100 * MINUTE, document: "C0", command }];
  const sends = [sent(report(0), 0), sent(report(1), 1), sent(report(2), 2)];
  const all = [report(0), report(1), report(2)];

  it("passes over all of its reports", async () => {
    const told = await tell(story(sends, { ...dies("map"), commands: order("skip") }));
    expect([quantities(told), states(told, ...all)]).toEqual([[], ["skipped", "skipped", "skipped"]]);
  });

  it("takes all of them back with one reversal", async () => {
    const told = await tell(story(sends, { ...dies("settle"), commands: order("undo") }));
    expect([quantities(told), states(told, ...all)]).toEqual([
      ["post 0.111", "reversal 0.111"],
      ["undone", "undone", "undone"],
    ]);
  });

  it("goes on with all of them", async () => {
    const told = await tell(story(sends, { ...dies("map"), commands: order("replay") }));
    expect([quantities(told), states(told, ...all)]).toEqual([["post 0.111"], ["delivered", "delivered", "delivered"]]);
  });
});

describe("one of those posted together that is taken back", () => {
  const cancel = (nth: number): PlannedDocument => report(nth, { name: `C${nth}c`, number: `C${nth}`, cancel: true });
  const all = [report(0), report(1), report(2)];
  const sends = all.map((each, at) => sent(each, at / 10));

  it("while its window is open leaves it, and the ERP never hears of it", async () => {
    const told = await tell(story([...sends, sent(cancel(1), 2)]));
    expect([calls(told), quantities(told), states(told, ...all, cancel(1))]).toEqual([
      ["post"],
      ["post 0.101"],
      ["delivered", "superseded", "delivered", "delivered"],
    ]);
  });

  it("while its window is open and led by it leaves it, and the next one leads", async () => {
    const told = await tell(story([...sends, sent(cancel(0), 2)]));
    expect([quantities(told), states(told, ...all)]).toEqual([["post 0.11"], ["superseded", "delivered", "delivered"]]);
  });

  it("as the only one of its lane leaves nothing to post", async () => {
    const told = await tell(story([sent(report(0), 0), sent(cancel(0), 2)]));
    expect([calls(told), states(told, report(0), cancel(0))]).toEqual([[], ["superseded", "delivered"]]);
  });

  it("while the posting of all waits for stock leaves it at once: the others need not wait for what it lacks", async () => {
    const short = report(1, { traits: { lacksStockUntil: 100 * MINUTE } });
    const told = await tell(story([sent(report(0), 0), sent(short, 0.1), sent(report(2), 0.2), sent(cancel(1), 10)], { healAt: 60 * MINUTE }));
    expect([quantities(told), states(told, report(0), short, report(2), cancel(1))]).toEqual([
      ["post 0.001", "post 0.1"],
      ["delivered", "superseded", "delivered", "delivered"],
    ]);
    expect(told.postings.every(({ committedAt }) => committedAt < Date.UTC(2026, 2, 2, 6, 12))).toBe(true);
  });

  it("when they are posted: the whole is reversed, and the rest posted under the same carrier", async () => {
    const told = await tell(story([...sends, sent(cancel(1), 20)]));
    expect(quantities(told)).toEqual(["post 0.111", "reversal 0.111", "post 0.101"]);
    expect(states(told, ...all, cancel(1))).toEqual(["delivered", "undone", "delivered", "delivered"]);
    const carrier = headerOf(told, report(0));
    expect(carrier?.carries).toEqual([carrier?.id, headerOf(told, report(2))?.id]);
    expect(carrier?.markers.post).toMatchObject({ state: "applied", generation: 1, reference: told.postings[2]?.reference });
  });

  it("and carries it: the rest stays under its key, and each further one comes out of it, until nothing is left", async () => {
    const told = await tell(story([...sends, sent(cancel(0), 20), sent(cancel(2), 30), sent(cancel(1), 40)]));
    expect(quantities(told)).toEqual(["post 0.111", "reversal 0.111", "post 0.11", "reversal 0.11", "post 0.01", "reversal 0.01"]);
    expect(states(told, ...all)).toEqual(["undone", "undone", "undone"]);
    expect(headerOf(told, report(0))).toMatchObject({ carries: [], markers: { post: { state: "undone", generation: 3 } } });
    expect(new Set(told.postings.map(({ key }) => key)).size).toBe(6);
  });

  it("by a newer version: the rest is posted again, then the version by itself", async () => {
    const corrected = report(3, { name: "C1v2", number: "C1", version: "2" });
    const told = await tell(story([...sends, sent(corrected, 20)]));
    expect(quantities(told)).toEqual(["post 0.111", "reversal 0.111", "post 0.101", "post 1"]);
    expect(states(told, ...all, corrected)).toEqual(["delivered", "undone", "delivered", "delivered"]);
  });

  it("is a person's task where the rest is refused, and goes on from there when it is replayed", async () => {
    let closed = true;
    const told = await tell(
      story([...sends, sent(cancel(1), 20)], {
        erpFault: ({ n }) => (n === 3 && closed ? { kind: "refuse", problem: { code: "period-closed", message: "the period is closed" } } : undefined),
        commands: [{ at: 60 * MINUTE, document: "C1c", command: "replay" }],
        decide: ({ kind }) => {
          if (kind === "command-document") closed = false;
          return undefined;
        },
      }),
    );
    expect(quantities(told)).toEqual(["post 0.111", "reversal 0.111", "post 0.101"]);
    expect(states(told, ...all, cancel(1))).toEqual(["delivered", "undone", "delivered", "delivered"]);
  });
});
