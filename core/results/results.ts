import * as z from "zod";
import { type ConnectionId, DocumentId } from "../documents/ids.ts";
import { Reason } from "../effects/outcomes.ts";
import { DocumentState } from "../lanes/states.ts";
import { SECOND } from "../lanes/times.ts";
import { type Header, itemOf, parseItem } from "../ledger/items.ts";
import type { LedgerStore, Write } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import { connectionOf, type Settings, type Site } from "../settings/settings.ts";

/**
 * What became of the documents that a plant posted: one item for each settling and each parking, written in its transaction, under the connection that sent the
 * document. An ERP is told by steps of its workflows instead.
 */

const ResultItem = z.object({
  pk: z.string(),
  sk: z.string(),
  document: DocumentId,
  type: z.string(),
  objectId: z.string(),
  version: z.string().optional(),
  cancel: z.boolean(),
  key: z.string(),
  state: DocumentState,
  attempt: z.number().int(),
  at: z.number().int(),
  references: z.record(z.string(), z.string()),
  reason: Reason.optional(),
});

const Result = z.strictObject({
  /** The same however often it is told: remove repeats by it. */
  id: z.string(),
  document: z.string(),
  type: z.string(),
  objectId: z.string(),
  version: z.string().optional(),
  cancel: z.boolean(),
  /** The line's own idempotency key. */
  key: z.string(),
  state: DocumentState,
  at: z.string(),
  /** The ERP's numbers, by step. */
  references: z.record(z.string(), z.string()),
  reason: z
    .strictObject({ code: z.string(), message: z.string(), field: z.string().optional(), text: z.string().optional(), next: z.string().optional() })
    .optional(),
});

/** Answer of GET …/results. */
export const ResultsAnswer = z.strictObject({ results: z.array(Result), after: z.string(), pollAfterSeconds: z.number().int() });
export type ResultsAnswer = z.infer<typeof ResultsAnswer>;

const partition = (connection: ConnectionId): string => `RESULT#${connection}`;
const sortKey = (at: number): string => String(at).padStart(15, "0");

/** @param header as it stands after the write that this one goes with */
export function resultWrites(settings: Settings, header: Header, at: number): Write[] {
  if (connectionOf(settings, header.connection).role !== "mes") return [];
  const { id, type, objectId, version, cancel, key, state, attempt, markers } = header;
  const applied = Object.entries(markers).flatMap(([step, marker]) =>
    marker.state === "applied" && marker.reference !== undefined ? [[step, marker.reference]] : [],
  );
  const references = Object.fromEntries(applied);
  const reason = type === "Person" ? unnamed(header.reason) : header.reason;
  const place = { pk: partition(header.connection), sk: `${sortKey(at)}#${id}#${attempt}#${state}` };
  const expiresAt = Math.floor(at / 1000) + settings.limits.resultDays * 86_400;
  return [{ kind: "put", item: itemOf(place, { document: id, type, objectId, version, cancel, key, state, attempt, at, references, reason, expiresAt }) }];
}

/** What was sent of a person may be the name, which stands in the persons table alone. */
function unnamed(reason: Reason | undefined): Reason | undefined {
  if (reason === undefined) return undefined;
  const { text: _text, ...rest } = reason;
  return rest;
}

export type ResultsPorts = { readonly ledger: LedgerStore; readonly clock: Clock; readonly settings: Settings };

const PAGE = 100;
/** Clocks of functions differ by less. */
const SKEW_SECONDS = 5;

/** Where a reader stands: after `page`, a sort key or only a time; once there is no more, it begins again at `floor`, unless it has not come so far. */
type Cursor = { readonly page: string; readonly floor?: string | undefined };
const CURSOR = /^(?<page>\d{15}(?:#[0-9a-z.]{53}#\d{1,9}#[a-z]{1,20})?)(?: (?<floor>\d{15}))?$/;

const written = ({ page, floor }: Cursor): string => Buffer.from(floor === undefined ? page : `${page} ${floor}`, "utf8").toString("base64url");

/** `after` as it was told; fails for what no answer ever said. */
export const ResultsCursor = z.string().transform((text, context): Cursor => {
  const groups = CURSOR.exec(Buffer.from(text, "base64url").toString("utf8"))?.groups;
  if (groups?.page !== undefined) return { page: groups.page, floor: groups.floor };
  context.addIssue({ code: "custom", message: "must be what the answer before said under after" });
  return z.NEVER;
});

const earlier = (one: string, other: string): string => [one, other].sort().at(0) ?? one;

/**
 * The results after a cursor, oldest first, each at least once. A write may become visible as much later than its own time as a function lives, so once a reader
 * has all, its cursor goes back to before that: what lies behind it is told again, and whoever asks removes repeats by their id.
 */
export async function resultsAnswer(ports: ResultsPorts, site: Site, connection: ConnectionId, from: Cursor | undefined): Promise<ResultsAnswer> {
  const sure = sortKey(Math.max(0, ports.clock.now() - (ports.settings.limits.consumerTimeoutSeconds + SKEW_SECONDS) * SECOND));
  const range = { prefix: "", limit: PAGE, ...(from === undefined ? {} : { after: from.page }) };
  const items = (await ports.ledger.list(partition(connection), range)).map((item) => parseItem(ResultItem, item));
  const floor = from?.floor ?? sure;
  const last = items.at(-1)?.sk ?? from?.page ?? floor;
  const isFull = items.length === PAGE;
  return {
    results: items.map(resultOf),
    after: written(isFull ? { page: last, floor } : { page: earlier(last, floor) }),
    pollAfterSeconds: isFull ? site.pollAfterSeconds.busy : site.pollAfterSeconds.idle,
  };
}

function resultOf({ sk, pk: _pk, attempt: _attempt, at, reason, ...told }: z.infer<typeof ResultItem>): z.infer<typeof Result> {
  const why = reason === undefined ? {} : { reason: { code: reason.code, message: reason.message, field: reason.field, text: reason.text, next: reason.next } };
  return Result.parse({ ...told, id: sk, at: new Date(at).toISOString(), ...why });
}
