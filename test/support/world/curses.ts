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
  /** True: the message goes to the dead-letter queue. */
  buries(body: string): boolean;
  documentIn(body: string): string;
};

const Body = z.object({ document: z.string(), kind: z.string() });

type Place = NonNullable<WorldPlan["curses"]>[number]["call"];
type Curse = { readonly document: string; readonly notice: string; readonly call: Place; left: number; thenLost: boolean };

export function createCurses(plan: WorldPlan, tally: Tally, disturb: () => void): Curses {
  const curses = (plan.curses ?? []).flatMap((curse): Curse[] => {
    const send = plan.sends.find(({ document }) => document.name === curse.document);
    return send === undefined
      ? []
      : [{ document: idOf(send.document, send.key), notice: curse.notice, call: curse.call, left: curse.times, thenLost: curse.thenLost === true }];
  });
  const under = new Map<Process, { readonly curse: Curse; readonly call: Place; calls: number }>();
  return {
    buries: (body) => {
      if (curses.length === 0) return false;
      const notice = Body.parse(JSON.parse(body));
      const curse = curses.find((each) => each.thenLost && each.left === 0 && each.document === notice.document && each.notice === notice.kind);
      if (curse === undefined) return false;
      curse.thenLost = false;
      tally.add("fault: message into the dead-letter queue");
      return true;
    },
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
      const isThere = isAt(met.call, met.calls, met.curse.document, call);
      if (!isThere || met.curse.left === 0) return undefined;
      met.curse.left -= 1;
      tally.add("fault: killed at the same place, start after start");
      disturb();
      return { kind: "kill", when: met.call === "settle" || met.call === "wait" ? "before" : "after" };
    },
  };
}

function isAt(place: Place, calls: number, document: string, call: PortCall): boolean {
  switch (place) {
    case "settle":
      return call.detail().includes('"settledAt"');
    case "wait":
      return call.detail().includes('"state":"waiting"');
    case "map":
      return call.port === "payloads" && call.detail().includes(document);
    default:
      return calls === place;
  }
}
