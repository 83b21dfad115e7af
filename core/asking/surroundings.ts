import type { TokenUsage } from "../access/token-usage.ts";
import { type SiteId, subjectKeyOf } from "../documents/ids.ts";
import { type AgentItem, Header, parseItem } from "../ledger/items.ts";
import { masterKey } from "../ledger/keys.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import { readAgent } from "../mailbox/agent-silence.ts";
import type { Settings, Site } from "../settings/settings.ts";

export type AskPorts = { readonly ledger: LedgerStore; readonly clock: Clock; readonly settings: Settings; readonly usage?: TokenUsage };

/** What a document waits for by name: whether the plant has it, and the document that last tried to bring it. */
export type Awaited = { readonly isThere: boolean; readonly bringer?: Header };

/** What is outside a subject's partition and may stand in its documents' way. */
export type Surroundings = {
  readonly settings: Settings;
  readonly site: Site;
  readonly now: number;
  readonly agent: AgentItem | undefined;
  readonly awaited: ReadonlyMap<string, Awaited>;
};

/** An order waits for one thing at a time; several documents of it for a few. */
const MOST_NAMES = 20;
const MOST_BRINGERS = 50;

export async function readSurroundings(ports: AskPorts, site: Site, headers: readonly Header[]): Promise<Surroundings> {
  const names = [...new Set(headers.flatMap(({ dependsOn }) => (dependsOn === undefined ? [] : [dependsOn])))].slice(0, MOST_NAMES);
  const [agent, awaited] = await Promise.all([
    readAgent(ports, site),
    Promise.all(names.map(async (name) => [name, await readAwaited(ports.ledger, site.id, name)] as const)),
  ]);
  return { settings: ports.settings, site, now: ports.clock.now(), agent, awaited: new Map(awaited) };
}

async function readAwaited(ledger: LedgerStore, site: SiteId, name: string): Promise<Awaited> {
  const [accepted, items] = await Promise.all([
    ledger.read(masterKey(site, name)),
    ledger.list(subjectKeyOf(site, name), { prefix: "DOC#", limit: MOST_BRINGERS }),
  ]);
  const latest = items.map((item) => parseItem(Header, item)).reduce<Header | undefined>(later, undefined);
  return { isThere: accepted !== undefined, ...(latest === undefined ? {} : { bringer: latest }) };
}

const later = (one: Header | undefined, other: Header): Header => (one === undefined || other.receivedAt > one.receivedAt ? other : one);
