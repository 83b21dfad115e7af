import * as z from "zod";
import type { FakeErp } from "../../../connectors/plain-json/fake.ts";
import { CanonicalDocument, type MaterialActual } from "../../../core/documents/canonical.ts";
import { DocumentId } from "../../../core/documents/ids.ts";
import type { CommandName } from "../../../core/lanes/notices.ts";
import type { MemoryLedgerStore } from "../memory/ledger-store.ts";
import type { Functions } from "./functions.ts";
import { tagsOf } from "./members.ts";
import type { Causes } from "./outcome.ts";
import type { PlannedDocument } from "./planned-documents.ts";
import type { Requests } from "./requests.ts";
import type { Process, Scheduler } from "./scheduler.ts";
import { idOf, type Senders } from "./sender.ts";
import type { Tally } from "./tally.ts";
import type { Entry, PlannedCommand, WorldPlan } from "./world-plan.ts";

export type OperatorsOptions = {
  readonly plan: WorldPlan;
  readonly scheduler: Scheduler;
  readonly tally: Tally;
  readonly requests: Requests;
  readonly over: (process: Process) => Functions;
  readonly erp: FakeErp;
  readonly store: MemoryLedgerStore;
  readonly senders: Senders;
  readonly healsAt: number;
};

const HOUR = 3_600_000;
/** After the healing, when all else has come to rest: a replay may bring up the next document that needs one. */
const MENDS_AFTER_H = [1, 2, 3];

export type Operators = { readonly commands: Causes["commands"]; readonly doneAt: number };

/** Persons who give commands: as the plan says, several at once too; and after the healing, where the plan says so, one who replays whatever stands parked. */
export function createOperators(options: OperatorsOptions): Operators {
  const { plan, scheduler, store, healsAt } = options;
  const commands: Causes["commands"][number][] = [];

  async function give(site: string, document: DocumentId, command: CommandName, said: Said = {}): Promise<void> {
    if (command === "replay" && isUnsure(store, document) && isPostedAnyhow(options, document)) return;
    const taken = await options.requests.call("command-document", (process) => options.over(process).command(site, document, command, said));
    if (taken === "refused") return;
    options.tally.add(`operator: ${command}`);
    commands.push({ document, command, at: scheduler.now() });
  }

  /** Whoever entered something by hand, and was refused, takes it back. */
  function takeBack(entered: readonly Entered[]): void {
    for (const { document, reference } of entered) {
      const isTaken = store.some(({ id, sk, markers }) => id === document && sk.startsWith("DOC#") && JSON.stringify(markers).includes(`"${reference}"`));
      if (!isTaken) options.erp.reverseByHand(reference);
    }
  }

  async function mend(): Promise<void> {
    for (const item of store.all()) {
      // What a person entered, a person reverses, before the document that waits for it is replayed.
      const task = Task.safeParse(item.reason);
      if (item.state === "parked" && task.success) options.erp.reverseByHand(task.data.text);
      if (item.sk.startsWith("DOC#") && item.state === "parked") await give(String(item.site), DocumentId.parse(item.id), "replay");
    }
  }

  const entered: Entered[] = [];
  /** What a person enters counts, whether or not the command then reaches the lane. */
  function note({ command, entry }: PlannedCommand, document: DocumentId, reference: string): void {
    if (entry === "foreign" || entry === "none") return;
    if (entry !== "wrong") entered.push({ document, reference });
    commands.push({ document, command, at: scheduler.now() });
  }
  for (const planned of plan.commands) {
    const send = plan.sends.find(({ document }) => document.name === planned.document);
    if (send === undefined) continue;
    const { site } = send.document;
    const id = idOf(send.document, send.key);
    const said = () => (planned.command === "resolve" ? enteredByHand(options, planned, send.document, id) : {});
    scheduler.after(planned.at, () => {
      const words = said();
      if (words?.postedAs !== undefined) note(planned, id, words.postedAs);
      if (words !== undefined) watched(scheduler, give(site, id, planned.command, words));
    });
  }
  scheduler.at(healsAt + HOUR / 2, () => takeBack(entered));
  if (plan.mends) for (const hours of MENDS_AFTER_H) scheduler.at(healsAt + hours * HOUR, () => watched(scheduler, mend()));
  const last = plan.commands.some(({ command }) => command === "resolve") ? HOUR / 2 : 0;
  const doneAt = plan.mends ? healsAt + Math.max(...MENDS_AFTER_H) * HOUR + 1 : healsAt + last;
  // Time goes on until then, even where nothing else happens.
  for (const moment of [healsAt, doneAt]) scheduler.at(moment, () => {});
  return { commands, doneAt };
}

