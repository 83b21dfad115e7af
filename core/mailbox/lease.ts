import type { CanonicalDocument } from "../documents/canonical.ts";
import type { DocumentId } from "../documents/ids.ts";
import { SECOND } from "../lanes/times.ts";
import { type AgentItem, Delivery, MailboxEntry, parseIfThere, parseItem } from "../ledger/items.ts";
import { headerKey, mailboxPartition } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import type { Ids } from "../ledger/ports.ts";
import type { Site } from "../settings/settings.ts";
import { hearAgent, silentMs } from "./agent-silence.ts";
import { keyOfDelivery, type MailboxPorts } from "./mailbox.ts";

export type LeasePorts = MailboxPorts & {
  readonly ids: Ids;
  /** The canonical form of a stored document; undefined when it is no longer stored. */
  readonly canonicalOf: (document: DocumentId) => Promise<CanonicalDocument | undefined>;
  /** Told of a delivery that cannot be leased, such as one whose content is no longer stored: a person's task. */
  readonly onUnleasable: (delivery: string, error: unknown) => void;
};

export type LeasedDelivery<D = CanonicalDocument> = {
  readonly id: string;
  /** Compared as text: the agent keeps the highest for each lane and object, and answers `outdated` to a lower one. */
  readonly number: string;
  readonly lane: string;
  readonly object: string;
  readonly action: "apply" | "withdraw";
  readonly version?: string;
  /** Canonical, or as its writer wrote it. */
  readonly document: D;
  readonly leaseToken: string;
  readonly leaseUntil: string;
};

export type LeaseAnswer<D = CanonicalDocument> = { readonly deliveries: readonly LeasedDelivery<D>[]; readonly pollAfterSeconds: number };

/** Writes a document in the agent's language. Throws where it cannot be written so: the delivery is then not leased. */
export type DocumentWriter<D> = (document: CanonicalDocument, delivery: { readonly id: string; readonly now: number }) => D;

const PAGE = 100;
const PAGES_AT_MOST = 10;

/** Leases open deliveries of a site's mailbox whose lease has ended, oldest first, at least once each. `max` at the most; `format` names what `write` writes. */
export async function leaseDeliveries<D>(ports: LeasePorts, site: Site, max: number, write: DocumentWriter<D>, format?: string): Promise<LeaseAnswer<D>> {
  const agent = await hearAgent(ports, site, format);
  const deliveries: LeasedDelivery<D>[] = [];
  for await (const entry of freeEntries(ports, site)) {
    if (deliveries.length >= max) break;
    const leased = await leaseSurely(ports, site, agent, entry, write);
    if (leased !== undefined) deliveries.push(leased);
  }
  return { deliveries, pollAfterSeconds: deliveries.length > 0 ? site.pollAfterSeconds.busy : site.pollAfterSeconds.idle };
}

async function* freeEntries(ports: LeasePorts, site: Site): AsyncGenerator<MailboxEntry> {
  let after: string | undefined;
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const items = await ports.ledger.list(mailboxPartition(site.id), { prefix: "", limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const item of items) {
      const entry = parseItem(MailboxEntry, item);
      if (entry.leaseEnd <= ports.clock.now()) yield entry;
      after = entry.sk;
    }
    if (items.length < PAGE) return;
  }
}

/** What cannot be leased stays in the mailbox, and its document open; the others are leased. */
async function leaseSurely<D>(
  ports: LeasePorts,
  site: Site,
  agent: AgentItem,
  entry: MailboxEntry,
  write: DocumentWriter<D>,
): Promise<LeasedDelivery<D> | undefined> {
  try {
    return await leaseOne(ports, site, agent, entry, write);
  } catch (error) {
    ports.onUnleasable(entry.delivery, error);
    return undefined;
  }
}

class ContentGone extends Error {}

async function leaseOne<D>(
  ports: LeasePorts,
  site: Site,
  agent: AgentItem,
  entry: MailboxEntry,
  write: DocumentWriter<D>,
): Promise<LeasedDelivery<D> | undefined> {
  const delivery = parseIfThere(Delivery, await ports.ledger.read(keyOfDelivery(entry.delivery)));
  if (delivery === undefined) return undefined;
  const canonical = await ports.canonicalOf(delivery.content);
  if (canonical === undefined) throw new ContentGone(`the content of ${delivery.id} is no longer stored`);
  const now = ports.clock.now();
  const document = write(canonical, { id: delivery.id, now });
  const leaseToken = ports.ids.next();
  const leaseEnd = now + site.leaseSeconds * SECOND;
  const writes = leaseWrites(entry, delivery, { leaseToken, leaseEnd, now, silentMs: silentMs(agent, site, now) });
  if (!(await writeLease(ports, writes, dueWrite(delivery, site, now)))) return undefined;
  return {
    id: delivery.id,
    number: delivery.number,
    lane: delivery.lane,
    object: delivery.object,
    action: delivery.action,
    ...(delivery.version === undefined ? {} : { version: delivery.version }),
    document,
    leaseToken,
    leaseUntil: new Date(leaseEnd).toISOString(),
  };
}

type NewLease = { readonly leaseToken: string; readonly leaseEnd: number; readonly now: number; readonly silentMs: number };

function leaseWrites(entry: MailboxEntry, delivery: Delivery, lease: NewLease): Write[] {
  const first = delivery.everLeased ? {} : { firstLeasedAt: lease.now, silentMsAtLease: lease.silentMs };
  return [
    { kind: "update", key: { pk: entry.pk, sk: entry.sk }, set: { leaseEnd: lease.leaseEnd }, if: [{ path: "leaseEnd", is: entry.leaseEnd }] },
    {
      kind: "update",
      key: keyOfDelivery(delivery.id),
      set: { everLeased: true, leaseToken: lease.leaseToken, leaseEnd: lease.leaseEnd, ...first },
      if: [
        { path: "verdict", absent: true },
        { path: "withdrawn", is: false },
      ],
    },
  ];
}

/** The business deadline starts with the first lease: its document becomes due then, if it still is under way. */
function dueWrite(delivery: Delivery, site: Site, now: number): Write | undefined {
  if (delivery.everLeased || !delivery.hasDeadline) return undefined;
  const key = headerKey(delivery.document);
  return { kind: "update", key, set: { dueAt: now + site.businessDeadlineSeconds * SECOND }, if: [{ path: "state", is: "delivering" }] };
}

async function writeLease(ports: LeasePorts, writes: readonly Write[], due: Write | undefined): Promise<boolean> {
  if (due !== undefined && (await ports.ledger.write([...writes, due])).kind === "written") return true;
  return (await ports.ledger.write(writes)).kind === "written";
}
