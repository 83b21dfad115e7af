import * as z from "zod";
import { DocumentId } from "../../core/documents/ids.ts";
import { type Problem, problemOf } from "../../core/door/problems.ts";
import { readHeader } from "../../core/effects/effect.ts";
import { CommandName, messageOf } from "../../core/lanes/notices.ts";
import { commandRefusal } from "../../core/lanes/possible-commands.ts";
import type { Header } from "../../core/ledger/items.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import type { Clock, Ids, LaneQueue } from "../../core/ledger/ports.ts";
import { type Settings, siteOf } from "../../core/settings/settings.ts";

export type CommandPorts = {
  readonly ledger: LedgerStore;
  readonly queue: LaneQueue;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly settings: Settings;
};

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

export type Commanded = { readonly kind: "queued"; readonly answer: CommandQueued } | { readonly kind: "refused"; readonly problem: Problem };

/**
 * Puts an operator's command into its document's lane. Refused at once where the document is not there, is in another attempt, or could not take it as it
 * stands; the lane judges again, and for good, when it gets there (LANES.md 5, rules 10 and 12).
 */
export function createCommandDocument(ports: CommandPorts): (site: string, document: string, request: CommandRequest, who: string) => Promise<Commanded> {
  return async (siteId, document, request, who) => {
    const site = siteOf(ports.settings, siteId);
    const id = DocumentId.safeParse(document);
    const header = id.success ? await readHeader(ports.ledger, id.data) : undefined;
    if (header === undefined || header.site !== site.id) return refused(problemOf("not-found", `${site.id} has no document of this id`));
    const refusal = refusalOf(header, request, ports.clock.now());
    if (refusal !== undefined) return refused(problemOf("command-refused", refusal));
    return queued(ports, header, request, who);
  };
}

const refused = (problem: Problem): Commanded => ({ kind: "refused", problem });

function refusalOf(header: Header, { command, attempt }: CommandRequest, now: number): string | undefined {
  if (attempt !== undefined && attempt !== header.attempt)
    return `the document is in attempt ${header.attempt}, ${header.state}; the command means attempt ${attempt}`;
  return commandRefusal(settings, header, command, now);
}

async function queued(ports: CommandPorts, header: Header, { command, why }: CommandRequest, who: string): Promise<Commanded> {
  const { target, id: document, attempt } = header;
  const id = ports.ids.next();
  const [taken] = await ports.queue.send(target, [messageOf({ kind: "command", target, document, attempt, command, id, who, why }, id)]);
  if (taken !== true) return refused(problemOf("not-queued", "the lane's queue did not take the command; give it again"));
  return { kind: "queued", answer: { id, document, command, attempt } };
}
