import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import type { Clock } from "../../core/ledger/ports.ts";
import { type Answer, type AnswerRead, answerOf, readAnswer } from "./answers.ts";
import { answerWith, distortedBy, type FakeAnswer, type Fault, type Problem, preventedBy } from "./fake-faults.ts";
import { messageOf } from "./plant-message.ts";
import type { Written } from "./writing.ts";

/** A message of this ERP, and what it was told of it since, in the order of arrival. */
export type Sent = { readonly id: string; readonly xml: string; readonly verb: string; readonly objectId: string; readonly told: AnswerRead[] };

/** A message that arrived and was taken; the same number is taken once. */
export type Taken = AnswerRead & { readonly takenAt: number; readonly text: string };

export type FakeB2mmlOptions = {
  readonly clock: Clock;
  /** Runs `action` when the clock reaches `at` (milliseconds). */
  readonly schedule: (at: number, action: () => void) => void;
  /** Its name in its messages. */
  readonly sender: string;
  /** Refuses for good, by rule. */
  readonly refuses?: (answer: AnswerRead) => Problem | undefined;
};

export interface FakeB2mml {
  /** Writes a message of its own: an order or a master, with this verb. Sending it is the caller's. */
  emit(document: CanonicalDocument, verb: string): Sent;
  /** A message of Orderlane: an acknowledgement, a confirmation, or master data. */
  receive(text: string): FakeAnswer;
  /** What it took, in the order of commit. */
  taken(): readonly Taken[];
  sent(): readonly Sent[];
  /** Every text that arrived. */
  arrivals(): readonly string[];
  /** Faults for the next messages, one each. */
  faultNext(...faults: readonly Fault[]): void;
}

class NotWritten extends Error {}

/** A stateful ERP that speaks this language: pure but for its own state, in the caller's time. */
export function createFakeB2mml(options: FakeB2mmlOptions): FakeB2mml {
  const { clock, schedule, sender } = options;
  const sent: Sent[] = [];
  const taken = new Map<string, Taken>();
  const arrivals: string[] = [];
  const queue: Fault[] = [];
  let numbers = 0;

  const head = () => {
    numbers += 1;
    return { id: `${sender}-${String(numbers).padStart(6, "0")}`, createdAt: new Date(clock.now()).toISOString() };
  };
  const take = (read: AnswerRead & { readonly id: string }, text: string) => {
    if (taken.has(read.id)) return;
    taken.set(read.id, { ...read, takenAt: clock.now(), text });
    sent.find((message) => message.id === read.originalId)?.told.push(read);
  };
  const confirm = (id: string, outcome: Answer["outcome"], reason?: Problem): string =>
    xmlOf(
      answerOf({
        outcome,
        message: head(),
        document: { id, hierarchyScope: "none", origin: { messageId: id, createdAt: new Date(clock.now()).toISOString(), form: "V7" } },
        ...(reason === undefined ? {} : { reason }),
      }),
    );
  const refusalOf = (read: AnswerRead & { readonly id: string }, fault: Fault | undefined): FakeAnswer | undefined => {
    if (fault?.kind === "refuse") return answerWith(fault.status, confirm(read.id, "rejected", fault.problem));
    const problem = options.refuses?.(read);
    return problem && answerWith(422, confirm(read.id, "rejected", problem));
  };
  /** The books change once, now or later, or not at all. */
  const takeAs = (fault: Fault | undefined, read: AnswerRead & { readonly id: string }, text: string): void => {
    if (fault?.kind === "take-late") schedule(clock.now() + fault.afterMs, () => take(read, text));
    else if (fault === undefined || !("taken" in fault) || fault.taken) take(read, text);
  };
  const work = (read: AnswerRead & { readonly id: string }, text: string, fault: Fault | undefined): FakeAnswer => {
    const refused = refusalOf(read, fault);
    if (refused !== undefined) return refused;
    if (fault?.kind === "confirm-another") return answerWith(200, confirm("ANOTHER", "accepted"));
    takeAs(fault, read, text);
    return distortedBy(fault, answerWith(200, confirm(read.id, "accepted")));
  };

  return {
    emit: (document, verb) => {
      const { id, createdAt } = head();
      const message = {
        id,
        xml: xmlOf(messageOf(document, { id, createdAt }, { sender, component: "planning", verb })),
        verb,
        objectId: document.id,
        told: [],
      };
      sent.push(message);
      return message;
    },
    receive: (text) => {
      arrivals.push(text);
      const fault = queue.shift();
      const prevented = fault && preventedBy(fault);
      if (prevented !== undefined) return prevented;
      const read = readAnswer(text);
      if (read?.id === undefined) return answerWith(400, "not a message of this language, or without a number");
      return work({ ...read, id: read.id }, text, fault);
    },
    taken: () => [...taken.values()],
    sent: () => sent,
    arrivals: () => arrivals,
    faultNext: (...faults) => {
      queue.push(...faults);
    },
  };
}

function xmlOf(written: Written): string {
  if (written.kind === "unwritable") throw new NotWritten(`${written.reason.message}: ${written.reason.text}`);
  return written.xml;
}
