import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { type Delivery, Verdict } from "./agent-wire.ts";

/** What the agent must not forget: each delivery with its verdict, and the highest number of each lane and object. One SQLite file, written through to the disk. */
export interface AgentMemory {
  /**
   * Notes a delivery before the MES is touched, and says what to do with it. `repeat`: its verdict is known and will be sent again under the new lease.
   * `outdated`: a higher number of its lane and object was begun before.
   */
  begin(delivery: Delivery): "work" | "repeat" | "outdated";
  settle(id: string, verdict: Verdict): void;
  /** Verdicts that Orderlane has not taken yet, oldest first. */
  unsent(limit: number): readonly { readonly id: string; readonly leaseToken: string; readonly verdict: Verdict }[];
  markSent(id: string): void;
  /** Where a connection's results were read to; undefined before the first. */
  cursorOf(connection: string): string | undefined;
  isTaken(result: string): boolean;
  /** The results of a page are taken, and the next begins after the cursor. */
  takeResults(connection: string, results: readonly string[], cursor: string): void;
  close(): void;
}

// About 300 bytes a delivery: a plant of 1,000 orders a day stays under 150 MB a year, so nothing is ever removed here.
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, lease_token TEXT NOT NULL, verdict TEXT, sent INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX IF NOT EXISTS unsent ON delivery (sent) WHERE sent = 0;
  CREATE TABLE IF NOT EXISTS highest (lane TEXT, object TEXT, number TEXT NOT NULL, PRIMARY KEY (lane, object)) STRICT;
  CREATE TABLE IF NOT EXISTS result (id TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS read_to (connection TEXT PRIMARY KEY, cursor TEXT NOT NULL) STRICT;
`;

const Known = z.object({ verdict: z.string().nullable() });
const Highest = z.object({ number: z.string() });
const ReadTo = z.object({ cursor: z.string() });
const Unsent = z.object({ id: z.string(), lease_token: z.string(), verdict: z.string() });

export function openMemory(file: string): AgentMemory {
  const database = new DatabaseSync(file);
  database.exec(SCHEMA);
  const known = database.prepare("SELECT verdict FROM delivery WHERE id = ?");
  const highest = database.prepare("SELECT number FROM highest WHERE lane = ? AND object = ?");
  const note = database.prepare(
    "INSERT INTO delivery (id, lease_token) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET lease_token = excluded.lease_token, sent = 0",
  );
  const raise = database.prepare("INSERT INTO highest VALUES (?, ?, ?) ON CONFLICT (lane, object) DO UPDATE SET number = excluded.number");
  const settle = database.prepare("UPDATE delivery SET verdict = ?, sent = 0 WHERE id = ?");
  const unsent = database.prepare("SELECT id, lease_token, verdict FROM delivery WHERE sent = 0 AND verdict IS NOT NULL ORDER BY rowid LIMIT ?");
  const markSent = database.prepare("UPDATE delivery SET sent = 1 WHERE id = ?");

  const noted = ({ id, number, lane, object, leaseToken }: Delivery): "work" | "repeat" | "outdated" => {
    const before = known.get(id);
    note.run(id, leaseToken);
    if (before !== undefined && Known.parse(before).verdict !== null) return "repeat";
    const top = highest.get(lane, object);
    // Also for one that was begun before a crash: a newer one may have come since.
    if (top !== undefined && number < Highest.parse(top).number) return "outdated";
    raise.run(lane, object, number);
    return "work";
  };

  const readTo = database.prepare("SELECT cursor FROM read_to WHERE connection = ?");
  const moveTo = database.prepare("INSERT INTO read_to VALUES (?, ?) ON CONFLICT (connection) DO UPDATE SET cursor = excluded.cursor");
  const taken = database.prepare("SELECT id FROM result WHERE id = ?");
  const take = database.prepare("INSERT INTO result VALUES (?) ON CONFLICT (id) DO NOTHING");

  function wholly<T>(work: () => T): T {
    database.exec("BEGIN IMMEDIATE");
    try {
      const answer = work();
      database.exec("COMMIT");
      return answer;
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  }

  return {
    begin: (delivery) => wholly(() => noted(delivery)),
    cursorOf(connection) {
      const row = readTo.get(connection);
      return row === undefined ? undefined : ReadTo.parse(row).cursor;
    },
    isTaken: (result) => taken.get(result) !== undefined,
    takeResults(connection, results, cursor) {
      wholly(() => {
        for (const result of results) take.run(result);
        moveTo.run(connection, cursor);
      });
    },
    settle(id, verdict) {
      settle.run(JSON.stringify(verdict), id);
    },
    unsent: (limit) =>
      unsent.all(limit).map((row) => {
        const { id, lease_token, verdict } = Unsent.parse(row);
        return { id, leaseToken: lease_token, verdict: Verdict.parse(JSON.parse(verdict)) };
      }),
    markSent(id) {
      markSent.run(id);
    },
    close: () => database.close(),
  };
}
