import type { FakeCall, Fault } from "../../../connectors/plain-json/fake-faults.ts";
import type { ReceivedMessage } from "../memory/lane-queue.ts";
import type { Random } from "./random.ts";
import type { Fate, PortCall } from "./scheduler.ts";
import type { Tally } from "./tally.ts";

/** How likely each sort of trouble is in one schedule; 0: never. */
export type Rates = {
  /** Of a call of a port: killed, failed, its answer lost, slow, or its process frozen. */
  readonly call: number;
  /** Of a call of the ERP. */
  readonly erp: number;
  /** Of a message: into the dead-letter queue instead of its lane. */
  readonly buried: number;
  /** Of a workflow's `finished`: lost for good although it was taken. */
  readonly finishedLost: number;
  /** Of a read of the index: it lags. */
  readonly index: number;
};

export type Faults = {
  decide(call: PortCall): Fate;
  erp(call: FakeCall): Fault | undefined;
  /** Somebody in the ERP takes back what that call may have posted, so long after it; undefined: nobody does. */
  clerkAfterMs(fault: Fault): number | undefined;
  buries(message: ReceivedMessage): boolean;
  losesFinished(): boolean;
  indexLag(): number;
};

export type FaultOptions = {
  readonly random: Random;
  readonly rates: Rates;
  readonly tally: Tally;
  /** From then on nothing goes wrong any more. */
  readonly isHealed: () => boolean;
  readonly commitSeconds: number;
  /** The longest that the ERP takes for what it answered with `queued`: within commitSeconds, where nobody can ask it. */
  readonly longestQueueMs: number;
  /** Told of every call that does not simply run. */
  readonly disturb: () => void;
};

/** Past the function's own end, past its claims, past the visibility of its messages. */
const FROZEN_MS = [61_000, 80_000, 130_000, 200_000, 370_000, 500_000, 800_000, 1_500_000] as const;
const CHANGES = new Set(["ledger.write", "payloads.put", "queue.send", "workflows.start", "workflows.stop", "workflows.answer"]);

export function createFaults({ random, rates, tally, isHealed, commitSeconds, longestQueueMs, disturb }: FaultOptions): Faults {
  const happens = (rate: number): boolean => rate > 0 && !isHealed() && random.chance(rate);
  const counted = <Chosen>(name: string, chosen: Chosen): Chosen => {
    tally.add(`fault: ${name}`);
    return chosen;
  };

  function fateOf(call: PortCall): Fate {
    const drawn = random.next();
    const around = random.chance(0.5) ? "before" : "after";
    if (drawn < 0.4) return counted(`killed ${around} a call`, { kind: "kill", when: around });
    if (drawn < 0.5) return counted("slow call", { kind: "slow", when: around, milliseconds: random.between(500, 30_000) });
    if (drawn < 0.65) return counted("frozen, goes on later", { kind: "sleep", when: around, milliseconds: random.pick(FROZEN_MS) });
    return failureOf(call, around, drawn < 0.82);
  }

  function failureOf(call: PortCall, around: "before" | "after", isLost: boolean): Fate {
    // The ERP's own failures are drawn elsewhere.
    if (call.port === "target") return counted("killed around a call of the ERP", { kind: "kill", when: around });
    if (isLost && CHANGES.has(`${call.port}.${call.method}`)) return counted("answer of a write lost", { kind: "lose-answer" });
    return counted(`${call.port} fails`, { kind: "fail" });
  }

  function erpFault(call: FakeCall): Fault {
    const kinds: readonly Fault[] =
      call.method === "lookUp"
        ? [
            { kind: "fail-before-commit" },
            { kind: "rate-limit", retryAfterSeconds: random.between(1, 60) },
            { kind: "down" },
            { kind: "lose-answer" },
            { kind: "corrupt", committed: false },
          ]
        : [
            { kind: "fail-before-commit" },
            { kind: "fail-after-commit" },
            { kind: "lose-answer" },
            { kind: "commit-late", afterMs: random.between(1, commitSeconds * 1000 - 1000) },
            { kind: "commit-late", afterMs: random.between(1, commitSeconds * 1000 - 1000) },
            { kind: "queue", afterMs: random.between(1, longestQueueMs) },
            { kind: "rate-limit", retryAfterSeconds: random.between(1, 120) },
            { kind: "unavailable", retryAfterSeconds: random.between(1, 120) },
            { kind: "down" },
            { kind: "locked" },
            { kind: "session-expired" },
            { kind: "no-effect" },
            { kind: "cut", committed: random.chance(0.5) },
            { kind: "corrupt", committed: random.chance(0.5) },
          ];
    const fault = random.pick(kinds);
    return counted(`ERP ${fault.kind}`, fault);
  }

  return {
    decide: (call) => {
      if (!happens(rates.call)) return { kind: "run" };
      disturb();
      return fateOf(call);
    },
    erp: (call) => (happens(rates.erp) ? erpFault(call) : undefined),
    clerkAfterMs: (fault) => {
      const committedAfter = commitDelayOf(fault);
      if (committedAfter === undefined || !random.chance(fault.kind === "queue" ? CLERK_OF_QUEUED : CLERK)) return undefined;
      return committedAfter + random.between(1, Math.max(2, commitSeconds * 1000 - committedAfter));
    },
    buries: () => happens(rates.buried) && counted("message into the dead-letter queue", true),
    losesFinished: () => happens(rates.finishedLost) && counted("finished lost for good", true),
    indexLag: () => (happens(rates.index) ? counted("index lags", random.between(1, 4)) : 0),
  };
}

/** How likely a posting whose answer we did not get is reversed by somebody in the ERP. */
const CLERK = 0.25;
const CLERK_OF_QUEUED = 0.7;

/** When a call with this fault is committed, in milliseconds after it; undefined: never, or its caller knows. */
function commitDelayOf(fault: Fault): number | undefined {
  switch (fault.kind) {
    case "commit-late":
    case "queue":
      return fault.afterMs;
    case "fail-after-commit":
    case "lose-answer":
      return 0;
    case "cut":
    case "corrupt":
      return fault.committed ? 0 : undefined;
    default:
      return undefined;
  }
}
