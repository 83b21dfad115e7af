import { digestOfAll } from "../documents/digest.ts";
import type { ConnectionId } from "../documents/ids.ts";
import { readHeader } from "../effects/effect.ts";
import { Header, itemOf, MessageItem, NumberItem, parseIfThere } from "../ledger/items.ts";
import { headerKey, messageKey, numberKey } from "../ledger/keys.ts";
import type { Key, Write } from "../ledger/ledger-store.ts";
import { type Arrival, newHeader } from "../ledger/new-header.ts";
import { firstsThenRest } from "./in-parallel.ts";
import { problemOf } from "./problems.ts";
import type { TakingPorts } from "./request.ts";
import type { RefusedLine, RoutedLine } from "./route-lines.ts";

/** `send`: its message may never have reached the queue. */
export type StoredLine = { readonly kind: "stored"; readonly routed: RoutedLine; readonly isNew: boolean; readonly send: boolean };
/** A port failed: stored or not, the sender's repeat completes it. */
export type FailedLine = { readonly kind: "failed"; readonly routed: RoutedLine; readonly error: string };
export type Kept = StoredLine | FailedLine | RefusedLine;

/** What one idempotency key stands for: a signed message whole, else one line. */
type KeyGroup = { readonly key: string; readonly digest: string; readonly lines: readonly RoutedLine[] };

/** Ports asked at once by one request. */
const PARALLEL = 16;

/**
 * Key → payload → header (LANES.md 4), each written only where it does not exist, so that a repeat after a crash anywhere completes the rest.
 * Within the message a key or document met again waits for its first.
 */
export async function storeLines(lines: readonly RoutedLine[], key: string | undefined, digests: readonly string[], ports: TakingPorts): Promise<Kept[]> {
  const groups = groupsOf(lines, key, digests);
  const claimed = await firstsThenRest(
    groups,
    (group) => group.key,
    PARALLEL,
    (group) => claim(group, ports),
  );
  const ready = claimed.flat().filter((line) => line.kind === "routed");
  const stored = await firstsThenRest(
    ready,
    (line) => line.document,
    PARALLEL,
    (line) => store(line, ports),
  );
  return [...claimed.flat().filter((line) => line.kind !== "routed"), ...stored];
}

function groupsOf(lines: readonly RoutedLine[], key: string | undefined, digests: readonly string[]): KeyGroup[] {
  const single = ({ ownKey, arrival }: RoutedLine): { key: string; digest: string } => ({ key: ownKey ?? arrival.digest, digest: arrival.digest });
  if (key === undefined) return lines.map((line) => ({ ...single(line), lines: [line] }));
  const whole = lines.filter((line) => line.ownKey === undefined);
  const own = lines.filter((line) => line.ownKey !== undefined).map((line) => ({ ...single(line), lines: [line] }));
  return whole.length === 0 ? own : [{ key, digest: digestOfAll(digests), lines: whole }, ...own];
}

/** `isRepeat`: its key came before, with the same content. */
type ClaimedLine = RoutedLine & { readonly isRepeat?: boolean };

async function claim(group: KeyGroup, ports: TakingPorts): Promise<readonly (ClaimedLine | FailedLine | RefusedLine)[]> {
  const [first] = group.lines;
  if (first === undefined) return [];
  try {
    const claimed = await digestUnder(group, first.arrival.connection, first.arrival.receivedAt, ports);
    if (claimed.digest === group.digest) return claimed.isNew ? group.lines : group.lines.map((line) => ({ ...line, isRepeat: true }));
  } catch (error) {
    return group.lines.map((routed) => failed(routed, error));
  }
  const problem = problemOf("key-reused", "this idempotency key came before, with other content");
  return group.lines.map(({ line }): RefusedLine => ({ kind: "refused", line, problem }));
}

/** Writes the key where it is new; answers the digest that stands under it. */
async function digestUnder(
  { key, digest, lines }: KeyGroup,
  connection: ConnectionId,
  at: number,
  ports: TakingPorts,
): Promise<{ readonly digest: string | undefined; readonly isNew: boolean }> {
  const place = messageKey(connection, key);
  const item = itemOf(place, { digest, documents: lines.map((line) => line.document), at });
  const answer = await ports.ledger.write([{ kind: "put", item, if: [{ absent: true }] }]);
  if (answer.kind === "written") return { digest, isNew: true };
  return { digest: parseIfThere(MessageItem, await ports.ledger.read(place))?.digest, isNew: false };
}

async function store(routed: ClaimedLine, ports: TakingPorts): Promise<StoredLine | FailedLine> {
  try {
    // A repeat mostly finds its document there: a read costs less than writes that are refused. A person's comes back under no other key: its payload may be forgotten.
    const before = routed.isRepeat === true || routed.arrival.fields.type === "Person" ? await readHeader(ports.ledger, routed.document) : undefined;
    if (before !== undefined) return { kind: "stored", routed, isNew: false, send: before.state === "received" };
    await ports.payloads.put(routed.document, routed.source);
    if (await writeHeader(newHeader(routed.arrival), routed.arrival, ports)) return { kind: "stored", routed, isNew: true, send: true };
    const known = parseIfThere(Header, await ports.ledger.read(headerKey(routed.document)));
    return { kind: "stored", routed, isNew: false, send: known?.state === "received" };
  } catch (error) {
    return failed(routed, error);
  }
}

const putNew = (key: Key, value: Parameters<typeof itemOf>[1]): Write => ({ kind: "put", item: itemOf(key, value), if: [{ absent: true }] });

/** False where it is there already. Other content under the same own number is accepted, and parked by the lane (LANES.md 4). */
async function writeHeader(header: Header, { fields }: Arrival, ports: TakingPorts): Promise<boolean> {
  const alone = async (written: Header) => (await ports.ledger.write([putNew(headerKey(header.id), written)])).kind === "written";
  // A cancel bears the number of what it takes back, and may come first: the number is the report's.
  if (fields.ownNumber === undefined || fields.cancel) return alone(header);
  const place = numberKey(header);
  const both = await ports.ledger.write([putNew(place, { document: header.id }), putNew(headerKey(header.id), header)]);
  if (both.kind === "written") return true;
  const first = parseIfThere(NumberItem, await ports.ledger.read(place));
  if (first === undefined) return alone(header);
  // Number and header come in one transaction: it came before, be it so long ago that its header has gone. Written anew, it would be posted a second time.
  return first.document === header.id ? false : alone({ ...header, rival: first.document });
}

/** A port that fails is an expected outcome here: the line answers `retry`, and the cause goes into the log with the answer's audit. */
const failed = (routed: RoutedLine, error: unknown): FailedLine => ({ kind: "failed", routed, error: error instanceof Error ? error.message : String(error) });
