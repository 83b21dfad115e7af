import * as z from "zod";
import type { Audit } from "../../core/audit/audit.ts";
import { DocumentId, subjectKeyIn } from "../../core/documents/ids.ts";
import { type HttpAnswer, jsonAnswer, type Problem, problemAnswer, problemOf } from "../../core/door/problems.ts";
import { readHeader } from "../../core/effects/effect.ts";
import { type CommandPlan, planOf } from "../../core/lanes/command-plan.ts";
import { freeLane } from "../../core/lanes/lane-state.ts";
import { CommandName, messageOf, PostedAs } from "../../core/lanes/notices.ts";
import { commandRefusal } from "../../core/lanes/possible-commands.ts";
import { undoObstacle } from "../../core/lanes/undo-delivered.ts";
import { isOvertaken, whoCameFirst } from "../../core/lanes/who-came-first.ts";
import { type Header, Lane, parseIfThere } from "../../core/ledger/items.ts";
import { laneKey } from "../../core/ledger/keys.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import type { Clock, Ids, LaneQueue } from "../../core/ledger/ports.ts";
import { type Settings, siteOf } from "../../core/settings/settings.ts";

export type CommandPorts = {
  readonly ledger: LedgerStore;
  readonly queue: LaneQueue;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly settings: Settings;
};

const why = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => text.isWellFormed(), "holds half of a surrogate pair");

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
    why,
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

export type Commanded =
  | { readonly kind: "queued"; readonly answer: CommandQueued }
  | { readonly kind: "planned"; readonly answer: CommandPlan }
  | { readonly kind: "refused"; readonly problem: Problem };

/** Who commands, and from which address. */
export type Commander = { readonly who: string; readonly from: string };

/**
 * Puts an operator's command into its document's lane, once it stands in the audit. Refused at once where the document is not there, was changed since, or could
 * not take it as it stands; the lane judges again, and for good, when it gets there (LANES.md 5, rules 10 and 12). With `plan` it only tells what would be done.
 */
export function createCommandDocument(ports: CommandPorts): (site: string, document: string, request: CommandRequest, by: Commander) => Promise<Commanded> {
  return async (siteId, document, request, by) => {
    const site = siteOf(ports.settings, siteId);
    const id = DocumentId.safeParse(document);
    const [header, lane] = id.success ? await readBoth(ports, id.data) : [];
    if (header === undefined || lane === undefined || header.site !== site.id) return refused(problemOf("not-found", `${site.id} has no document of this id`));
    const refusal = await refusalOf(ports, header, lane, request);
    if (refusal !== undefined) return refused(problemOf("command-refused", refusal));
    return request.plan === true ? { kind: "planned", answer: planOf(ports.settings, header, lane, request) } : queued(ports, header, request, by);
  };
}

export function answerOf(commanded: Commanded): HttpAnswer {
  switch (commanded.kind) {
    case "queued":
      return jsonAnswer(202, commanded.answer);
    case "planned":
      return jsonAnswer(200, commanded.answer);
    case "refused":
      return problemAnswer(commanded.problem);
  }
}

async function readBoth({ ledger }: CommandPorts, document: DocumentId): Promise<readonly [Header, Lane] | readonly []> {
  const header = await readHeader(ledger, document);
  if (header === undefined) return [];
  const subject = subjectKeyIn(header.id);
  return [header, parseIfThere(Lane, await ledger.read(laneKey(subject, header.target))) ?? freeLane(subject, header.target)];
}

const refused = (problem: Problem): Commanded => ({ kind: "refused", problem });

async function refusalOf(ports: CommandPorts, header: Header, lane: Lane, { command, attempt, revision }: CommandRequest): Promise<string | undefined> {
  if (attempt !== undefined && attempt !== header.attempt) return `too late, the command means attempt ${attempt}: ${whoCameFirst(header)}`;
  if (isOvertaken(header, revision)) return `too late, it was changed since: ${whoCameFirst(header)}`;
  const refusal =
    commandRefusal(ports.settings, header, command, ports.clock.now()) ?? (command === "undo" ? await undoObstacle(ports, header, lane) : undefined);
  return refusal === undefined || header.commanded === undefined ? refusal : `${refusal}; ${whoCameFirst(header)}`;
}

async function queued(ports: CommandPorts, header: Header, request: CommandRequest, { who, from }: Commander): Promise<Commanded> {
  const { target, id: document, attempt, revision } = header;
  const { command, why: reason, postedAs, unchecked } = request;
  const id = ports.ids.next();
  const said = { ...(postedAs === undefined ? {} : { postedAs }), ...(unchecked === undefined ? {} : { unchecked }) };
  await ports.audit.record({ who, from, action: command, what: document, why: reason, details: { id, site: header.site, attempt, revision, ...said } });
  const notice = { kind: "command", target, document, attempt, command, id, who, why: reason, revision, ...said } as const;
  const [taken] = await ports.queue.send(target, [messageOf(notice, id)]);
  if (taken !== true) return refused(problemOf("not-queued", "the lane's queue did not take the command; give it again"));
  return { kind: "queued", answer: { id, document, command, attempt, revision } };
}
