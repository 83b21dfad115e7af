import type { FakeErp } from "../../../connectors/plain-json/fake.ts";
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
import type { WorldPlan } from "./world-plan.ts";

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

  async function give(site: string, document: DocumentId, command: CommandName): Promise<void> {
    if (command === "replay" && isUnsure(store, document) && isPostedAnyhow(options, document)) return;
    const taken = await options.requests.call("command-document", (process) => options.over(process).command(site, document, command));
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
    if (send !== undefined) scheduler.after(planned.at, () => watched(scheduler, give(send.document.site, idOf(send.document, send.key), planned.command)));
  }
  if (plan.mends) for (const hours of MENDS_AFTER_H) scheduler.at(healsAt + hours * HOUR, () => watched(scheduler, mend()));
  const doneAt = plan.mends ? healsAt + Math.max(...MENDS_AFTER_H) * HOUR + 1 : healsAt;
  // Time goes on until then, even where nothing else happens.
  for (const moment of [healsAt, doneAt]) scheduler.at(moment, () => {});
  return { commands, doneAt };
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
