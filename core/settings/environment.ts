import * as z from "zod";

/** Environment variables that several functions have: what each function needs stands in its own env.ts. */

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.issues.push({ code: "custom", input: text, message: "is not JSON" });
    return z.NEVER;
  }
});

/** Name of the ledger's table. */
export const LedgerTable = z.string().min(1);

/** Name of the bucket of payloads that are too large for the table. */
export const PayloadBucket = z.string().min(1);

/** Days that payloads are kept; the bucket's lifecycle has the same. */
export const PayloadDays = z
  .string()
  .regex(/^[1-9]\d{0,4}$/)
  .transform(Number);

/** JSON: target connection id → URL of its FIFO queue. */
export const QueueUrls = json.pipe(z.record(z.string(), z.url()));

/** JSON: workflow name → ARN of its state machine. */
export const WorkflowArns = json.pipe(z.record(z.string(), z.string().startsWith("arn:")));

/** JSON: target connection id → UUID of the event source mapping of its queue. */
export const EventSources = json.pipe(z.record(z.string(), z.string().min(1)));
