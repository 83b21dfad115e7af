import { documentKeyIn } from "../documents/ids.ts";
import type { Reason } from "../effects/outcomes.ts";
import { isSettled } from "../lanes/states.ts";
import { Delivery, Header, type Lane, parseItem, stored } from "../ledger/items.ts";
import { headerKey } from "../ledger/keys.ts";
import type { Item, LedgerStore, Value, Write } from "../ledger/ledger-store.ts";

const PAGE = 1000;
const AT_ONCE = 90;

/**
 * A person's name stands in the documents that told of the person and nowhere else: their payloads go, with the one that took the person away, and so do the words
 * that say why one of them stopped, since those may show what was sent. What came later brings the person back, and stays. Repeatable. A payload is in the
 * bucket only above 350 KB, which no person has.
 */
export async function forgetPerson(ledger: LedgerStore, gone: Header): Promise<void> {
  const headers = (await allOf(ledger, gone.pk, "DOC#")).map((item) => parseItem(Header, item)).filter((header) => isForgotten(header, gone));
  const ids = new Set(headers.map(({ id }) => String(id)));
  const deliveries = (await allOf(ledger, gone.pk, "DELIVERY#")).map((item) => parseItem(Delivery, item)).filter(({ document }) => ids.has(document));
  const payloads: Write[] = [];
  const words = [...headers.flatMap(withoutReasons), ...deliveries.flatMap(withoutWords)];
  for (const { id } of headers) {
    payloads.push(...(await allOf(ledger, gone.pk, `PAYLOAD#${documentKeyIn(id)}#`)).map(({ pk, sk }): Write => ({ kind: "delete", key: { pk, sk } })));
    words.push(...(await allOf(ledger, gone.pk, `EVENT#${documentKeyIn(id)}#`)).flatMap(eventWithoutReason));
  }
  for (const writes of [payloads, words]) {
    for (let at = 0; at < writes.length; at += AT_ONCE) await ledger.write(writes.slice(at, at + AT_ONCE));
  }
}

/** What ends after its person was taken away (an older version that came late, another content that was skipped) is forgotten as well. */
export async function forgetIfGone(ledger: LedgerStore, header: Header, lane: Lane): Promise<void> {
  const isGone = lane.highWater[header.object] !== undefined && lane.inForce[header.object] === undefined;
  if (header.type === "Person" && isGone) await forgetPerson(ledger, header);
}

function isForgotten(header: Header, gone: Header): boolean {
  if (header.type !== "Person" || !(isSettled(header.state) || header.state === "parked")) return false;
  if (header.connection !== gone.connection || header.version === undefined || gone.version === undefined) return header.receivedAt <= gone.receivedAt;
  return BigInt(header.version) <= BigInt(gone.version);
}

const forgotten = ({ code, owner, next }: Reason): Value => stored({ code, message: "forgotten with the person", owner, next });

function withoutReasons({ id, reason, undoReason, markers }: Header): Write[] {
  const own = Object.entries({ reason, undoReason }).flatMap(([name, value]) => (value === undefined ? [] : [[name, forgotten(value)] as const]));
  const ofSteps = Object.entries(markers).flatMap(([step, marker]) =>
    marker.reason === undefined ? [] : [[`markers.${step}.reason`, forgotten(marker.reason)] as const],
  );
  return rewritten({ ...headerKey(id) }, [...own, ...ofSteps]);
}

function withoutWords({ pk, sk, verdict }: Delivery): Write[] {
  return verdict?.reason === undefined ? [] : rewritten({ pk, sk }, [["verdict.reason", forgotten(verdict.reason)]]);
}

/** A timeline's `reason` as eventWrite put it there. */
function eventWithoutReason({ pk, sk, reason }: Item): Write[] {
  if (typeof reason !== "object" || reason === null || !("code" in reason) || typeof reason.code !== "string") return [];
  return rewritten({ pk, sk }, [["reason", forgotten({ code: reason.code, message: "" })]]);
}

const rewritten = (key: { readonly pk: string; readonly sk: string }, set: readonly (readonly [string, Value])[]): Write[] =>
  set.length === 0 ? [] : [{ kind: "update", key, set: Object.fromEntries(set), if: [{ exists: true }] }];

async function allOf(ledger: LedgerStore, pk: string, prefix: string): Promise<Item[]> {
  const all: Item[] = [];
  for (let after: string | undefined; ; ) {
    const items = await ledger.list(pk, { prefix, limit: PAGE, ...(after === undefined ? {} : { after }) });
    all.push(...items);
    after = items.at(-1)?.sk;
    if (items.length < PAGE) return all;
  }
}
