import type { FakeErpOptions, PostBody } from "../../connectors/plain-json/fake.ts";
import type { FakeCall, Fault, Problem } from "../../connectors/plain-json/fake-faults.ts";
import { subjectOf } from "./documents.ts";

/** What the scenario plants in its ERP: whom it refuses, and what goes wrong with which call. */
export interface ErpRules extends Pick<Required<FakeErpOptions>, "refuses" | "plan"> {
  /** The ERP does not take the plant's acceptance of this order. */
  refuseAcceptanceOf(order: string, problem: Problem): void;
  /** The first call that matches goes wrong, once. Resolves when that call has arrived (and, where the fault commits, is in the books). */
  faultOnce(matches: (call: FakeCall) => boolean, fault: Fault): Promise<void>;
}

type Planted = { readonly matches: (call: FakeCall) => boolean; readonly fault: Fault; readonly arrived: () => void };

export function createErpRules(): ErpRules {
  const refused = new Map<string, Problem>();
  const planted: Planted[] = [];
  return {
    refuseAcceptanceOf: (order, problem) => refused.set(order, problem),
    faultOnce: (matches, fault) =>
      new Promise((resolve) => {
        planted.push({ matches, fault, arrived: resolve });
      }),
    refuses: ({ action, document }: PostBody) => (action === "tell-accepted" ? refused.get(subjectOf(document)) : undefined),
    plan: (call) => {
      const at = planted.findIndex(({ matches }) => matches(call));
      const [found] = at < 0 ? [] : planted.splice(at, 1);
      if (found === undefined) return undefined;
      // The books change in this turn of the event loop, after the plan was asked.
      setImmediate(found.arrived);
      return found.fault;
    },
  };
}

/** The call that tells the ERP of an order, or posts a report. */
export const callAbout =
  (action: FakeCall["action"], id: string) =>
  (call: FakeCall): boolean =>
    call.action === action && call.document?.id === id;
