import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** What `npm run bench -- --only calls --save` counted on the emulator, for one document of each flow and for one of what runs without any. */

const count = z.number().nonnegative();

const CountedFlow = z.strictObject({
  what: z.string(),
  /** The message as sent; 0 of what runs without any document. */
  bytes: count,
  /** What one leaves in the table, as AWS counts it: payloads, which have a shorter retention, and all else. */
  storedBytes: z.strictObject({ payloads: count, rest: count }),
  requests: count,
  write: count,
  read: count,
  messages: count,
  transitions: count,
  expressRuns: count,
  expressStates: count,
  steps: count,
  sends: count,
  erpCalls: count,
  invoked: z.array(z.strictObject({ function: z.string(), times: count, memoryMb: z.number().int().positive() })),
  lines: z.array(z.strictObject({ function: z.string(), service: z.string(), operation: z.string(), calls: count })),
});
export type CountedFlow = z.infer<typeof CountedFlow>;

export const CountedCalls = z.strictObject({ takenAt: z.string(), flows: z.array(CountedFlow).min(1) });
export type CountedCalls = z.infer<typeof CountedCalls>;

/** Committed: the bench writes it. */
export const COUNTED_CALLS = join(import.meta.dirname, "..", "..", "bench", "results", "counted-calls.json");

/** @throws ZodError where the file is not of that shape */
export const readCountedCalls = (): CountedCalls => CountedCalls.parse(JSON.parse(readFileSync(COUNTED_CALLS, "utf8")));

class NotCounted extends Error {}

/** @throws NotCounted */
export function flowOf({ flows }: CountedCalls, what: string): CountedFlow {
  const found = flows.find((flow) => flow.what === what);
  if (found === undefined) throw new NotCounted(`nothing was counted of "${what}": \`npm run bench -- --only calls --save\` counts`);
  return found;
}
