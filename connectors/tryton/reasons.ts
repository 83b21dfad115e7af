import * as z from "zod";
import type { CallOutcome, LookUpOutcome, Reason } from "../../core/effects/outcomes.ts";
import refusals from "./mapping/refusals.json" with { type: "json" };
import { dependency, ERP, INTEGRATION, MASTER, MES, parked } from "./owners.ts";
import { reportOutcomes } from "./report-outcomes.ts";
import type { RpcFailure, RpcOutcome } from "./rpc-outcome.ts";

/** What the server says in its own words (mapping/refusals.json), and what that means to a person. */
const Refusal = z.strictObject({ contains: z.string(), code: z.string(), message: z.string(), owner: z.string(), next: z.string() });
/** What another's call did at the same moment: the next try reads anew. */
const Passing = Refusal.pick({ contains: true, code: true, message: true });
const REFUSALS = z.strictObject({ tasks: z.array(Refusal), passing: z.array(Passing) }).parse(refusals);

export const outcomes = {
  ...reportOutcomes,
  notCarried: (what: string) =>
    parked({
      code: "ORL-TRYTON-001",
      message: `the connector tryton does not post ${what}`,
      owner: INTEGRATION,
      next: "route it to a connection that does, then replay",
    }),
  orderUnknown: (order: string) =>
    dependency(`order:${order}`, { code: "ORL-TRYTON-002", message: `the ERP has no production ${order}`, field: "/operationsRequestId", text: order }),
  orderNotRunning: (order: string) =>
    dependency(`order:${order}`, {
      code: "ORL-TRYTON-003",
      message: `production ${order} is not started in the ERP (its Run button)`,
      field: "/operationsRequestId",
      text: order,
    }),
  orderEnded: (order: string, state: string, who: string, when: string) =>
    parked({
      code: "ORL-TRYTON-004",
      message: `production ${order} is ${state} in the ERP; last changed by ${who} at ${when}`,
      field: "/operationsRequestId",
      text: order,
      owner: ERP,
      next: "post it by hand on the right order and resolve this document, or skip it",
    }),
  several: (what: string, field: string, text: string) =>
    parked({
      code: "ORL-TRYTON-005",
      message: `the ERP has several of ${what} ${text}`,
      field,
      text,
      owner: MASTER,
      next: "leave one of them active in the ERP, then replay this document",
    }),
  materialUnknown: (material: string) =>
    dependency(`material:${material}`, {
      code: "ORL-TRYTON-006",
      message: `the ERP has no product ${material}`,
      field: "/materialDefinitionId",
      text: material,
    }),
  lotUnknown: (lot: string) => dependency(`lot:${lot}`, { code: "ORL-TRYTON-007", message: `the ERP has no lot ${lot}`, field: "/materialLotId", text: lot }),
  lotOfAnother: (lot: string, material: string) =>
    parked({
      code: "ORL-TRYTON-008",
      message: `lot ${lot} is not one of ${material}`,
      field: "/materialLotId",
      text: lot,
      owner: MES,
      next: "report it again with the right lot, then skip this document",
    }),
  lotNeeded: (material: string) =>
    parked({
      code: "ORL-TRYTON-021",
      message: `the ERP needs a lot for ${material}`,
      field: "/materialLotId",
      owner: MES,
      next: "report it again with its lot, then skip this document",
    }),
  unitUnknown: (unit: string) =>
    parked({
      code: "ORL-TRYTON-009",
      message: `the ERP has no unit ${unit}`,
      field: "/quantity/unit",
      text: unit,
      owner: MASTER,
      next: "add the unit in the ERP, then replay this document",
    }),
  noConversion: (unit: string, material: string) =>
    parked({
      code: "ORL-TRYTON-010",
      message: `${material} cannot be counted in ${unit}`,
      field: "/quantity/unit",
      text: unit,
      owner: MASTER,
      next: "correct the unit in the MES or in the ERP, then replay this document",
    }),
  locationUnknown: (location: string) =>
    parked({
      code: "ORL-TRYTON-011",
      message: `the ERP has no storage location ${location}`,
      field: "/storageLocation",
      text: location,
      owner: MASTER,
      next: "add its code in the ERP, then replay this document",
    }),
  tooManyDigits: (quantity: string, digits: number, unit: string) =>
    parked({
      code: "ORL-TRYTON-012",
      message: `${quantity} has more digits than the ERP's unit ${unit} (${digits})`,
      field: "/quantity/value",
      text: quantity,
      owner: MASTER,
      next: "give the unit more digits in the ERP, or report the quantity with fewer, then replay this document",
    }),
  remainder: (quantity: string, unit: string, remainder: string) =>
    parked({
      code: "ORL-TRYTON-013",
      message: `${quantity} in the ERP's own unit ${unit} would lose ${remainder}`,
      field: "/quantity/value",
      text: quantity,
      owner: MASTER,
      next: "give the product's unit more digits in the ERP, then replay this document",
    }),
  notEnough: (what: string, left: string) =>
    dependency(`stock:${what}`, {
      code: "ORL-TRYTON-014",
      message: `not enough stock of ${what}: with this and all that is reserved ${left} would be left`,
      field: "/quantity/value",
      text: what,
    }),
  reversedThere: (reference: string) =>
    parked({
      code: "ORL-TRYTON-015",
      message: `${reference} was posted and reversed in the ERP`,
      text: reference,
      owner: ERP,
      next: "find out who reversed it, then replay or skip this document",
    }),
  altered: (reference: string, quantity: string) =>
    parked({
      code: "ORL-TRYTON-016",
      message: `${reference} is posted with another quantity: ${quantity}`,
      text: reference,
      owner: ERP,
      next: "correct the move in the ERP by hand, then resolve this document",
    }),
  noEffect: (reference: string, state: string): CallOutcome => ({
    kind: "retry",
    reason: { code: "ORL-TRYTON-017", message: `the ERP said yes, and ${reference} is ${state} all the same` },
  }),
  partlyReturned: (reference: string): CallOutcome => ({
    kind: "refused",
    reason: {
      code: "ORL-TRYTON-018",
      message: `a part of ${reference} was returned in the ERP already`,
      text: reference,
      owner: ERP,
      next: "return the rest by hand, then resolve this document",
    },
  }),
  neverPosted: (key: string): CallOutcome => ({
    kind: "refused",
    reason: { code: "ORL-TRYTON-019", message: "the ERP has no posting under our key", text: key },
  }),
} as const;

