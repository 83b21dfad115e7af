import * as z from "zod";
import { CanonicalDocument } from "../documents/canonical.ts";
import { VerdictResult } from "../ledger/items.ts";

/** What a plant's agent asks and is answered. */

/** What an agent may ask for its documents in: canonical JSON, or the XML text of B2MML V7. */
export const PLANT_FORMATS = ["canonical", "b2mml-v7"] as const;
export type PlantFormat = (typeof PLANT_FORMATS)[number];

export const LeaseRequest = z.strictObject({
  max: z.number().int().min(1).max(50),
  /** The language of each delivery's `document`; by default canonical JSON. The answer around it is JSON in any case. */
  format: z.enum(PLANT_FORMATS).optional(),
});
export type LeaseRequest = z.infer<typeof LeaseRequest>;

export const LeaseBody = z.strictObject({
  deliveries: z.array(
    z.strictObject({
      id: z.string(),
      number: z.string(),
      lane: z.string(),
      object: z.string(),
      action: z.enum(["apply", "withdraw"]),
      version: z.string().optional(),
      document: z.union([CanonicalDocument, z.string()]),
      leaseToken: z.string(),
      leaseUntil: z.string(),
    }),
  ),
  pollAfterSeconds: z.number().int(),
});

/** Cut, and unknown fields let through, not refused: a plant would repeat a refused report for ever. An item of the ledger holds 400 KB. */
const upTo = (characters: number) => z.string().transform((text) => [...text].slice(0, characters).join(""));
const LINES_AT_MOST = 300;

const VerdictLineRequest = z.object({ id: upTo(100), result: VerdictResult, message: upTo(300).optional() });

export const VerdictsRequest = z.strictObject({
  verdicts: z
    .array(
      z.object({
        delivery: z.string(),
        leaseToken: z.string().min(1).max(64),
        result: VerdictResult,
        reference: upTo(100).optional(),
        reason: z.object({ code: upTo(100), message: upTo(1000) }).optional(),
        lines: z
          .array(VerdictLineRequest)
          .transform((lines) => lines.slice(0, LINES_AT_MOST))
          .optional(),
      }),
    )
    .min(1)
    .max(100),
});
export type VerdictsRequest = z.infer<typeof VerdictsRequest>;

export const VerdictsBody = z.strictObject({
  results: z.array(z.strictObject({ delivery: z.string(), result: z.enum(["recorded", "repeated", "conflict", "unknown"]) })),
});
export type VerdictsBody = z.infer<typeof VerdictsBody>;

export const HeartbeatRequest = z.strictObject({});

export const HeartbeatBody = z.strictObject({ serverTime: z.string(), pollAfterSeconds: z.number().int() });
export type HeartbeatBody = z.infer<typeof HeartbeatBody>;
