import * as z from "zod";
import { Condition } from "../../core/mapping/table.ts";

/** How a system of nothing but tables is called and what its answers mean: `mapping/<set>/target.json`. README.md of this folder explains it. */

const Paths = z.array(z.string().min(1).max(300)).min(1);

const Call = z.strictObject({
  /** `post` enters a document, `reverse` takes it back, the others tell the sender of an order what the plant did with it. */
  actions: z.array(z.enum(["tell-accepted", "tell-rejected", "tell-undone", "post", "reverse"])).min(1),
  /** Of the same set, in direction `from-canonical`, with `reads: "effect"`; it makes the body for documents of its type. */
  table: z.string(),
  /** Below the connection's `url`. */
  path: z.string().regex(/^\/[A-Za-z0-9._~/-]*$/),
});

const Case = z.strictObject({
  when: z.array(Condition).min(1),
  /** As core/effects/outcomes.ts has them; `retry` only where it surely was not processed. */
  outcome: z.enum(["applied", "refused", "retry", "unknown", "park"]),
  /** Of `retry`. */
  afterSeconds: z.number().int().positive().optional(),
  /** `key`: what is in force there has our key as its number, and the answer does not say so. */
  reference: z.literal("key").optional(),
  note: z.strictObject({ en: z.string().min(1), "zh-CN": z.string().min(1) }).optional(),
});
export type Case = z.infer<typeof Case>;

export const TargetForm = z
  .strictObject({
    capabilities: z.strictObject({
      /** Asking for a document by our key is nothing that a table describes. */
      lookup: z.literal(false),
      reverse: z.boolean(),
      /** It refuses or absorbs a second one under the same key, whenever that comes. */
      idempotent: z.boolean(),
    }),
    calls: z.array(Call).min(1),
    answers: z.strictObject({
      /** Its own number of what it took. */
      reference: Paths,
      /** Where it repeats our key: an answer without is not believed. */
      key: Paths.optional(),
      code: Paths.optional(),
      message: Paths,
      /** The first that holds; of an answer 4xx none that is `applied`. */
      cases: z.array(Case).min(1),
    }),
  })
  .check((context) => {
    const { capabilities, calls } = context.value;
    if (capabilities.reverse === calls.some(({ actions }) => actions.includes("reverse"))) return;
    context.issues.push({ code: "custom", input: context.value, path: ["capabilities", "reverse"], message: "a system is reversed by a call that says how" });
  });
export type TargetForm = z.infer<typeof TargetForm>;
