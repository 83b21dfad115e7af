import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import type { Action, TargetSystem } from "../../core/effects/target-system.ts";
import type { Clock } from "../../core/ledger/ports.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";
import { booksAnswerOf, findOutcomeOf, lookUpOutcomeOf, outcomeOf, reversalOutcomeOf } from "./classify-answer.ts";
import { answerWith, distortedBy, type FakeAnswer, type FakeCall, type Fault, type Problem, preventedBy } from "./fake-faults.ts";
import { PLAIN_JSON_CAPABILITIES } from "./target-system.ts";

/** One line of the ERP's books, in the order of commit. Lines are never removed: a reversal is a line of its own. */
export type Posting = {
  readonly reference: string;
  readonly key: string;
  readonly action: Action | "reversal";
  readonly type: CanonicalDocument["type"];
  readonly objectId: string;
  readonly orderNumber: string;
  readonly site: string;
  readonly version?: string;
  readonly plantReference?: string;
  readonly reason?: Problem;
  readonly document: CanonicalDocument;
  /** Clock milliseconds. */
  readonly committedAt: number;
  /** Of a reversal: the reference it reverses. */
  readonly reverses?: string;
  /** A person entered it, without a key of ours. */
  readonly byHand?: true;
  /** Reference of the reversal, once there is one. */
  reversedBy?: string;
};

export type PostBody = {
  readonly key: string;
  readonly action: Action;
  readonly document: CanonicalDocument;
  readonly plantReference?: string;
  readonly reason?: Problem;
};
export type ReversalBody = { readonly key: string; readonly original: { readonly key: string; readonly reference: string }; readonly reason?: Problem };

export type FakeErpOptions = {
  readonly clock: Clock;
  /** Runs `action` when the clock reaches `at` (milliseconds). */
  readonly schedule: (at: number, action: () => void) => void;
  /** Refuses for good, by rule. */
  readonly refuses?: (call: PostBody) => Problem | undefined;
  /** Refuses a reversal for good, by rule. */
  readonly refusesReversal?: (original: Posting) => Problem | undefined;
  /** Asked before every call that no queued fault is meant for. */
  readonly plan?: (call: FakeCall) => Fault | undefined;
  /** A repeated key gets the first answer again. By default it makes a second posting: that is what a checker must see. */
  readonly idempotent?: boolean;
  /** A second reversal is refused; by default it is made. */
  readonly guardsReversals?: boolean;
};

export interface FakeErp {
  post(body: PostBody): FakeAnswer;
  reverse(body: ReversalBody): FakeAnswer;
  lookUp(key: string): FakeAnswer;
  /** What the ERP holds, in the order of commit. */
  books(): readonly Posting[];
  /** The lines of its books for one order, as its API tells them: what is in force. */
  booksOf(order: string): FakeAnswer;
  /** What stands under a number of its own, as its API tells it. */
  find(number: string): FakeAnswer;
  /** A person posts something; answers its number. */
  enterByHand(action: Action, document: CanonicalDocument): string;
  /** A person takes a posting back. */
  reverseByHand(reference: string): void;
  /** Every call that arrived. */
  calls(): readonly FakeCall[];
  /** Faults for the next calls, one each, before the plan is asked. */
  faultNext(...faults: readonly Fault[]): void;
}

type Pending = { readonly reference: string; refused?: Problem };

