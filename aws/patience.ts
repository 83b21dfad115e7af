import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../core/ledger/ports.ts";

/** How a call is repeated: until when, with which randomness, and how it waits. */
export type Patience = {
  readonly milliseconds: number;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
};

/**
 * What a repeat means after a try whose outcome is unknown (a cut connection, a 500, a timeout).
 * - `harmless`: reads, writes of the same values without a condition, transactions with a request token.
 * - `guarded`: a repeat that succeeds tells the truth, one that is refused may have met its own first try.
 * - `never`: a repeat might count twice.
 */
export type Repeat = "harmless" | "guarded" | "never";

/** The write may have happened or not: read before you decide. As after a crash, nothing may be concluded from it. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
}

const BASE_MS = 25;
const CAP_MS = 1000;

const NOT_PROCESSED = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "TransactionConflictException",
  "TransactionInProgressException",
  "ECONNREFUSED",
]);
const CANCELLED_FOR_NOW = new Set(["None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

const CUT = new Set(["TimeoutError", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "ENOTFOUND", "InternalServerError", "ServiceUnavailable"]);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

function statusOf(error: Error): number | undefined {
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  const status = isRecord(metadata) ? metadata.httpStatusCode : undefined;
  return typeof status === "number" ? status : undefined;
}

type Trouble = "not processed" | "unknown" | "final";

const isCancelledForNow = ({ CancellationReasons: reasons = [] }: TransactionCanceledException): boolean =>
  reasons.length > 0 && reasons.every(({ Code }) => Code === undefined || CANCELLED_FOR_NOW.has(Code));

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return "final";
  if (error instanceof TransactionCanceledException) return isCancelledForNow(error) ? "not processed" : "final";
  const names = [error.name, "code" in error && typeof error.code === "string" ? error.code : error.name];
  if (names.some((name) => NOT_PROCESSED.has(name))) return "not processed";
  const status = statusOf(error);
  const isBroken = status !== undefined && status >= 500;
  return isBroken || names.some((name) => CUT.has(name)) ? "unknown" : "final";
}

/** One call and its repeats: what its failed tries came to. */
class Persistence {
  private readonly patience: Patience;
  private readonly repeat: Repeat;
  private readonly until: number;
  private tries = 0;
  private isInDoubt = false;

  constructor(patience: Patience, repeat: Repeat) {
    this.patience = patience;
    this.repeat = repeat;
    this.until = patience.clock.now() + patience.milliseconds;
  }

  /** Waits for the next try. @throws what the caller shall see, when there is none */
  async after(error: unknown): Promise<void> {
    const trouble = troubleOf(error);
    if (trouble === "unknown" && this.repeat !== "harmless") this.isInDoubt = true;
    const isHopeless = trouble === "final" || (this.isInDoubt && this.repeat === "never");
    const delay = this.patience.random() * Math.min(CAP_MS, BASE_MS * 2 ** this.tries);
    this.tries += 1;
    if (isHopeless || this.patience.clock.now() + delay >= this.until) throw this.isInDoubt ? doubtful(error) : error;
    await this.patience.wait(delay);
  }
}

const doubtful = (cause: unknown): OutcomeUnknown => new OutcomeUnknown("the write may have happened or not", { cause });

/**
 * Sends until there is an answer, with full jitter between the tries, as long as the patience lasts.
 * @throws OutcomeUnknown where the kind of repeat does not let the outcome be known; else the last error
 */
export async function withPatience<Answer>(patience: Patience, repeat: Repeat, send: () => Promise<Answer>): Promise<Answer> {
  const persistence = new Persistence(patience, repeat);
  for (;;) {
    try {
      return await send();
    } catch (error) {
      await persistence.after(error);
    }
  }
}
