import * as z from "zod";
import type { Fate, PortCall, Process } from "./scheduler.ts";
import { idOf } from "./sender.ts";
import type { Tally } from "./tally.ts";
import type { WorldPlan } from "./world-plan.ts";

/** A document whose messages kill the function that handles them, so often, and always at the same place: what a defect of ours, or too large a document, looks like. */
export type Curses = {
  /** What an invocation of advance-lane is given. */
  receive(process: Process, records: readonly { readonly body: string; readonly receiveCount: number }[]): void;
  decide(process: Process, call: PortCall): Fate | undefined;
  documentIn(body: string): string;
};

const Body = z.object({ document: z.string(), kind: z.string() });

type Curse = { readonly document: string; readonly notice: string; readonly call: number | "settle"; left: number };

export function createCurses(plan: WorldPlan, tally: Tally, disturb: () => void): Curses {
  const curses = (plan.curses ?? []).flatMap((curse): Curse[] => {
    const send = plan.sends.find(({ document }) => document.name === curse.document);
    return send === undefined ? [] : [{ document: idOf(send.document, send.key), notice: curse.notice, call: curse.call, left: curse.times }];
  });
  const under = new Map<Process, { readonly curse: Curse; readonly call: number | "settle"; calls: number }>();
  return {
    documentIn: (body) => Body.parse(JSON.parse(body)).document,
    receive: (process, records) => {
      if (curses.length === 0) return;
      const notices = records.map(({ body }) => Body.parse(JSON.parse(body)));
      const curse = curses.find(({ document, notice, left }) => left > 0 && notices.some((each) => each.document === document && each.kind === notice));
      if (curse === undefined) return;
      // 0: as soon as a start is counted, which the lane does from the third receive on, in its second call.
      const isCounted = records.some(({ receiveCount }) => receiveCount >= 3);
      const start = isCounted ? 2 : 1;
      under.set(process, { curse, call: curse.call === 0 ? start : curse.call, calls: 0 });
    },
    decide: (process, call) => {
      const met = under.get(process);
      if (met === undefined) return undefined;
      met.calls += 1;
      const isThere = met.call === "settle" ? call.detail().includes('"settledAt"') : met.calls === met.call;
      if (!isThere || met.curse.left === 0) return undefined;
      met.curse.left -= 1;
      tally.add("fault: killed at the same place, start after start");
      disturb();
      return { kind: "kill", when: met.call === "settle" ? "before" : "after" };
    },
  };
}
