import type { CallOutcome } from "../../core/effects/outcomes.ts";
import type { ReverseCall } from "../../core/effects/target-system.ts";
import type { TrytonClient } from "./client.ts";
import { reverseCycle } from "./cycles.ts";
import { findEffect, idsOn, type KeyNote, referenceOf } from "./find-effect.ts";
import { lookUpInspection, withdrawInspection } from "./inspections.ts";
import { reverseOnLot } from "./lot-effects.ts";
import { movesNoted } from "./moves.ts";
import { reverseOnOrder } from "./order-effects.ts";
import { failureOutcome, outcomes } from "./reasons.ts";
import { reverseMoves } from "./reverse-moves.ts";

/** Takes an effect back, by the record that its key stands on; never twice. What was never posted is refused, and so is what the ERP, or its stock, does not let go. */
export async function reverseEffect(client: TrytonClient, undo: ReverseCall): Promise<CallOutcome> {
  const { deadline, original, document } = undo;
  const found = await findEffect(client, original.key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  const posting = found.notes.find(({ as }) => as === "posting");
  if (posting !== undefined) return reversePosting(client, undo, found.notes, posting);
  // The key of an inspection stands in its own reference.
  const inspection = document.type === "TestResult" ? await lookUpInspection(client, original.key, deadline) : undefined;
  if (inspection?.kind === "retry") return inspection;
  const isWithdrawn = found.notes.some(({ as }) => as === "reversed");
  if (document.type !== "TestResult" || (inspection === undefined && !isWithdrawn)) return outcomes.neverPosted(original.key);
  return withdrawInspection(client, undo, document);
}

async function reversePosting(client: TrytonClient, undo: ReverseCall, notes: readonly KeyNote[], posting: KeyNote): Promise<CallOutcome> {
  const { deadline, document } = undo;
  switch (posting.holder) {
    case "move": {
      const read = await movesNoted(client, notes, deadline);
      return read.kind === "failed" ? failureOutcome(read.failure) : reverseMoves(client, undo, read.moves);
    }
    case "cycle":
      return reverseCycle(client, undo, idsOn(notes, "cycle"));
    case "order":
      return reverseOnOrder(client, undo, posting);
    case "lot":
      return reverseOnLot(client, undo, posting, "materialLotId" in document ? (document.materialLotId ?? referenceOf("lot", posting.id)) : document.id);
  }
}
