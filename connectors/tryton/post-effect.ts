import type { MaterialActual, SegmentResponse } from "../../core/documents/canonical.ts";
import type { CallOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import type { Wording } from "../../core/effects/wording.ts";
import { bookMoves } from "./book-moves.ts";
import type { TrytonClient } from "./client.ts";
import { confirmOperation } from "./cycles.ts";
import { recordInspection } from "./inspections.ts";
import { holdLot, postLot } from "./lot-effects.ts";
import { completeOrder, schedule, tellOrder } from "./order-effects.ts";
import { type Line, planLines, wordsOfLine } from "./plan-lines.ts";
import { outcomes } from "./reasons.ts";

/** Makes one effect, once per posting key. */
export function postEffect(client: TrytonClient, call: EffectCall, tolerance: string): Promise<CallOutcome> {
  const { action, document } = call;
  switch (action) {
    case "tell-accepted":
    case "tell-rejected":
    case "tell-undone":
      return tellOrder(client, call, action);
    case "post":
      return postDocument(client, call, tolerance);
    case "confirm-operation":
    case "post-backflush":
    case "receive-output":
    case "set-order-state":
      return document.type === "SegmentResponse" ? report(client, call, action, document, tolerance) : notCarried(action, document.type);
    case "record-inspection":
      return document.type === "TestResult" ? recordInspection(client, call, document) : notCarried(action, document.type);
    case "block-lot":
    case "release-lot":
      return document.type === "TestResult" ? holdLot(client, call, document, action) : notCarried(action, document.type);
  }
}

const notCarried = async (action: string, type: string): Promise<CallOutcome> => outcomes.notCarried(`${action} of a ${type}`);

function postDocument(client: TrytonClient, call: EffectCall, tolerance: string): Promise<CallOutcome> {
  const { document } = call;
  switch (document.type) {
    case "MaterialActual":
      return bookLines(client, call, [consumed(document)], "input", tolerance);
    case "MaterialLot":
      return postLot(client, call, document, tolerance);
    case "OperationsRequest":
      return schedule(client, call, document);
    default:
      return Promise.resolve(outcomes.notCarried(document.type));
  }
}

const consumed = ({ type: _type, id: _id, materialUse: _use, verb: _verb, version: _version, origin: _origin, ...says }: MaterialActual): Line => ({
  at: "",
  says,
});

type Reporting = "confirm-operation" | "post-backflush" | "receive-output" | "set-order-state";

function report(client: TrytonClient, call: EffectCall, action: Reporting, document: SegmentResponse, tolerance: string): Promise<CallOutcome> {
  switch (action) {
    case "confirm-operation":
      return confirmOperation(client, call, document);
    case "post-backflush":
      return bookLines(client, call, linesOf(document, "Consumed"), "input", tolerance);
    case "receive-output":
      return bookLines(client, call, linesOf(document, "Produced"), "output", tolerance);
    case "set-order-state":
      return completeOrder(client, call, document.operationsRequestId);
  }
}

/** The lines of a report as if each had come alone. */
function linesOf(document: SegmentResponse, use: "Consumed" | "Produced"): Line[] {
  const { hierarchyScope, operationsRequestId, segmentRequirementId, actualStartTime, actualEndTime, postingDate } = document;
  const time = actualEndTime ?? actualStartTime;
  const common = {
    hierarchyScope,
    operationsRequestId,
    segmentRequirementId,
    ...(time === undefined ? {} : { actualTime: time }),
    ...(postingDate === undefined ? {} : { postingDate }),
  };
  return document.materialActuals.flatMap(({ id: _id, materialUse, ...line }, at) =>
    materialUse === use ? [{ at: `/materialActuals/${at}`, says: { ...common, ...line } }] : [],
  );
}

/** What of an effect can be said before Tryton is asked: the lines of a booking. The records that they mean, and the calls for all else, follow from what it has. */
export function trytonWording({ action, document }: EffectCall): Wording {
  const lines = linesSaid(action, document).map(wordsOfLine);
  const words = lines.flatMap((line) => (line.kind === "said" ? [line.words] : []));
  const refused = lines.find((line) => line.kind === "unsaid");
  if (refused?.kind === "unsaid" && "reason" in refused.outcome) return { kind: "unsaid", reason: refused.outcome.reason };
  if (words.length === 0) return { kind: "unsaid", reason: FOLLOWS_ITS_RECORDS };
  return { kind: "said", call: `${action} (JSON-RPC)`, text: JSON.stringify(words), complete: false };
}

function linesSaid(action: EffectCall["action"], document: EffectCall["document"]): readonly Line[] {
  if (document.type === "MaterialActual") return action === "post" ? [consumed(document)] : [];
  if (document.type !== "SegmentResponse") return [];
  if (action === "post-backflush") return linesOf(document, "Consumed");
  return action === "receive-output" ? linesOf(document, "Produced") : [];
}

const FOLLOWS_ITS_RECORDS = {
  code: "ORL-TRYTON-099",
  message: "its calls follow from the records that the ERP has: nothing of them can be told without asking it",
};

function bookLines(client: TrytonClient, call: EffectCall, lines: readonly Line[], side: "input" | "output", tolerance: string): Promise<CallOutcome> {
  const { key, deadline } = call;
  return bookMoves(client, {
    key,
    deadline,
    plan: () => planLines(client, lines, { side, tolerance }, deadline),
    said: lines.map(({ says }) => says.quantity.value),
  });
}
