import { documentIdOf, SubjectKey } from "../documents/ids.ts";
import { type DocumentState, isSettled } from "../lanes/states.ts";
import { FOREVER } from "../lanes/times.ts";
import { Header, parseItem } from "../ledger/items.ts";
import { openShardsOf } from "../ledger/keys.ts";
import type { OpenEntry } from "../ledger/ledger-store.ts";
import type { Site } from "../settings/settings.ts";
import type { OpenAnswer } from "./answers.ts";
import { openDocument } from "./describe.ts";
import type { AskPorts } from "./surroundings.ts";
import { instant } from "./words.ts";

export type OpenWanted = { readonly state?: DocumentState | undefined; readonly limit: number; readonly after?: string | undefined };

/** Keys only: some 150 bytes each. What is beyond stands behind 5,000 that are due sooner. */
const ENTRIES_PER_SHARD = 5000;
/** Headers looked at for one answer, where a state is asked for that few have. */
const LOOKED_AT = 1000;
const AT_ONCE = 100;

const NOTE = "read from an index that is eventually consistent: what changed in the last seconds may be missing, or shown as it was";

/** Where a page ends: due time and document. */
const cursorOf = ({ dueAt, pk, sk }: OpenEntry): string => `${String(dueAt).padStart(15, "0")}~${documentIdOf(SubjectKey.parse(pk), sk.slice("DOC#".length))}`;

/** The form of `after`. */
export const CURSOR = /^\d{15}~[0-9a-z]{26}\.[0-9a-z]{26}$/;

/** A site's documents that are not settled, those due soonest first; held and parked ones, which no time moves, at the end. */
export async function openAnswer(ports: AskPorts, site: Site, wanted: OpenWanted): Promise<OpenAnswer> {
  const now = ports.clock.now();
  const entries = await entriesAfter(ports, site, wanted.after);
  const documents: OpenAnswer["documents"] = [];
  let last: OpenEntry | undefined;
  for await (const { entry, header } of withHeaders(ports, entries)) {
    last = entry;
    if (isWanted(header, wanted.state)) documents.push(openDocument(header, { settings: ports.settings, now }));
    if (documents.length === wanted.limit) break;
  }
  const more = last === undefined || last === entries.at(-1) ? {} : { after: cursorOf(last) };
  return { site: site.id, asOf: instant(now), note: NOTE, documents, ...more };
}

/** The entries' documents, read a hundred at once, only as far as they are asked for. */
async function* withHeaders(ports: AskPorts, entries: readonly OpenEntry[]): AsyncGenerator<{ readonly entry: OpenEntry; readonly header: Header }> {
  for (let from = 0; from < Math.min(entries.length, LOOKED_AT); from += AT_ONCE) {
    const slice = entries.slice(from, from + AT_ONCE);
    const items = await ports.ledger.readMany(slice.map(({ pk, sk }) => ({ pk, sk })));
    for (const [at, entry] of slice.entries()) {
      const item = items[at];
      // The index may be ahead of a header, or behind its end.
      if (item !== undefined) yield { entry, header: parseItem(Header, item) };
    }
  }
}

/** The index may still list what has settled meanwhile. */
const isWanted = (header: Header, state: DocumentState | undefined): boolean => !isSettled(header.state) && (state === undefined || header.state === state);

async function entriesAfter(ports: AskPorts, site: Site, after: string | undefined): Promise<OpenEntry[]> {
  const shards = openShardsOf(site.id, ports.settings.limits.openShards);
  const listed = await Promise.all(shards.map((shard) => ports.ledger.listOpen(shard, FOREVER, ENTRIES_PER_SHARD)));
  const placed = listed.flat().map((entry) => ({ entry, cursor: cursorOf(entry) }));
  const sorted = placed.sort((one, other) => (one.cursor < other.cursor ? -1 : 1));
  return sorted.filter(({ cursor }) => after === undefined || cursor > after).map(({ entry }) => entry);
}
