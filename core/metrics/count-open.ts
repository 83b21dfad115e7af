import * as z from "zod";
import type { ConnectionId } from "../documents/ids.ts";
import { FOREVER, SECOND } from "../lanes/times.ts";
import { Header, parseIfThere } from "../ledger/items.ts";
import { connectionKey, openShardsOf } from "../ledger/keys.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Settings } from "../settings/settings.ts";
import type { OpenNow } from "./metrics.ts";

/** As much of an open document as is counted. */
const Open = Header.pick({ target: true, state: true, receivedAt: true });
type Open = z.infer<typeof Open>;
/** As much of CONNECTION# as is told: until when the breaker is open, or its probe under way. */
const Breaker = z.object({ openUntil: z.number().int() });

/** Of a shard; what is beyond is told as incomplete, so that a standstill does not cost a read of all that waits behind it every few minutes. */
const LOOKED_AT = 1_000;
const IN_ONE_READ = 100;

export type CountPorts = { readonly ledger: LedgerStore; readonly clock: Clock; readonly settings: Settings };

/** What is open now, for each target connection: one query a shard, and one read unit for each open document. */
export async function countOpen(ports: CountPorts): Promise<readonly OpenNow[]> {
  const { settings, clock } = ports;
  const now = clock.now();
  const shards: Shard[] = [];
  for (const shard of settings.sites.flatMap((site) => openShardsOf(site.id, settings.limits.openShards))) shards.push(await lookAt(ports, shard));
  const open = shards.flatMap((shard) => shard.open);
  const incomplete = shards.some((shard) => shard.incomplete);
  const counted: OpenNow[] = [];
  for (const { id } of settings.connections) {
    const own = open.filter(({ target }) => target === id);
    counted.push({ target: id, ...summary(own, now), breakerOpen: await isBreakerOpen(ports, id, now), incomplete });
  }
  return counted;
}

type Shard = { readonly open: readonly Open[]; readonly incomplete: boolean };

async function lookAt({ ledger }: CountPorts, shard: string): Promise<Shard> {
  const entries = await ledger.listOpen(shard, FOREVER, LOOKED_AT);
  const open: Open[] = [];
  for (let from = 0; from < entries.length; from += IN_ONE_READ) {
    const items = await ledger.readMany(entries.slice(from, from + IN_ONE_READ).map(({ pk, sk }) => ({ pk, sk })));
    // What is damaged is told by wake-due itself, by its key.
    open.push(...items.flatMap((item) => Open.safeParse(item).data ?? []));
  }
  return { open, incomplete: entries.length === LOOKED_AT };
}

function summary(own: readonly Open[], now: number) {
  const going = own.filter(({ state }) => state !== "parked");
  return {
    parked: own.length - going.length,
    waiting: going.filter(({ state }) => state === "waiting").length,
    oldestOpenSeconds: going.reduce((oldest, { receivedAt }) => Math.max(oldest, (now - receivedAt) / SECOND), 0),
  };
}

async function isBreakerOpen({ ledger }: CountPorts, connection: ConnectionId, now: number): Promise<boolean> {
  const breaker = parseIfThere(Breaker, await ledger.read(connectionKey(connection)));
  return breaker !== undefined && breaker.openUntil > now;
}