/** What a person can do about the server's refusal: by its own words where we know them. */
function refusalReason(message: string): Reason {
  const known = REFUSALS.tasks.find(({ contains }) => message.includes(contains));
  if (known === undefined)
    return { code: "ORL-TRYTON-030", message: `the ERP refuses: ${message}`, owner: ERP, next: "clear what the ERP objects to, then replay this document" };
  const { code, owner, next } = known;
  return { code, message: `${known.message} (${message})`, owner, next };
}

function refusedCall(message: string): Extract<CallOutcome, { kind: "retry" | "park" }> {
  const passing = REFUSALS.passing.find(({ contains }) => message.includes(contains));
  if (passing === undefined) return parked(refusalReason(message));
  return { kind: "retry", reason: { code: passing.code, message: `${passing.message} (${message})` } };
}

/** What a call came to that books nothing itself: nothing of it is in the books, whatever became of it. */
export function failureOutcome(failure: RpcFailure): Extract<CallOutcome, { kind: "retry" | "park" }> {
  switch (failure.kind) {
    case "not-sent":
    case "busy":
    case "unsure":
    case "session-ended":
    case "changed-meanwhile":
      return retryOf(failure);
    case "blocked":
      return parked({
        code: "ORL-TRYTON-031",
        message: `the connection's address is not one that we call: ${failure.why}`,
        owner: INTEGRATION,
        next: "correct the connection's url, then replay",
      });
    case "credentials-refused":
    case "login-asked":
      return parked({
        code: "ORL-TRYTON-032",
        message: `the ERP does not accept our credentials: ${textOf(failure)}`,
        owner: INTEGRATION,
        next: "renew the connection's call secret, or the user's rights in the ERP, then replay",
      });
    case "user-error":
      return refusedCall(failure.message);
    case "user-warning":
      return parked({
        code: "ORL-TRYTON-033",
        message: `the ERP warns: ${failure.message}`,
        owner: ERP,
        next: "post it by hand if it is meant, and resolve this document; else skip it",
      });
    case "strange":
    case "fault":
      return parked({
        code: "ORL-TRYTON-034",
        message: `the ERP does not take this call: ${textOf(failure)}`,
        owner: INTEGRATION,
        next: "check the connection's url and the ERP's version and modules, then replay",
      });
  }
}

const retryOf = (failure: RpcFailure): CallOutcome & LookUpOutcome & { kind: "retry" } => {
  const reason = { code: "ORL-TRYTON-035", message: `the ERP could not do it now: ${textOf(failure)}` };
  return failure.kind === "busy" && failure.afterSeconds !== undefined
    ? { kind: "retry", afterSeconds: failure.afterSeconds, reason }
    : { kind: "retry", reason };
};

/** What is not known of a call that books or reverses. */
export const unsureOutcome = (failure: RpcFailure): CallOutcome => ({
  kind: "unknown",
  reason: { code: "ORL-TRYTON-036", message: `whether the ERP booked it is unknown: ${textOf(failure)}` },
});

/** A look-up that failed says nothing; only the server's own rows do. */
export const lookUpFailure = (failure: RpcFailure): LookUpOutcome & { kind: "retry" } => retryOf(failure);

/** A refused reversal: the same words, as a refusal. */
export const reversalRefusal = (message: string): CallOutcome => ({ kind: "refused", reason: refusalReason(message) });

/** The server did not say that it rolled back. */
export const mayHaveHappened = ({ kind }: RpcFailure): boolean => kind === "unsure" || kind === "busy" || kind === "session-ended" || kind === "strange";

/** Of a call that is the effect itself: done, not done and why, or not known. */
export const doneOutcome = (outcome: RpcOutcome, reference: string): CallOutcome => {
  if (outcome.kind === "result") return { kind: "applied", reference };
  return mayHaveHappened(outcome) ? unsureOutcome(outcome) : failureOutcome(outcome);
};

function textOf(failure: RpcFailure): string {
  if ("why" in failure) return failure.why;
  return "message" in failure ? failure.message : "our session ended";
}
