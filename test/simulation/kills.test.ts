import { describe, expect, it } from "vitest";
import type { FakeCall, Fault } from "../../connectors/plain-json/fake-faults.ts";
import { documentKeyIn } from "../../core/documents/ids.ts";
import { CALM, CALM_AGENT, HOUR, type Script, script, sendAt } from "../support/world/calm-plan.ts";
import { judge } from "../support/world/checker.ts";
import { GATED } from "../support/world/gated-ports.ts";
import { consumptionDocument, materialDocument, orderDocument, type Traits } from "../support/world/planned-documents.ts";
import type { PortCall, Process } from "../support/world/scheduler.ts";
import { idOf } from "../support/world/sender.ts";
import { createTally } from "../support/world/tally.ts";
import { type Outcome, runWorld } from "../support/world/world.ts";
import type { WorldPlan } from "../support/world/world-plan.ts";

/**
 * Every call of a port that these functions make in a scenario that uses everything is killed before and after, one at a time, and the lanes still end right.
 * The calls are those that the scenario makes, and the methods those that the ports have (GATED is typed by them): neither is a list kept by hand.
 */
const FUNCTIONS = ["receive-documents", "advance-lane", "perform-step", "lease-deliveries", "report-verdicts", "heartbeat", "wake-due"] as const;
const TEN_MINUTES = 600_000;

const SITE = "hamburg";
let tags = 0;
const tag = (): number => {
  tags += 1;
  return tags;
};
const order = (
  name: string,
  number: string,
  version: string,
  traits: Traits = {},
  more: { readonly cancel?: boolean; readonly materials?: readonly string[] } = {},
) => orderDocument({ name, tag: tag(), site: SITE, order: number, version, materials: more.cancel === true ? [] : ["M0"], traits, ...more });
const consumption = (name: string, number: string, traits: Traits = {}) => consumptionDocument({ name, site: SITE, order: number, traits });
const material = materialDocument({ name: "M1v1", tag: tag(), site: SITE, material: "M1", version: "1" });

/** Its function always dies where it would settle it, until it parks: so what is posted of it can be undone. */
const UNSETTLED = consumption("J1", "1009");
const neverSettles = (): Script => {
  const documentKey = documentKeyIn(idOf(UNSETTLED, "J1"));
  return script({ kind: "advance-lane", call: "ledger.write", detail: `DOC#${documentKey} {"mode":"forward"`, times: 8 }, { kind: "kill", when: "before" });
};

/** A bit of everything: changes and cancels, refusals on both sides, a wait for a material and for stock, a plant that needs long, unknown outcomes, commands, a reversal. */
const SCENARIO: WorldPlan = {
  ...CALM,
  sends: [
    sendAt(order("A1", "1001", "1"), 0),
    sendAt(order("A2", "1001", "2"), 6),
    sendAt(order("A3c", "1001", "3", {}, { cancel: true }), 12),
    sendAt(order("B1", "1002", "1", { plantRefuses: true }), 0),
    sendAt(order("C1", "1003", "1", { acceptanceRefused: true }), 0),
    sendAt(order("D1", "1004", "1", {}, { materials: ["M1"] }), 0),
    sendAt(material, 3),
    sendAt(order("E1", "1005", "1", { plantNeeds: 17 * 60_000 }), 0),
    sendAt(order("F1", "1006", "1"), 4.95),
    sendAt(order("F2", "1006", "2"), 5),
    sendAt(consumption("G1", "1001"), 1),
    sendAt(consumption("G2", "1001", { lacksStockUntil: 10 * 60_000 }), 2),
    sendAt(consumption("G3", "1001"), 3),
    sendAt(consumption("H1", "1007", { postingRefused: true }), 1),
    sendAt(consumption("I1", "1008", { invalid: true }), 1),
    sendAt(UNSETTLED, 1),
  ],
  habits: { [SITE]: { ...CALM_AGENT, away: [[4 * 60_000, 9 * 60_000]] } },
  commands: [
    { at: 1 * HOUR, document: "I1", command: "skip" },
    { at: 2 * HOUR, document: "J1", command: "undo" },
    { at: 2 * HOUR, document: "H1", command: "replay" },
  ],
  healAt: 3 * HOUR,
};

type Call = { readonly kind: string; readonly call: string };

/** The scenario, with one call killed: the n-th of those that these functions make. */
function run(killed: { readonly n: number; readonly when: "before" | "after" } | undefined, seen: (call: Call) => void): Promise<Outcome> {
  let n = 0;
  const unsettled = neverSettles();
  const decide = (process: Process, call: PortCall) => {
    const scripted = unsettled.decide(process, call);
    if (scripted !== undefined) return scripted;
    if (!FUNCTIONS.some((kind) => kind === process.kind)) return undefined;
    n += 1;
    seen({ kind: process.kind, call: `${call.port}.${call.method}` });
    return killed?.n === n ? ({ kind: "kill", when: killed.when } as const) : undefined;
  };
  // The first telling commits, and its answer is lost: it is looked up.
  let lost = 0;
  const erpFault = ({ method }: FakeCall): Fault | undefined => {
    if (method !== "post" || lost > 0) return undefined;
    lost += 1;
    return { kind: "lose-answer" };
  };
  return runWorld(SCENARIO, { tally: createTally(), decide, erpFault });
}

async function allCalls(): Promise<Call[]> {
  const calls: Call[] = [];
  const outcome = await run(undefined, (call) => calls.push(call));
  expect(judge(outcome)).toEqual([]);
  return calls;
}

describe("a function killed at any call of a port", () => {
  it("was tried at every method that the ports have", async () => {
    const reached = new Set((await allCalls()).map(({ call }) => call));
    const methods = Object.entries(GATED).flatMap(([port, names]) => names.map((name) => `${port}.${name}`));
    expect(methods.filter((method) => !reached.has(method))).toEqual([]);
  });

  it("is tried in every function", async () => {
    const kinds = new Set((await allCalls()).map(({ kind }) => kind));
    expect(FUNCTIONS.filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  for (const when of ["before", "after"] as const) {
    it(
      `leaves lanes that still end right (killed ${when} it)`,
      async () => {
        const calls = await allCalls();
        const wrong: string[] = [];
        for (const [at, { kind, call }] of calls.entries()) {
          const findings = judge(await run({ n: at + 1, when }, () => {}));
          if (findings.length > 0)
            wrong.push(`${kind} killed ${when} call ${at + 1} (${call}): ${findings.map(({ measure, what }) => `${measure}: ${what}`).join("; ")}`);
        }
        const byKind = [...Map.groupBy(calls, ({ kind }) => kind)].map(([kind, made]) => `${kind} ${made.length}`).join(", ");
        console.log(`killed ${when} each of ${calls.length} calls: ${byKind}`);
        expect(wrong).toEqual([]);
      },
      TEN_MINUTES,
    );
  }
});
