import type { SiteId } from "../documents/ids.ts";
import { Header, parseIfThere, parseItem } from "../ledger/items.ts";
import { headerKey } from "../ledger/keys.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import { type Link, LinkItem, type LotName, lotPartition, orderPartition } from "./links.ts";

export type Direction = "back" | "forward";

/** As far as a walk goes; what lies beyond is said, never left out silently. */
export const LIMITS = { levels: 10, lots: 1000 } as const;

type Produced = Extract<Link, { kind: "produced" }>;
type Consumed = Extract<Link, { kind: "consumed" }>;

/** An order on the way, with all that is known of it. */
export type OrderOnTheWay = {
  readonly order: string;
  readonly consumed: readonly Consumed[];
  readonly produced: readonly Produced[];
  readonly worked: readonly Extract<Link, { kind: "worked" }>[];
};

export type LotOnTheWay = LotName & {
  readonly level: number;
  readonly tests: readonly Extract<Link, { kind: "tested" }>[];
  /** Back: the orders that made it; forward: those that consumed of it. */
  readonly orders: readonly string[];
  /** The lots one step further, by its orders and by assembly. */
  readonly next: readonly LotName[];
};

export type Walk = {
  readonly lots: readonly LotOnTheWay[];
  readonly orders: readonly OrderOnTheWay[];
  /** False: it goes on beyond the limits. */
  readonly complete: boolean;
};

export type WalkPorts = { readonly ledger: LedgerStore };

const PAGE = 1000;
const AT_ONCE = 20;

/** The materials that a lot number stands for at this site, in the order of their names. */
export async function materialsOf(ports: WalkPorts, site: SiteId, lot: string): Promise<readonly string[]> {
  const links = await linksIn(ports, lotPartition(site, lot));
  const names = links.flatMap((link) => (link.kind === "worked" ? [] : lotsNamedIn(link))).filter((each) => each.lot === lot);
  return [...new Set(names.map(({ material }) => material))].sort();
}

/**
 * From one lot back to all it was made of, or forward to all that was made of it: breadth first, each lot once, so that a circle ends. Whatever order the
 * documents came in, the answer is the same. One query for each lot and each order on the way, and one read of at most 100 headers for each page of links.
 */
export async function walk(
  ports: WalkPorts,
  site: SiteId,
  from: LotName,
  direction: Direction,
  limits: { levels: number; lots: number } = LIMITS,
): Promise<Walk> {
  const lots = new Map<string, LotOnTheWay>();
  const orders: Orders = new Map();
  let complete = true;
  let level: readonly LotName[] = [from];
  const known = new Set([keyOf(from)]);
  for (let depth = 0; level.length > 0; depth += 1) {
    const found = await inTurns(level, (lot) => lookAt(ports, site, lot, direction, orders));
    for (const lot of found) lots.set(keyOf(lot), { ...lot, level: depth });
    const further = found.flatMap(({ next }) => next).filter((lot) => isNew(known, lot));
    const room = depth === limits.levels ? 0 : limits.lots - lots.size;
    if (further.length > room) complete = false;
    level = further.slice(0, room);
  }
  return { lots: [...lots.values()], orders: (await Promise.all(orders.values())).sort((one, other) => compare(one.order, other.order)), complete };
}

const keyOf = ({ material, lot }: LotName): string => JSON.stringify([material, lot]);
const compare = (one: string, other: string): number => Number(one > other) - Number(one < other);

/** Notes it, so that of two equal ones only the first is new. */
function isNew(known: Set<string>, lot: LotName): boolean {
  const key = keyOf(lot);
  if (known.has(key)) return false;
  known.add(key);
  return true;
}

async function inTurns<From, To>(all: readonly From[], work: (one: From) => Promise<To>): Promise<To[]> {
  const done: To[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) done.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(work))));
  return done;
}

