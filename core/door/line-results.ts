import * as z from "zod";

/** The door's answer for one document of a message (LANES.md 1). */
export const LineResult = z.strictObject({
  /** Its place in the message, from 1. */
  line: z.number().int().positive(),
  result: z.enum(["accepted", "duplicate", "refused", "retry"]),
  /** The document's id, where it is stored. */
  document: z.string().optional(),
  /** Of a refusal: as in a problem. */
  code: z.string().optional(),
  detail: z.string().optional(),
  path: z.string().optional(),
});
export type LineResult = z.infer<typeof LineResult>;

/** The body of a 202. */
export const AcceptedBody = z.strictObject({ lines: z.array(LineResult) });
