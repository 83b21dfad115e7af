import * as z from "zod";
import type { PostingKey } from "../../core/documents/ids.ts";
import type { TrytonClient } from "./client.ts";
import { filled } from "./fill-template.ts";
import type { RpcFailure, RpcOutcome } from "./rpc-outcome.ts";
import { RPC } from "./rpc-table.ts";
import { decimalTextOf, typedTextOf } from "./typed-values.ts";

/** A decimal of an answer as text, never as a double. */
export const DecimalText = z.unknown().transform((value, context): string => {
  const text = decimalTextOf(value);
  if (text !== undefined) return text;
  context.issues.push({ code: "custom", input: value, message: "is no decimal" });
  return z.NEVER;
});

const AnyJson = z.json();
/** A date, time or duration of an answer as text. */
export const TypedText = z.unknown().transform((value, context): string => {
  const json = AnyJson.safeParse(value);
  const text = json.success ? typedTextOf(json.data)?.text : undefined;
  if (text !== undefined) return text;
  context.issues.push({ code: "custom", input: value, message: "is no date, time or duration" });
  return z.NEVER;
});

/** Records that can hold our key in a note. */
export const HOLDERS = ["move", "order", "cycle", "lot"] as const;
export type Holder = (typeof HOLDERS)[number];

const textOf = (template: string, values: Record<string, string | number>): string => String(filled(template, values));
export const postingText = (key: PostingKey): string => textOf(RPC.texts.posting, { key });
const reversalText = (key: PostingKey): string => textOf(RPC.texts.reversal, { key });
const reversedText = (key: PostingKey): string => textOf(RPC.texts.reversed, { key });

class ReferenceOfNothing extends Error {}

/** Their model and number: the reference of an effect. Of several records the further numbers follow. @throws ReferenceOfNothing */
export function referenceOf(holder: Holder | "inspection", ...[first, ...more]: readonly number[]): string {
  if (first === undefined) throw new ReferenceOfNothing(`a reference to no ${holder}`);
  return [textOf(RPC.references[holder], { id: first }), ...more].join(",");
}

const Note = z.object({ text: z.string(), reference: z.string().optional() });

/** A note of ours: what it says of the record it stands on. */
export type KeyNote = {
  /** The key is that of the effect; of the reversal that was made under it; of the effect that such a reversal took back. */
  readonly as: "posting" | "reversal" | "reversed";
  readonly holder: Holder;
  readonly id: number;
  /** What follows the key. */
  readonly detail: string;
};

export type Found = { readonly kind: "notes"; readonly notes: readonly KeyNote[] } | { readonly kind: "failed"; readonly failure: RpcFailure };

/** The notes under this key. Most records have no field that could hold it, so it stands in a note on the record (README.md). */
export async function findEffect(client: TrytonClient, key: PostingKey, deadline: number): Promise<Found> {
  const texts = { posting: postingText(key), reversal: reversalText(key), reversed: reversedText(key) };
  const found = await client.rows("findKey", texts, deadline, Note);
  if (found.kind !== "rows") return { kind: "failed", failure: found };
  const notes = found.rows.flatMap(({ text, reference }): KeyNote[] => {
    const record = reference === undefined ? undefined : recordIn(reference);
    if (record === undefined) return [];
    return (["posting", "reversal", "reversed"] as const)
      .filter((as) => text.startsWith(texts[as]))
      .map((as) => ({ as, ...record, detail: text.slice(texts[as].length).trim() }));
  });
  return { kind: "notes", notes };
}

function recordIn(reference: string): { readonly holder: Holder; readonly id: number } | undefined {
  const id = Number(/(\d+)$/.exec(reference)?.[1]);
  const holder = HOLDERS.find((each) => referenceOf(each, id) === reference);
  return holder === undefined ? undefined : { holder, id };
}

export const idsOn = (notes: readonly KeyNote[], holder: Holder, as: KeyNote["as"] = "posting"): number[] =>
  notes.filter((note) => note.as === as && note.holder === holder).map(({ id }) => id);

/** Our key on records of one kind, all in one transaction; `detail` follows it. */
export function noteEffect(
  client: TrytonClient,
  key: PostingKey,
  holder: Holder,
  records: readonly { readonly id: number; readonly detail?: string }[],
  deadline: number,
): Promise<RpcOutcome> {
  const rows = records.map(({ id, detail }) => ({
    reference: referenceOf(holder, id),
    text: detail === undefined || detail === "" ? postingText(key) : `${postingText(key)} ${detail}`,
  }));
  return client.call("writeNotes", {}, deadline, rows);
}

export type Undoing = { readonly key: PostingKey; readonly original: { readonly key: PostingKey }; readonly deadline: number };

/** That the effect on these records is taken back, under the undo's key and under its own, in one transaction. `detail` follows the undo's. */
export function noteReversal(
  client: TrytonClient,
  { key, original, deadline }: Undoing,
  holder: Holder,
  ids: readonly number[],
  detail = "",
): Promise<RpcOutcome> {
  const texts = [detail === "" ? reversalText(key) : `${reversalText(key)} ${detail}`, reversedText(original.key)];
  const rows = ids.flatMap((id) => texts.map((text) => ({ reference: referenceOf(holder, id), text })));
  return client.call("writeNotes", {}, deadline, rows);
}
