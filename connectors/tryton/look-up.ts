import { PostingKey } from "../../core/documents/ids.ts";
import type { LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { TrytonClient } from "./client.ts";
import { lookUpCycle } from "./cycles.ts";
import { findEffect, idsOn, type KeyNote, referenceOf } from "./find-effect.ts";
import { lookUpInspection, WITHDRAWN } from "./inspections.ts";
import { movesNoted, readMoves } from "./moves.ts";
import { lookUpOnOrder } from "./order-effects.ts";
import { lookUpFailure } from "./reasons.ts";
import { isReversed, lookUpMoves } from "./reverse-moves.ts";

/** Is there an effect under this key, or a reversal, and is it in force? By the record that our key stands on; what is only noted or reserved is none. Changes nothing. */
export async function lookUpEffect(client: TrytonClient, key: PostingKey, deadline: number): Promise<LookUpOutcome> {
  const found = await findEffect(client, key, deadline);
  if (found.kind === "failed") return lookUpFailure(found.failure);
  const reversal = found.notes.find(({ as }) => as === "reversal");
  if (reversal !== undefined) return lookUpReversal(client, found.notes, reversal, deadline);
  const posting = found.notes.find(({ as }) => as === "posting");
  if (posting !== undefined) return lookUpPosting(client, found.notes, posting, deadline);
  const inspection = await lookUpInspection(client, key, deadline);
  if (inspection !== undefined) return inspection;
  const withdrawn = found.notes.find(({ as }) => as === "reversed");
  return withdrawn === undefined ? { kind: "not-found" } : { kind: "found", reference: referenceOf(withdrawn.holder, withdrawn.id), reversed: true };
}

async function lookUpPosting(client: TrytonClient, notes: readonly KeyNote[], posting: KeyNote, deadline: number): Promise<LookUpOutcome> {
  switch (posting.holder) {
    case "move": {
      const read = await movesNoted(client, notes, deadline);
      return read.kind === "failed" ? lookUpFailure(read.failure) : lookUpMoves(client, read.moves, deadline);
    }
    case "cycle":
      return lookUpCycle(client, idsOn(notes, "cycle"), posting.detail, "posting", deadline);
    case "order":
      return lookUpOnOrder(client, notes, posting, deadline);
    case "lot":
      return { kind: "found", reference: referenceOf("lot", posting.id), reversed: notes.some(({ as }) => as === "reversed") };
  }
}

/** Its note is written before it happens: the record tells. */
async function lookUpReversal(client: TrytonClient, notes: readonly KeyNote[], reversal: KeyNote, deadline: number): Promise<LookUpOutcome> {
  const reference = referenceOf(reversal.holder, reversal.id);
  switch (reversal.holder) {
    case "move": {
      const read = await readMoves(
        client,
        notes.filter(({ as, holder }) => as === "reversal" && holder === "move"),
        deadline,
      );
      if (read.kind === "failed") return lookUpFailure(read.failure);
      const all = referenceOf("move", ...read.moves.map(({ id }) => id));
      return isReversed(read.moves) ? { kind: "found", reference: all, reversed: false } : { kind: "not-found" };
    }
    case "cycle":
      return lookUpCycle(client, [reversal.id], reversal.detail, "reversal", deadline);
    case "order":
      return { kind: "found", reference, reversed: false };
    case "lot":
      return withdrawalOf(client, reversal, reference, deadline);
  }
}

async function withdrawalOf(client: TrytonClient, { detail }: KeyNote, reference: string, deadline: number): Promise<LookUpOutcome> {
  const [word, original] = detail.split(/\s/);
  const key = PostingKey.safeParse(original);
  const inspection = word === WITHDRAWN && key.success ? await lookUpInspection(client, key.data, deadline) : undefined;
  if (inspection?.kind === "retry") return inspection;
  return inspection === undefined ? { kind: "found", reference, reversed: false } : { kind: "not-found" };
}
