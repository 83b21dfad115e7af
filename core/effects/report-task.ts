import type { Reason, StepOutcome } from "./outcomes.ts";

/**
 * What a person is to do where an ERP will not book what a plant reported, since sender and tables may both be right (BAD-INPUT 61c, 74 to 76). The names are those of
 * the postings API; any other refusal is the ERP's last word, of which the plant is told.
 */
const TASKS: Readonly<Record<string, { readonly code: string; readonly why: string; readonly owner: string; readonly next: string } | undefined>> = {
  "order-closed": {
    code: "ORL-EFFECT-030",
    why: "the order is closed in the ERP",
    owner: "ERP key user",
    next: "open the order again in the ERP and replay this document; or book it by hand and skip it",
  },
  "order-cancelled": {
    code: "ORL-EFFECT-031",
    why: "the order is cancelled in the ERP",
    owner: "ERP key user",
    next: "book it by hand on the right order, then skip this document",
  },
  "operation-unknown": {
    code: "ORL-EFFECT-032",
    why: "the order has no such operation",
    owner: "MES key user",
    next: "report it again with the id of the operation as the order named it, then skip this document",
  },
  "lot-of-another-material": {
    code: "ORL-EFFECT-033",
    why: "the lot is not one of this material",
    owner: "MES key user",
    next: "report it again with the right lot, then skip this document",
  },
  "too-many-digits": {
    code: "ORL-EFFECT-034",
    why: "the quantity has more digits than the ERP's unit",
    owner: "master data",
    next: "give the unit more digits in the ERP, or report the quantity with fewer, then replay this document",
  },
  "no-conversion": {
    code: "ORL-EFFECT-035",
    why: "the ERP cannot count the material in this unit",
    owner: "master data",
    next: "add the conversion in the ERP, or correct the unit in the MES, then replay this document",
  },
  "more-than-ordered": {
    code: "ORL-EFFECT-036",
    why: "it is more than was ordered, by the ERP's own tolerance",
    owner: "ERP key user",
    next: "count again; where it is right, raise the order or its tolerance in the ERP and replay this document, else report it again and skip it",
  },
  "scrap-above-started": {
    code: "ORL-EFFECT-037",
    why: "more was scrapped than was started",
    owner: "MES key user",
    next: "count again and report it anew, then skip this document",
  },
  "date-in-future": {
    code: "ORL-EFFECT-038",
    why: "its date lies in the future",
    owner: "MES key user",
    next: "report it again with the right date, then skip this document; or replay it once the day has come",
  },
  "period-closed": {
    code: "ORL-EFFECT-039",
    why: "its posting period is closed",
    owner: "ERP key user",
    next: "have finance open the period, then replay this document; or report it again with a date in the open one and skip it",
  },
};

/** A refused posting of a report as a person's task, where it is a known one; the marker stays refused, so that a replay asks anew. */
export function reportTask(step: string, outcome: StepOutcome): StepOutcome {
  if (outcome.kind !== "refused") return outcome;
  const task = taskOf(outcome.reason);
  if (task === undefined) return outcome;
  const { code, why, owner, next } = task;
  return { kind: "park", reason: { ...outcome.reason, code, message: `${why}: ${outcome.reason.message}`, step, owner, next } };
}

const taskOf = ({ text, code }: Reason) => TASKS[text ?? code] ?? TASKS[code];
