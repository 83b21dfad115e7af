import * as z from "zod";
import { ConnectionId, DocumentId, hashOf, laneGroupOf, subjectKeyIn } from "../documents/ids.ts";
import { Reason } from "../effects/outcomes.ts";
import type { QueueMessage } from "../ledger/ports.ts";

/** How a workflow, or a step in place, ended for its document; why it was rejected or undone stands in its markers. */
export const Conclusion = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("delivered") }),
  z.strictObject({ kind: z.literal("rejected") }),
  z.strictObject({ kind: z.literal("undone") }),
  z.strictObject({ kind: z.literal("wait"), until: z.number(), reason: Reason }),
  z.strictObject({ kind: z.literal("dependency"), on: z.string(), reason: Reason }),
  z.strictObject({ kind: z.literal("park"), reason: Reason }),
  z.strictObject({ kind: z.literal("stale") }),
  /** The workflow's own Catch: a step threw, again and again. */
  z.strictObject({ kind: z.literal("crashed"), error: z.string() }),
]);
export type Conclusion = z.infer<typeof Conclusion>;

export const CommandName = z.enum(["replay", "skip", "resolve", "undo"]);
export type CommandName = z.infer<typeof CommandName>;

/** A number as a target writes it: one line, without controls. */
export const PostedAs = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);

const base = { target: ConnectionId, document: DocumentId, attempt: z.number().int().positive() };

const given = {
  command: CommandName,
  id: z.string(),
  who: z.string(),
  why: z.string(),
  /** The header's revision as whoever gives it saw the document. */
  revision: z.number().int().optional(),
  /** Of `resolve`: the target's own number of what a person entered there. */
  postedAs: PostedAs.optional(),
  /** Of `resolve`: the target cannot be asked for that number, and the person has looked. */
  unchecked: z.literal(true).optional(),
};

/** What arrives in a lane: only ids; the ledger holds the rest. Each means one attempt (LANES.md 5, rule 10). */
export const Notice = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("document"), ...base }),
  z.strictObject({ kind: z.literal("wake"), ...base }),
  z.strictObject({ kind: z.literal("finished"), ...base, conclusion: Conclusion }),
  z.strictObject({ kind: z.literal("command"), ...base, ...given }),
]);
export type Notice = z.infer<typeof Notice>;

/** A notice as its lane's queue message. `once` tells apart what may be sent more than once for one attempt (a wake: its dueAt), since SQS drops a repeated id within five minutes. */
export function messageOf(notice: Notice, once: string): QueueMessage {
  return {
    group: laneGroupOf(notice.target, subjectKeyIn(notice.document)),
    deduplicationId: hashOf([notice.kind, notice.document, String(notice.attempt), once]),
    body: JSON.stringify(notice),
  };
}
