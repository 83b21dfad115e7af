import { openMemory } from "./agent-memory.ts";
import { type Patience, patiently, pause } from "./agent-patience.ts";
import { readResults } from "./agent-results.ts";
import { postUpward, type UpwardLine, type UpwardResult } from "./agent-upward.ts";
import { ApiFailure, createApiCall, type Delivery, HeartbeatAnswer, LeaseAnswer, type Result, type Verdict, VerdictsAnswer } from "./agent-wire.ts";

/**
 * A reference agent: the small program beside a plant's MES that fetches work from Orderlane and reports what became of it. Read it, copy it, change it: with
 * the other agent-*.ts files it is whole, and needs nothing but Node 24 and zod. It calls out and is never called. Four rules make it safe:
 *
 * 1. A delivery may come more than once. Its id is remembered with its verdict: a repeat gets the same verdict and does not touch the MES.
 * 2. A delivery may come late. The highest number is remembered for each lane and object; a lower one is answered `outdated` and does not touch the MES.
 * 3. Both are on disk before the MES is touched, and the verdict before it is sent: a crash anywhere, and a restart, forgets nothing.
 * 4. Between the MES's commit and our note of it a crash can still fall. So the MES gets the delivery's id, and answers a repeated id as the first time.
 */

/** Your MES. Both are all or nothing for the order, and answer a repeated delivery id as the first time. Throw when the MES cannot be reached: the delivery comes again. */
export interface Mes {
  /** Makes the document the current version of its order, whatever version was current before; a cancelled order stops. */
  apply(delivery: Delivery): Promise<Verdict>;
  /** Takes back the version that the delivery names, and only while it is the current one; where it is not, there is nothing to take back: `accepted`. */
  withdraw(delivery: Delivery): Promise<Verdict>;
}

export type AgentOptions = {
  /** Address of the API, without a trailing slash. */
  readonly api: string;
  readonly site: string;
  readonly token: string;
  /** File of the agent's memory. */
  readonly memory: string;
  readonly mes: Mes;
  /** Deliveries in one lease; default 10. */
  readonly max?: number;
  /** First wait after a failure; doubles up to a minute. Default 1,000 ms. */
  readonly firstBackoffMs?: number;
  /** What a person may want to know; `verdict-conflict` needs one: two verdicts were given for one delivery. */
  readonly report?: (event: string, detail: Readonly<Record<string, unknown>>) => void;
};

export interface Agent {
  /** Works until the signal is aborted; what the MES has begun is ended and reported first. */
  run(signal: AbortSignal): Promise<void>;
  /** One round: unsent verdicts, a lease, its verdicts. Answers after how many seconds the next is wanted. @throws ApiFailure */
  round(signal?: AbortSignal): Promise<number>;
  /** Says that the plant is there, without asking for work. Answers after how many seconds to call again. @throws ApiFailure */
  heartbeat(): Promise<number>;
  /** Posts documents (consumption) as batches of lines; lines not taken yet are sent again under the same key until the signal is aborted. */
  postUpward(connection: string, lines: readonly UpwardLine[], signal: AbortSignal): Promise<readonly UpwardResult[]>;
  /**
   * Reads what became of the documents that were posted, page by page until there is no more, and gives each result to `take` at least once: a crash in between
   * gives it again. Answers after how many seconds to ask again. @throws ApiFailure
   */
  readResults(connection: string, take: (result: Result) => Promise<void>): Promise<number>;
  close(): void;
}

const VERDICTS_PER_CALL = 50;

export function createAgent(options: AgentOptions): Agent {
  const memory = openMemory(options.memory);
  const report = options.report ?? (() => undefined);
  const patience: Patience = { firstMs: options.firstBackoffMs ?? 1_000, onFailure: (error) => report("api-failed", { error: String(error) }) };
  const call = createApiCall(options.api, options.token);
  const path = `/v1/sites/${options.site}`;

  async function sendVerdicts(): Promise<void> {
    for (let unsent = memory.unsent(VERDICTS_PER_CALL); unsent.length > 0; unsent = memory.unsent(VERDICTS_PER_CALL)) {
      const verdicts = unsent.map(({ id, leaseToken, verdict }) => ({ delivery: id, leaseToken, ...verdict }));
      const { results } = VerdictsAnswer.parse(await call(`${path}/deliveries/verdicts`, { verdicts }));
      const answered = new Map(results.map(({ delivery, result }) => [delivery, result]));
      for (const { id } of unsent) noteSent(id, answered.get(id));
    }
  }

  function noteSent(id: string, result: string | undefined): void {
    if (result === undefined) throw new ApiFailure(`no result for the verdict on ${id}`);
    // Another verdict was stored first, or the delivery is not ours: sending it again would change nothing.
    if (result === "conflict" || result === "unknown") report(`verdict-${result}`, { delivery: id });
    memory.markSent(id);
  }

  async function handle(delivery: Delivery): Promise<void> {
    const todo = memory.begin(delivery);
    if (todo === "outdated") memory.settle(delivery.id, { result: "outdated" });
    if (todo !== "work") return;
    try {
      memory.settle(delivery.id, await (delivery.action === "apply" ? options.mes.apply(delivery) : options.mes.withdraw(delivery)));
    } catch (error) {
      // No verdict: when its lease ends the delivery comes again, and rule 4 makes the repeat safe.
      report("mes-failed", { delivery: delivery.id, error: String(error) });
    }
  }

  async function round(signal?: AbortSignal): Promise<number> {
    await sendVerdicts();
    const { deliveries, pollAfterSeconds } = LeaseAnswer.parse(await call(`${path}/deliveries/lease`, { max: options.max ?? 10 }));
    for (const delivery of deliveries.toSorted(byNumber)) {
      // What is not begun comes again when its lease ends.
      if (signal?.aborted !== true) await handle(delivery);
    }
    await sendVerdicts();
    return pollAfterSeconds;
  }

  return {
    round,
    async run(signal) {
      while (!signal.aborted) {
        const seconds = await patiently(() => round(signal), signal, patience);
        if (seconds !== undefined) await pause(seconds * 1000, signal);
      }
    },
    async heartbeat() {
      const { serverTime, pollAfterSeconds } = HeartbeatAnswer.parse(await call(`${path}/heartbeat`, {}));
      report("heartbeat", { clockAheadMs: Date.now() - Date.parse(serverTime) });
      return pollAfterSeconds;
    },
    postUpward: (connection, lines, signal) =>
      postUpward({ send: (body) => call(`${path}/connections/${connection}/documents`, body), patience, signal }, lines),
    readResults: (connection, take) => readResults({ ask: (query) => call(`${path}/results?${query}`), memory, take }, connection),
    close: () => memory.close(),
  };
}

const byNumber = (a: Delivery, b: Delivery): number => {
  if (a.number === b.number) return 0;
  return a.number < b.number ? -1 : 1;
};
