import { DatabaseSync } from "node:sqlite";
import type { EffectCall, ReverseCall } from "../../core/effects/target-system.ts";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import type { Rig, Trouble } from "../connectors/every-connector.ts";
import { consumption, targetAt, undoOf } from "./consumption.ts";
import { type ByHand, erpByHand, type Order } from "./erp-by-hand.ts";
import { type Fault, startErpProxy } from "./erp-proxy.ts";
import { consumed, cyclesOf, outputsOf, produced, report, stepOf, testResult, undoStep, worksOf } from "./shop-floor.ts";

const COMMIT_LATE_MS = 800;

/** One kind of effect in a live Tryton, as the connector suite sees it. */
export type Kind = {
  readonly call: (order: Order, work: string) => EffectCall;
  readonly refused: (order: Order, work: string) => EffectCall;
  readonly undo: (call: EffectCall, reference: string) => ReverseCall;
  readonly inForce: (hand: ByHand, order: Order, work: string) => Promise<number>;
  /** The call that makes the effect, and one before it. */
  readonly books: string;
  readonly begins: string;
};

const backflushed = [consumed("1", "AL-6061", "AL-2026-010", "1250", "GRM"), consumed("2", "SEAL-NBR", "SL-0010", "2", "H87")];
const doneIn = (moves: readonly { readonly state: string }[]): number => moves.filter(({ state }) => state === "done").length;
let lots = 0;

export const KINDS = {
  consumption: {
    call: ({ number }) => consumption({ order: number }),
    refused: ({ number }) => consumption({ order: number, lot: "12E4" }),
    undo: undoOf,
    inForce: async (hand, order) => doneIn(await hand.movesOf(order)),
    books: "model.stock.move.do",
    begins: "model.stock.move.create",
  },
  "confirm-operation": {
    call: (order, segmentRequirementId) => stepOf(report(order, { segmentRequirementId }), "confirm-operation"),
    refused: (order) => stepOf(report(order, { segmentRequirementId: "999999" }), "confirm-operation"),
    undo: undoStep,
    inForce: async (hand, _order, work) => doneIn(await cyclesOf(hand, work)),
    books: "model.production.work.cycle.do",
    begins: "model.production.work.cycle.create",
  },
  "post-backflush": {
    call: (order, segmentRequirementId) => stepOf(report(order, { segmentRequirementId, materialActuals: backflushed }), "post-backflush"),
    refused: (order, segmentRequirementId) =>
      stepOf(report(order, { segmentRequirementId, materialActuals: [...backflushed, consumed("3", "SEAL-NBR", "12E4", "1", "H87")] }), "post-backflush"),
    undo: undoStep,
    // All of its lines, or none.
    inForce: async (hand, order) => doneIn(await hand.movesOf(order)) / backflushed.length,
    books: "model.stock.move.do",
    begins: "model.stock.move.create",
  },
  "receive-output": {
    call: (order, segmentRequirementId) => {
      lots += 1;
      return stepOf(report(order, { segmentRequirementId, materialActuals: [produced("1", `SUITE-${lots}`, "4")] }), "receive-output");
    },
    refused: (order, segmentRequirementId) =>
      stepOf(report(order, { segmentRequirementId, materialActuals: [produced("1", "SUITE-NEVER", "1.5")] }), "receive-output"),
    undo: undoStep,
    inForce: async (hand, order) => doneIn(await outputsOf(hand, order)),
    books: "model.stock.move.do",
    begins: "model.stock.lot.create",
  },
  "record-inspection": {
    call: (order) => stepOf(testResult("AL-2026-010", inspected(order)), "record-inspection"),
    refused: (order) =>
      stepOf(testResult("AL-2026-010", { ...inspected(order), propertyMeasurements: [{ id: "diameter", value: "wide" }] }), "record-inspection"),
    undo: undoStep,
    inForce: async (hand, order) =>
      (await hand.find("quality.inspection", [["origin", "=", `production,${order.id}`]], ["state"])).filter(({ state }) => state !== "pending").length,
    books: "model.quality.inspection.process",
    begins: "model.quality.control.search_read",
  },
} as const satisfies Readonly<Record<string, Kind>>;

const inspected = ({ number }: Order) => ({ operationsRequestId: number, materialDefinitionId: "AL-6061", testSpecificationId: "来料检验" });

function endSessions(erp: Tryton): void {
  const sessions = new DatabaseSync(erp.databaseFile ?? "");
  sessions.exec("PRAGMA busy_timeout = 5000; DELETE FROM ir_session");
  sessions.close();
}

/** A lock is met before the booking, all else by the booking itself. */
const LOCKED: Fault = { kind: "answer", status: 503, body: "<h1>Service Unavailable</h1><p>database is locked</p>" };
const faultsOf = (erp: Tryton): Readonly<Record<Exclude<Trouble, "down" | "locked" | "rate-limit">, Fault>> => ({
  "lose-answer": { kind: "lose" },
  "commit-late": { kind: "late", afterMs: COMMIT_LATE_MS },
  "session-ended": { kind: "after", act: async () => endSessions(erp) },
  "no-effect": { kind: "answer", status: 200, body: '{"id":1,"result":null}' },
  fails: { kind: "answer", status: 500, body: "<h1>Internal Server Error</h1>" },
});

/** A live Tryton for the suites of one file. Its proxy, our session and the person's are made once: a login alone takes it as long as a posting. */
export async function startRigs(prepare: (hand: ByHand) => Promise<void> = async () => undefined) {
  const erp = await startTryton({ log: () => undefined });
  const proxy = await startErpProxy(erp);
  const target = targetAt(proxy.url, erp);
  let hand: ByHand = await erpByHand(erp);
  await prepare(hand);

  async function rigOf(kind: Kind): Promise<Rig> {
    proxy.clear();
    const order = await hand.makeOrder();
    const [work = ""] = await worksOf(hand, order);
    let [down, ended] = [false, false];
    return {
      target,
      // A lost answer ends its connection at once; before it come a dozen requests of one posting.
      lostWithinMs: 15_000,
      call: async () => kind.call(order, work),
      refusedCall: async () => kind.refused(order, work),
      undoOf: kind.undo,
      inForce: () => kind.inForce(hand, order, work),
      trouble: async (trouble) => {
        ended = trouble === "session-ended";
        if (trouble === "down") {
          down = true;
          await erp.kill();
        } else if (trouble === "locked") proxy.fault(kind.begins, LOCKED);
        else if (trouble === "rate-limit") proxy.fault("model.ir.note.search_read", { kind: "answer", status: 429, headers: { "retry-after": "1" }, body: "" });
        else proxy.fault(kind.books, faultsOf(erp)[trouble]);
      },
      recover: async () => {
        if (down) await erp.restart();
        down = false;
        if (ended) hand = await erpByHand(erp);
        ended = false;
      },
      close: async () => {
        if (down) await erp.restart();
        if (ended) hand = await erpByHand(erp);
      },
    };
  }

  return {
    rigOf,
    stop: async () => {
      await proxy.close();
      await erp.stop();
    },
  };
}

/** A control that inspections of aluminium can belong to; it stops no order. */
export async function makeControl(hand: ByHand): Promise<void> {
  const { id: product } = await hand.product("AL-6061");
  const points = [["create", [{ name: "diameter", string: "直径", type_: "float", tolerance_lower: 9.9, tolerance_upper: 10.1 }]]];
  await hand.rpc("model.quality.control.create", [[{ name: "来料检验", operations: [], product, frequency: 1, points }]]);
}