type Entered = { readonly document: DocumentId; readonly reference: string };
const Task = z.object({ code: z.literal("ORL-EFFECT-017"), text: z.string() });
type Said = { readonly postedAs?: string; readonly unchecked?: true };

/**
 * A person looks first: only a document that is stopped, and of which nothing stands in the ERP, is entered by hand. Then names its number, or, in error, another one.
 * One who gives the command again does not enter it again.
 */
function enteredByHand(options: OperatorsOptions, planned: PlannedCommand, about: PlannedDocument, id: DocumentId): Said | undefined {
  const header = options.store.all().find((item) => item.id === id && item.sk.startsWith("DOC#"));
  const document = canonicalOf(about);
  if (header === undefined || header.state !== "parked" || document === undefined || document.type !== "MaterialActual") return undefined;
  const entry = planned.entry === undefined ? "right" : planned.entry;
  options.tally.add(`operator: enters ${entry}`);
  const postedAs = numberOf(options, entry, document, id);
  if (postedAs === undefined) return undefined;
  // Nobody says that they looked who did not: a person's word stands for what nobody can check.
  return { postedAs, ...(planned.unchecked === undefined || entry !== "right" ? {} : { unchecked: planned.unchecked }) };
}

function numberOf({ erp, store }: OperatorsOptions, entry: Entry, document: MaterialActual, id: DocumentId): string | undefined {
  switch (entry) {
    case "none":
      return "ERP-999999";
    case "foreign":
      return erp.books().find(({ objectId, reversedBy }) => objectId !== document.id && reversedBy === undefined)?.reference;
    case "wrong":
      return erp.enterByHand("post", { ...document, id: `${document.id} of another order`, operationsRequestId: "7777777" });
    case "reversed": {
      if (isUnsure(store, id) || isInBooks(erp, document)) return undefined;
      const reference = erp.enterByHand("post", document);
      erp.reverseByHand(reference);
      return reference;
    }
    case "right":
      return isUnsure(store, id) || isInBooks(erp, document) ? undefined : erp.enterByHand("post", document);
  }
}

/** Whoever posts by hand looks in the books first. */
const isInBooks = (erp: FakeErp, { id, type }: CanonicalDocument): boolean =>
  erp.books().some((posting) => posting.type === type && posting.objectId === id && posting.action !== "reversal" && posting.reversedBy === undefined);

function canonicalOf({ wire }: PlannedDocument): CanonicalDocument | undefined {
  const parsed = CanonicalDocument.safeParse(wire);
  return parsed.success ? parsed.data : undefined;
}

/** What became of one of its calls is not known: a replay would say that somebody looked. */
const isUnsure = (store: MemoryLedgerStore, document: DocumentId): boolean =>
  store.some(({ id, sk, markers }) => id === document && sk.startsWith("DOC#") && JSON.stringify(markers).includes('"lookAt"'));

/** Where the ERP cannot be asked for its postings, a replay says that somebody looked and found none. */
function isPostedAnyhow({ plan, erp, senders }: OperatorsOptions, document: DocumentId): boolean {
  if (plan.erp.lookup || plan.erp.idempotent) return false;
  const known = senders.log().find(({ id }) => id === document)?.document;
  return erp
    .books()
    .some(
      (posting) =>
        (known !== undefined && tagsOf(plan, posting.document).includes(known.tag)) ||
        (known?.report !== undefined && posting.objectId === known.report.number),
    );
}

function watched(scheduler: Scheduler, work: Promise<void>): void {
  work.then(
    () => {},
    (error: unknown) => scheduler.crash(error),
  );
}