/** A stateful ERP: pure but for its own state, in the caller's time. */
export function createFakeErp(options: FakeErpOptions): FakeErp {
  const { clock, schedule } = options;
  const postings: Posting[] = [];
  const calls: FakeCall[] = [];
  const queue: Fault[] = [];
  /** Taken with a 202; kept after a refusal, so that a look-up can tell. */
  const pending = new Map<string, Pending>();
  let numbers = 0;

  const nextReference = () => {
    numbers += 1;
    return `ERP-${String(numbers).padStart(6, "0")}`;
  };
  const commit = (posting: Omit<Posting, "committedAt">) => {
    const original = postings.find((other) => other.reference === posting.reverses);
    if (original !== undefined) original.reversedBy = posting.reference;
    postings.push({ ...posting, committedAt: clock.now() });
  };
  const faultOf = (call: Omit<FakeCall, "n">): Fault | undefined => {
    const numbered = { n: calls.length + 1, ...call };
    calls.push(numbered);
    return queue.shift() ?? options.plan?.(numbered);
  };

  /** The books change once, now or later, and the answer says so, or does not. */
  const perform = (fault: Fault | undefined, posting: Omit<Posting, "committedAt">): FakeAnswer => {
    const { key, reference } = posting;
    if (fault?.kind === "queue") {
      const entry: Pending = { reference };
      pending.set(key, entry);
      schedule(clock.now() + fault.afterMs, () => {
        if (fault.refuse !== undefined) entry.refused = fault.refuse;
        else {
          pending.delete(key);
          commit(posting);
        }
      });
      return answerWith(202, { status: "queued", key, reference });
    }
    if (fault?.kind === "commit-late") schedule(clock.now() + fault.afterMs, () => commit(posting));
    else if (!(fault !== undefined && "committed" in fault && !fault.committed)) commit(posting);
    return distortedBy(fault, answerWith(201, { status: "applied", key, reference }));
  };

  /** The answer to a repeated key, where this ERP knows repeats. */
  const repeatOf = (key: string, fault: Fault | undefined): FakeAnswer | undefined => {
    const first = options.idempotent === true ? postings.find((posting) => posting.key === key) : undefined;
    return first && distortedBy(fault, answerWith(200, { status: "applied", key, reference: first.reference }));
  };
  const guarded = (original: Posting): FakeAnswer | undefined => {
    if (options.guardsReversals !== true || original.reversedBy === undefined) return undefined;
    return answerWith(409, { code: "already-reversed", message: "it is reversed already", reference: original.reversedBy });
  };
  const process = (call: Omit<FakeCall, "n">, work: (fault: Fault | undefined) => FakeAnswer): FakeAnswer => {
    const fault = faultOf(call);
    return (fault && preventedBy(fault)) ?? work(fault);
  };

  return {
    post: (body) =>
      process({ method: "post", key: body.key, action: body.action, document: body.document }, (fault) => {
        const refused = options.refuses?.(body);
        if (refused !== undefined) return distortedBy(fault, answerWith(422, refused));
        return repeatOf(body.key, fault) ?? perform(fault, postingOf(body, nextReference()));
      }),

    reverse: (body) =>
      process({ method: "reverse", key: body.key }, (fault) => {
        const original = postings.find((posting) => posting.reference === body.original.reference && posting.key === body.original.key);
        if (original === undefined) return answerWith(404, { code: "posting-not-found", message: "there is no such posting" });
        const refused = options.refusesReversal?.(original);
        if (refused !== undefined) return distortedBy(fault, answerWith(422, refused));
        return repeatOf(body.key, fault) ?? guarded(original) ?? perform(fault, reversalOf(original, body, nextReference()));
      }),

    lookUp: (key) => process({ method: "lookUp", key }, (fault) => distortedBy(fault, lookUpAnswerOf(key, postings, pending.get(key)))),

    books: () => postings,
    find: (number) => process({ method: "find", key: number }, (fault) => distortedBy(fault, foundAnswerOf(number, postings))),
    enterByHand: (action, document) => {
      const reference = nextReference();
      commit({ ...postingOf({ key: `by hand ${reference}`, action, document }, reference), byHand: true });
      return reference;
    },
    reverseByHand: (reference) => {
      const original = postings.find((posting) => posting.reference === reference && posting.reversedBy === undefined);
      if (original === undefined) return;
      const number = nextReference();
      commit(reversalOf(original, { key: `by hand ${number}`, original: { key: original.key, reference } }, number));
    },
    booksOf: (order) => answerWith(200, { lines: postings.filter((posting) => isOfOrder(posting, order)).flatMap(bookLinesOf) }),
    calls: () => calls,
    faultNext: (...faults) => {
      queue.push(...faults);
    },
  };
}

const bare = (number: string): string => number.replace(/^0+(?=.)/, "");
const isOfOrder = ({ action, reversedBy, orderNumber }: Posting, order: string): boolean =>
  action !== "reversal" && reversedBy === undefined && bare(orderNumber) === bare(order);

/** Goods issued to the order or received from it. */
function bookLinesOf({ action, document, reference }: Posting): object[] {
  const line = ({ materialUse, materialDefinitionId, materialLotId, quantity }: BookedLine) => ({
    materialUse,
    material: materialDefinitionId,
    ...(materialLotId === undefined ? {} : { lot: materialLotId }),
    quantity,
    reference,
  });
  if (document.type === "MaterialActual" && action === "post") return [line(document)];
  if (document.type !== "SegmentResponse") return [];
  return document.materialActuals.filter(({ materialUse }) => action === BOOKED_BY[materialUse]).map(line);
}

