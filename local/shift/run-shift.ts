import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { type Played, playShift } from "./acts.ts";
import { type ErpRpc, openRpc } from "./erp-rpc.ts";
import { compareFacts, type Fact, once, type Row } from "./facts.ts";
import { factsOf, orderOf } from "./journal.ts";
import type { OpenDocument } from "./open-documents.ts";
import { drawShift } from "./plan.ts";
import { readBooks } from "./read-books.ts";
import type { Scene } from "./scene.ts";

export type ShiftOptions = {
  readonly seed: number;
  readonly orders: number;
  /** How long the ERP is away. */
  readonly downSeconds: number;
  readonly say: (text: string) => void;
  /** Cancels one of Tryton's moves before the books are compared: a checker that passes then is none. */
  readonly tamper: boolean;
};

export type Outcome = {
  readonly orders: number;
  readonly documents: number;
  readonly duplicates: number;
  readonly kills: number;
  readonly erpCalls: number;
  readonly rows: readonly Row[];
  readonly stuck: readonly Stuck[];
  readonly seconds: number;
};
export type Stuck = Pick<OpenDocument, "id" | "type" | "objectId" | "state" | "cause">;

/** What waits behind a dead ERP, and behind the functions that it kept waiting, needs as long as the shift itself. */
const SETTLING_S = 150;
const SAY_EVERY_MS = 5_000;
const ASK_EVERY_MS = 1_000;
const SHIFT_MS = 8 * 3_600_000;

/** Plays one shift, waits until nothing is open, and compares Tryton's own books with the MES's journal. */
export async function runShift(scene: Scene, options: ShiftOptions): Promise<Outcome> {
  const begun = performance.now();
  const { say } = options;
  const plan = drawShift(options.seed, options.orders);
  const played = await playShift(scene, { ...options, plan, shift: { beganAt: Math.floor((Date.now() - SHIFT_MS) / 60_000) * 60_000 } });
  say("\n  6  What is under way comes to its end …");
  const stuck = await settle(scene, played, say);
  const erpCalls = scene.proxy.calls();
  const rpc = await openRpc(scene.erp);
  if (options.tamper) say(`     (as asked, ${await tamper(rpc)} was cancelled in Tryton behind our back)`);
  const books = await readBooks(rpc, played.before);
  const rows = compareFacts([...factsOf(scene.journal.read()), ...ordersIn(played)], [...books.facts, ...mesFacts(scene)], books.remainders);
  const documents = played.posted.documents().length + scene.plant.mes.orders().length + scene.plant.mes.materials().length;
  return {
    orders: played.orders.length,
    documents,
    duplicates: played.posted.duplicates(),
    kills: played.kills,
    erpCalls,
    rows,
    stuck,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
}

async function settle(scene: Scene, { posted }: Played, say: (text: string) => void): Promise<readonly Stuck[]> {
  const end = performance.now() + SETTLING_S * 1000;
  let said = 0;
  for (;;) {
    await scene.results.refresh();
    const documents = posted.documents();
    const untold = documents.filter((document) => !scene.results.isSettled(document));
    const open = await scene.stillOpen();
    if (untold.length === 0 && open.length === 0) return [];
    const isOver = performance.now() > end || (open.length > 0 && open.every(({ state }) => state === "parked"));
    if (isOver) return [...open, ...untold.filter((id) => !open.some((each) => each.id === id)).map(untoldOf)];
    if (performance.now() - said > SAY_EVERY_MS) {
      said = performance.now();
      say(`     ${documents.length - untold.length} of ${documents.length} reports settled, ${scene.proxy.calls()} calls of Tryton`);
    }
    await delay(ASK_EVERY_MS);
  }
}

const untoldOf = (id: string): Stuck => ({ id, type: "report", objectId: "?", state: "unknown", cause: "the plant was never told what became of it" });

const ordersIn = ({ orders }: Played): Fact[] => orders.map((number) => once("order in the MES", orderOf(number)));

function mesFacts({ plant: { mes } }: Scene): Fact[] {
  return [
    ...mes
      .orders()
      .filter(({ state }) => state === "released")
      .map(({ number }) => once("order in the MES", orderOf(number))),
    ...mes.heldLots().map((lot) => once("held by the MES", lot)),
  ];
}

const Move = z.object({ id: z.int() });

async function tamper(rpc: ErpRpc): Promise<string> {
  const [move] = await rpc.rows(
    "stock.move",
    [
      ["state", "=", "done"],
      ["production_input", "!=", null],
    ],
    ["state"],
    Move,
  );
  if (move === undefined) return "no move";
  await rpc.call("model.stock.move.cancel", [[move.id]]);
  return `move ${move.id}`;
}
