import * as z from "zod";
import { AuditRecord, DamagedRecord, Day, Link } from "./records.ts";

/** What GET /v1/audit takes and answers. */

export const AuditQuery = z.strictObject({
  /** Without it: the first day that has records. */
  day: Day.optional(),
  /** The number of the last record read. */
  after: z
    .string()
    .regex(/^\d{1,7}$/, "is the number of a record")
    .transform(Number)
    .default(0),
});

export const AuditAnswer = z.strictObject({
  day: Day.optional(),
  records: z.array(z.union([AuditRecord, DamagedRecord])),
  /** The day has more, after this number. */
  after: z.number().int().optional(),
  /** The next day that has records. */
  nextDay: Day.optional(),
  /** Where the chain ends now; missing before the first record. */
  head: Link.extend({ recordsUntil: z.number().int() }).optional(),
});
export type AuditAnswer = z.infer<typeof AuditAnswer>;
