import type { Reason } from "./outcomes.ts";
import { reasons } from "./reasons.ts";

/** What is to be done where an ERP will not take a posting back (MESSAGES.md: refusals an ERP gives to a reversal). The names are those of the postings API; a connector maps its system's words to them. */
const TASKS: Readonly<Record<string, { readonly code: string; readonly why: string; readonly next: string } | undefined>> = {
  "posted-on": {
    code: "ORL-EFFECT-010",
    why: "what it posted was posted on",
    next: "take back in the ERP what was posted after it, then replay this document",
  },
  "has-successors": {
    code: "ORL-EFFECT-011",
    why: "other documents in the ERP were made from it",
    next: "take back the documents that follow it in the ERP, the last one first, then replay this document",
  },
  "would-go-negative": {
    code: "ORL-EFFECT-012",
    why: "the stock would become negative",
    next: "post the stock that is missing in the ERP, or take back who took it, then replay this document",
  },
  "order-closed": {
    code: "ORL-EFFECT-013",
    why: "the order is closed",
    next: "open the order again in the ERP, replay this document, then close the order",
  },
  "period-closed": {
    code: "ORL-EFFECT-014",
    why: "its posting period is closed",
    next: "have finance open the period, or correct it there in the open period and skip this document",
  },
  "posting-not-found": {
    code: "ORL-EFFECT-015",
    why: "the ERP does not find the posting",
    next: "find out in the ERP what became of the posting; when nothing of it is in force, skip this document",
  },
};

/** A refused reversal as a person's task: one of the known ones with its own next step, else whatever the ERP says; a connector's own task stands. */
export function reversalTask(step: string, refusal: Reason): Reason {
  if (refusal.owner !== undefined && refusal.next !== undefined) return { ...refusal, step };
  const task = TASKS[refusal.text ?? refusal.code] ?? TASKS[refusal.code];
  if (task === undefined) return reasons.undoRefused(step, refusal.message);
  const { code, why, next } = task;
  return { code, message: `the reversal of ${step} was refused, ${why}: ${refusal.message}`, step, owner: "ERP key user", next };
}
