import type { Posting } from "../../../connectors/plain-json/fake.ts";
import type { FakeCall } from "../../../connectors/plain-json/fake-faults.ts";
import type { DocumentId } from "../../../core/documents/ids.ts";
import type { CommandName } from "../../../core/lanes/notices.ts";
import type { Item } from "../../../core/ledger/ledger-store.ts";
import type { Settings } from "../../../core/settings/settings.ts";
import type { JournalLine, Mes } from "./plant.ts";
import type { SentLine } from "./sender.ts";
import type { WorldPlan } from "./world-plan.ts";

/** What is left when a world has come to rest: the books of both systems, the sender's log, and the ledger for the few states that a checker may read. */
export type Outcome = {
  readonly plan: WorldPlan;
  /** `limit`: it never came to rest. */
  readonly end: "over" | "idle" | "limit";
  /** What was not at rest then. */
  readonly restless: readonly string[];
  readonly settings: Settings;
  readonly sent: readonly SentLine[];
  readonly postings: readonly Posting[];
  /** Every call that reached the ERP. */
  readonly erpCalls: readonly FakeCall[];
  readonly plants: ReadonlyMap<string, Mes>;
  readonly journal: readonly JournalLine[];
  readonly ledger: readonly Item[];
  /** What was planted while it ran, beyond what the plan says. */
  readonly causes: Causes;
  /** Defects that need no judge: a forbidden transition, an error that no port threw. */
  readonly defects: readonly string[];
  readonly portCalls: number;
};

export type Causes = {
  /** How many calls of ports were killed, failed, slowed or frozen. */
  readonly disturbed: number;
  /** How many of them froze their process: it went on when nobody waited for it any more. */
  readonly frozen: number;
  /** Documents whose message went to the dead-letter queue. */
  readonly buried: ReadonlySet<string>;
  /** Tags of documents whose posting somebody in the ERP reversed. */
  readonly reversed: ReadonlySet<string>;
  /** Commands that were put into a lane. */
  readonly commands: readonly { readonly document: DocumentId; readonly command: CommandName; readonly at: number }[];
  /** Conflicting verdicts that agents were told of. */
  readonly conflicts: number;
};
