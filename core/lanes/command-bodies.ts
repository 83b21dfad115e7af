import * as z from "zod";
import { Why } from "../access/grant-shapes.ts";
import { CommandName, PostedAs } from "./notices.ts";

/** Body of POST …/documents/{id}/commands. */
export const CommandRequest = z
  .strictObject({
    command: CommandName,
    /** The attempt the command means; without it the one that runs now. */
    attempt: z.number().int().positive().optional(),
    /** The revision of the document as its plan told it; without it as it stands now. */
    revision: z.number().int().nonnegative().optional(),
    /** Of `resolve`: the target's own number of what a person entered there by hand. */
    postedAs: PostedAs.optional(),
    /** Of `resolve`: the target cannot be asked for a number, and whoever commands has looked there. */
    unchecked: z.literal(true).optional(),
    /** Only tell what would be done. */
    plan: z.boolean().optional(),
    /** Written into the document's timeline and the audit, beside who. */
    why: Why,
  })
  .refine(({ command, postedAs }) => (command === "resolve") === (postedAs !== undefined), {
    path: ["postedAs"],
    message: "is what resolve needs, and it alone",
  })
  .refine(({ command, unchecked }) => command === "resolve" || unchecked === undefined, { path: ["unchecked"], message: "is for resolve alone" });
export type CommandRequest = z.infer<typeof CommandRequest>;

/** Body of the 202: queued behind what is before it in its lane; what it came to stands in the document's timeline under this id. */
export const CommandQueued = z.strictObject({
  id: z.string(),
  document: z.string(),
  command: CommandName,
  attempt: z.number().int(),
  revision: z.number().int(),
});
export type CommandQueued = z.infer<typeof CommandQueued>;
