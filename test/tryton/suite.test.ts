import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll } from "vitest";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import { everyConnector, type Rig, type Trouble } from "../connectors/every-connector.ts";
import { consumption, targetAt, undoOf } from "./consumption.ts";
import { type ByHand, erpByHand } from "./erp-by-hand.ts";
import { type Fault, startErpProxy } from "./erp-proxy.ts";

const COMMIT_LATE_MS = 800;
let erp: Tryton;

beforeAll(async () => {
  erp = await startTryton({ log: () => undefined });
});
afterAll(() => erp.stop());

/** A lock is met by the first write, all else by the booking itself. */
const LOCKED: Fault = { kind: "answer", status: 503, body: "<h1>Service Unavailable</h1><p>database is locked</p>" };
const FAULTS: Readonly<Record<Exclude<Trouble, "down" | "locked" | "rate-limit">, Fault>> = {
  "lose-answer": { kind: "lose" },
  "commit-late": { kind: "late", afterMs: COMMIT_LATE_MS },
  "session-ended": { kind: "after", act: async () => endSessions() },
  "no-effect": { kind: "answer", status: 200, body: '{"id":1,"result":null}' },
  fails: { kind: "answer", status: 500, body: "<h1>Internal Server Error</h1>" },
};

function endSessions(): void {
  const sessions = new DatabaseSync(erp.databaseFile ?? "");
  sessions.exec("PRAGMA busy_timeout = 5000; DELETE FROM ir_session");
  sessions.close();
}

everyConnector("tryton", async (): Promise<Rig> => {
  const proxy = await startErpProxy(erp);
  let hand: ByHand = await erpByHand(erp);
  const order = await hand.makeOrder();
  const target = targetAt(proxy.url, erp);
  let down = false;
  return {
    target,
    call: async () => consumption({ order: order.number }),
    refusedCall: async () => consumption({ order: order.number, lot: "12E4" }),
    undoOf,
    inForce: async () => (await hand.movesOf(order)).filter(({ state }) => state === "done").length,
    trouble: async (trouble) => {
      if (trouble === "down") {
        down = true;
        await erp.kill();
      } else if (trouble === "locked") proxy.fault("model.stock.move.create", LOCKED);
      else if (trouble === "rate-limit") proxy.fault("model.ir.note.search_read", { kind: "answer", status: 429, headers: { "retry-after": "1" }, body: "" });
      else proxy.fault("model.stock.move.do", FAULTS[trouble]);
    },
    recover: async () => {
      if (down) await erp.restart();
      down = false;
      hand = await erpByHand(erp);
    },
    close: async () => {
      if (down) await erp.restart();
      await proxy.close();
    },
  };
});
