import type { FakeErp } from "../../../connectors/plain-json/fake.ts";
import { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { DocumentId } from "../../../core/documents/ids.ts";
import type { CommandName } from "../../../core/lanes/notices.ts";
import type { MemoryLedgerStore } from "../memory/ledger-store.ts";
import type { Functions } from "./functions.ts";
import { tagsOf } from "./members.ts";
import type { Causes } from "./outcome.ts";
import type { Requests } from "./requests.ts";
import type { Process, Scheduler } from "./scheduler.ts";
import { idOf, type Senders } from "./sender.ts";
import type { Tally } from "./tally.ts";
import type { PlannedDocument } from "./planned-documents.ts";
import type { PlannedCommand, WorldPlan } from "./world-plan.ts";

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

  async function mend(): Promise<void> {
    for (const item of store.all()) {
      if (item.sk.startsWith("DOC#") && item.state === "parked") await give(String(item.site), DocumentId.parse(item.id), "replay");
    }
  }

  for (const planned of plan.commands) {
    const send = plan.sends.find(({ document }) => document.name === planned.document);
    if (send === undefined) continue;
    const { site } = send.document;
    const id = idOf(send.document, send.key);
    const said = () => (planned.command === "resolve" ? enteredByHand(options, planned, send.document, id) : {});
    scheduler.after(planned.at, () => {
      const words = said();
      if (words !== undefined) watched(scheduler, give(site, id, planned.command, words));
    });
  }
  if (plan.mends) for (const hours of MENDS_AFTER_H) scheduler.at(healsAt + hours * HOUR, () => watched(scheduler, mend()));
  const doneAt = plan.mends ? healsAt + Math.max(...MENDS_AFTER_H) * HOUR + 1 : healsAt;
  // Time goes on until then, even where nothing else happens.
  for (const moment of [healsAt, doneAt]) scheduler.at(moment, () => {});
  return { commands, doneAt };
}

type Said = { readonly postedAs?: string; readonly unchecked?: true };

/**
 * A person looks first: only a document that is stopped, and of which nothing stands in the ERP, is entered by hand. Then names its number, or, in error, another one.
 * One who gives the command again does not enter it again.
 */
function enteredByHand(options: OperatorsOptions, { entry = "right", unchecked }: PlannedCommand, planned: PlannedDocument, id: DocumentId): Said | undefined {
  const { erp, store, tally } = options;
  const header = store.all().find((item) => item.id === id && item.sk.startsWith("DOC#"));
  const document = canonicalOf(planned);
  if (header === undefined || header.state !== "parked" || document === undefined) return undefined;
  const word = unchecked === undefined ? {} : { unchecked };
  tally.add(`operator: enters ${entry}`);
  switch (entry) {
    case "none":
      return { postedAs: "ERP-999999" };
    case "foreign": {
      const other = erp.books().find(({ objectId, reversedBy }) => objectId !== document.id && reversedBy === undefined);
      return other === undefined ? undefined : { postedAs: other.reference };
    }
    case "wrong": {
      const wrong = document.type === "MaterialActual" ? { ...document, materialDefinitionId: "OTHER" } : document;
      const reference = erp.enterByHand("post", wrong);
      // Seen to be wrong, and taken back, before anything else.
      erp.reverseByHand(reference);
      return { postedAs: reference };
    }
    case "right": {
      if (isUnsure(store, id) || isInBooks(erp, document) || document.type !== "MaterialActual") return undefined;
      return { postedAs: erp.enterByHand("post", document), ...word };
    }
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
