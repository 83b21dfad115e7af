import { createHash } from "node:crypto";
import { documentIdOf, SubjectKey } from "../documents/ids.ts";
import { type DocumentState, isSettled } from "../lanes/states.ts";
import { FOREVER, SECOND } from "../lanes/times.ts";
import { Header, parseItem } from "../ledger/items.ts";
import { openShardsOf } from "../ledger/keys.ts";
import type { OpenEntry } from "../ledger/ledger-store.ts";
import type { Site } from "../settings/settings.ts";
import type { OpenAnswer } from "./answers.ts";
import { openDocument } from "./describe.ts";
import type { AskPorts } from "./surroundings.ts";
import { currentReason, instant } from "./words.ts";

/** `cause`: a reason's code or family; `age`: received at least so many seconds ago. */
export type OpenWanted = {
  readonly state?: DocumentState | undefined;
  readonly cause?: string | undefined;
  readonly age?: number | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
};

/** Keys only: some 150 bytes each. What is beyond stands behind 5,000 that are due sooner. */
const ENTRIES_PER_SHARD = 5000;
/** Headers looked at for one answer, where a state is asked for that few have. */
const LOOKED_AT = 1000;
const AT_ONCE = 100;

const NOTE = "read from an index that is eventually consistent: what changed in the last seconds may be missing, or shown as it was";
const CUT = `${NOTE}; more is open than is listed: the ${ENTRIES_PER_SHARD} of each part of the index that are due soonest, and not what stands behind them`;

/** Where a page ends: due time and document. */
const cursorOf = ({ dueAt, pk, sk }: OpenEntry): string => `${String(dueAt).padStart(15, "0")}~${documentIdOf(SubjectKey.parse(pk), sk.slice("DOC#".length))}`;

/** A page's mark: where it ended, and of which question it is. */
export const CURSOR = /^\d{15}~[0-9a-z]{26}\.[0-9a-z]{26}~[0-9a-f]{12}$/;

/** A mark goes on with the question that it was the answer to: another site's or another filter's is refused, and so is one that somebody made up. */
const sealOf = (site: Site, { state, cause, age }: OpenWanted, cursor: string): string =>
  createHash("sha256")
    .update(JSON.stringify([site.id, state, cause, age, cursor]))
    .digest("hex")
    .slice(0, 12);

/** Where to go on; undefined for a mark of another question. */
export function placeAfter(site: Site, wanted: OpenWanted & { readonly after: string }): string | undefined {
  const at = wanted.after.lastIndexOf("~");
  const cursor = wanted.after.slice(0, at);
  return sealOf(site, wanted, cursor) === wanted.after.slice(at + 1) ? cursor : undefined;
}

/** A site's documents that are not settled, those due soonest first; held and parked ones, which no time moves, at the end. */
export async function openAnswer(ports: AskPorts, site: Site, wanted: OpenWanted, place: string | undefined): Promise<OpenAnswer> {
  const now = ports.clock.now();
  const { entries, isCut } = await entriesAfter(ports, site, place);
  const documents: OpenAnswer["documents"] = [];
  let last: OpenEntry | undefined;
  for await (const { entry, header } of withHeaders(ports, entries)) {
    last = entry;
    if (header !== undefined && isWanted(header, wanted, now)) documents.push(openDocument(header, { settings: ports.settings, now }));
    if (documents.length === wanted.limit) break;
  }
  const more = last === undefined || last === entries.at(-1) ? {} : { after: marked(site, wanted, cursorOf(last)) };
  return { site: site.id, asOf: instant(now), note: isCut ? CUT : NOTE, documents, ...more };
}

/** The entries' documents, read a hundred at once, only as far as they are asked for. */
async function* withHeaders(
  ports: AskPorts,
  entries: readonly OpenEntry[],
): AsyncGenerator<{ readonly entry: OpenEntry; readonly header: Header | undefined }> {
  for (let from = 0; from < Math.min(entries.length, LOOKED_AT); from += AT_ONCE) {
    const slice = entries.slice(from, from + AT_ONCE);
    const items = await ports.ledger.readMany(slice.map(({ pk, sk }) => ({ pk, sk })));
    for (const [at, entry] of slice.entries()) {
      const item = items[at];
      // The index may be ahead of a header, or behind its end: the page goes on behind it all the same.
      yield { entry, header: item === undefined ? undefined : parseItem(Header, item) };
    }
  }
}

const marked = (site: Site, wanted: OpenWanted, cursor: string): string => `${cursor}~${sealOf(site, wanted, cursor)}`;

/** The index may still list what has settled meanwhile. */
const isWanted = (header: Header, { state, cause, age }: OpenWanted, now: number): boolean =>
  !isSettled(header.state) &&
  (state === undefined || header.state === state) &&
  (cause === undefined || isOfCause(header, cause)) &&
  (age === undefined || now - header.receivedAt >= age * SECOND);

/** `ORL-LANE-003` itself, or any of the family `ORL-LANE`. */
function isOfCause(header: Header, cause: string): boolean {
  const code = currentReason(header)?.code;
  return code !== undefined && (code === cause || code.startsWith(`${cause}-`));
}

/** `isCut`: more are open than were read. */
type Entries = { readonly entries: readonly OpenEntry[]; readonly isCut: boolean };

async function entriesAfter(ports: AskPorts, site: Site, after: string | undefined): Promise<Entries> {
  const shards = openShardsOf(site.id, ports.settings.limits.openShards);
  const listed = await Promise.all(shards.map((shard) => ports.ledger.listOpen(shard, FOREVER, ENTRIES_PER_SHARD)));
  const placed = listed.flat().map((entry) => ({ entry, cursor: cursorOf(entry) }));
  const sorted = placed.sort((one, other) => (one.cursor < other.cursor ? -1 : 1));
  const entries = sorted.filter(({ cursor }) => after === undefined || cursor > after).map(({ entry }) => entry);
  return { entries, isCut: listed.some(({ length }) => length === ENTRIES_PER_SHARD) };
}