async function lookAt(ports: WalkPorts, site: SiteId, lot: LotName, direction: Direction, orders: Orders): Promise<Omit<LotOnTheWay, "level">> {
  const links = await linksIn(ports, lotPartition(site, lot.lot));
  const through = direction === "back" ? "produced" : "consumed";
  const named = links.flatMap((link) => (link.kind === through && isOf(link, lot) ? [link.order] : []));
  const its = [...new Set(named)].sort();
  const byOrder: LotName[] = [];
  for (const order of its) byOrder.push(...otherSideOf(await orderRead(ports, site, order, orders), direction));
  const next = [...byOrder.map(({ material, lot: number }) => ({ material, lot: number })), ...links.flatMap((link) => assembledNext(link, lot, direction))];
  return {
    ...lot,
    tests: links.flatMap((link) => (link.kind === "tested" && isOf(link, lot) ? [link] : [])).sort((one, other) => compare(one.at, other.at)),
    orders: its,
    next: distinct(next),
  };
}

/** Once each, also where many lots of one level ask for it at the same moment. */
type Orders = Map<string, Promise<OrderOnTheWay>>;

function orderRead(ports: WalkPorts, site: SiteId, order: string, orders: Orders): Promise<OrderOnTheWay> {
  const known = orders.get(order);
  if (known !== undefined) return known;
  const read = linksIn(ports, orderPartition(site, order)).then((links) => orderOf(order, links));
  orders.set(order, read);
  return read;
}

const otherSideOf = (order: OrderOnTheWay, direction: Direction): readonly LotName[] => (direction === "back" ? order.consumed : order.produced);

const isOf = (one: LotName, other: LotName): boolean => one.lot === other.lot && one.material === other.material;

function assembledNext(link: Link, lot: LotName, direction: Direction): LotName[] {
  if (link.kind !== "assembled") return [];
  const [whole, part] = [{ material: link.material, lot: link.lot }, link.of];
  if (direction === "back") return isOf(whole, lot) ? [part] : [];
  return isOf(part, lot) ? [whole] : [];
}

const distinct = (lots: readonly LotName[]): LotName[] =>
  [...new Map(lots.map((lot) => [keyOf(lot), lot])).entries()].sort(([one], [other]) => compare(one, other)).map(([, lot]) => lot);

const lotsNamedIn = (link: Exclude<Link, { kind: "worked" }>): LotName[] => (link.kind === "assembled" ? [link, link.of] : [link]);

function orderOf(order: string, links: readonly Link[]): OrderOnTheWay {
  const consumed: Consumed[] = [];
  const produced: Produced[] = [];
  const worked: Extract<Link, { kind: "worked" }>[] = [];
  for (const link of links) {
    if (link.kind === "consumed") consumed.push(link);
    else if (link.kind === "produced") produced.push(link);
    else if (link.kind === "worked") worked.push(link);
  }
  return { order, consumed: sorted(consumed), produced: sorted(produced), worked: sorted(worked) };
}

/** By content, not by arrival. */
const sorted = <T>(links: readonly T[]): T[] => [...links].sort((one, other) => compare(JSON.stringify(one), JSON.stringify(other)));

/** What stands in one partition, of documents that stand as delivered: what was refused, undone or taken back says nothing. */
async function linksIn({ ledger }: WalkPorts, pk: string): Promise<readonly Link[]> {
  const links: Link[] = [];
  for (let after: string | undefined; ; ) {
    const items = (await ledger.list(pk, { prefix: "LINK#", limit: PAGE, ...(after === undefined ? {} : { after }) })).map((item) => parseItem(LinkItem, item));
    const standing = await standingOf(ledger, [...new Set(items.map(({ document }) => document))]);
    links.push(...items.filter(({ document }) => standing.has(document)).map(({ link }) => link));
    after = items.at(-1)?.sk;
    if (items.length < PAGE) return links;
  }
}

async function standingOf(ledger: LedgerStore, documents: readonly LinkItem["document"][]): Promise<ReadonlySet<string>> {
  const standing = new Set<string>();
  for (let at = 0; at < documents.length; at += 100) {
    const headers = await ledger.readMany(documents.slice(at, at + 100).map(headerKey));
    for (const item of headers) {
      const header = parseIfThere(Header, item);
      if (header?.state === "delivered" || header?.state === "resolved") standing.add(header.id);
    }
  }
  return standing;
}
