import * as z from "zod";
import { CommandName } from "./notices.ts";

/** Body of POST …/documents/{id}/commands. */
export const CommandRequest = z.strictObject({
  command: CommandName,
  /** The attempt the command means; without it the one that runs now. */
  attempt: z.number().int().positive().optional(),
  /** Written into the document's timeline, beside who. */
  why: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .refine((text) => text.isWellFormed(), "holds half of a surrogate pair"),
});
export type CommandRequest = z.infer<typeof CommandRequest>;

/** Body of the 202: queued behind what is before it in its lane; what it came to stands in the document's timeline under this id. */
export const CommandQueued = z.strictObject({ id: z.string(), document: z.string(), command: CommandName, attempt: z.number().int() });
export type CommandQueued = z.infer<typeof CommandQueued>;