const BOOKED_BY = { Consumed: "post-backflush", Produced: "receive-output" } as const;

type BookedLine = {
  readonly materialUse: string;
  readonly materialDefinitionId: string;
  readonly materialLotId?: string | undefined;
  readonly quantity: { readonly value: string; readonly unit: string };
};

function lookUpAnswerOf(key: string, postings: readonly Posting[], pending: Pending | undefined): FakeAnswer {
  const under = postings.filter((posting) => posting.key === key);
  // Of several under one key, one that is in force answers.
  const posting = under.find((each) => each.reversedBy === undefined) ?? under[0];
  if (posting !== undefined) return answerWith(200, { status: posting.reversedBy === undefined ? "applied" : "reversed", key, reference: posting.reference });
  if (pending === undefined) return answerWith(404, { code: "posting-not-found", message: `there is no posting under ${key}` });
  return answerWith(200, pending.refused === undefined ? { status: "queued", key } : { status: "refused", key, ...pending.refused });
}

function foundAnswerOf(number: string, postings: readonly Posting[]): FakeAnswer {
  const posting = postings.find(({ reference }) => reference === number);
  if (posting === undefined) return answerWith(404, { code: "posting-not-found", message: `there is no posting ${number}` });
  const { key, action, orderNumber, reversedBy, byHand } = posting;
  const lines = bookLinesOf(posting);
  return answerWith(200, {
    status: reversedBy === undefined ? "applied" : "reversed",
    reference: number,
    ...(byHand === true ? {} : { key }),
    action,
    order: orderNumber,
    ...(lines.length === 0 ? {} : { lines }),
  });
}

function postingOf(body: PostBody, reference: string): Omit<Posting, "committedAt"> {
  const { document, ...rest } = body;
  const { version } = document;
  return {
    ...rest,
    reference,
    document,
    type: document.type,
    objectId: document.id,
    orderNumber: orderNumberOf(document),
    site: document.hierarchyScope,
    ...(version === undefined ? {} : { version }),
  };
}

/** Of a report: the order that it reports on, else the lot that it is about. */
function orderNumberOf(document: CanonicalDocument): string {
  if ("operationsRequestId" in document && document.operationsRequestId !== undefined) return document.operationsRequestId;
  return "materialLotId" in document && document.materialLotId !== undefined ? document.materialLotId : document.id;
}

function reversalOf(original: Posting, body: ReversalBody, reference: string): Omit<Posting, "committedAt"> {
  const { committedAt: _committedAt, reversedBy: _reversedBy, ...same } = original;
  return { ...same, key: body.key, action: "reversal", reference, reverses: original.reference, ...(body.reason === undefined ? {} : { reason: body.reason }) };
}

/** The fake as a target, without HTTP and in virtual time: its answers are judged by the very code that judges those of a real partner. A silent answer is known at once. */
export function createFakeErpTarget(fake: FakeErp, clock: Clock): TargetSystem {
  return {
    capabilities: PLAIN_JSON_CAPABILITIES,
    post: async ({ key, action, document, plantReference, reason }) =>
      outcomeOf(
        arriving(
          fake.post({ key, action, document, ...(plantReference === undefined ? {} : { plantReference }), ...(reason === undefined ? {} : { reason }) }),
        ),
        key,
        clock.now(),
      ),
    reverse: async ({ key, original, reason }) =>
      reversalOutcomeOf(arriving(fake.reverse({ key, original, ...(reason === undefined ? {} : { reason }) })), key, clock.now()),
    books: async (order) => booksAnswerOf(arriving(fake.booksOf(order))),
    find: async (number) => findOutcomeOf(arriving(fake.find(number)), number),
    lookUp: async (key) => lookUpOutcomeOf(arriving(fake.lookUp(key)), key, clock.now()),
  };
}

function arriving(answer: FakeAnswer): OutgoingAnswer {
  switch (answer.kind) {
    case "answer":
      return { kind: "answered", status: answer.status, headers: answer.headers, body: answer.body };
    case "cut":
      return { kind: "cut", why: "the answer ended in its middle" };
    case "silent":
      return { kind: "cut", why: "no answer before the deadline" };
    case "down":
      return { kind: "not-sent", why: "ECONNREFUSED" };
  }
}
