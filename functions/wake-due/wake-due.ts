import { readPauses } from "../../core/connections/pauses.ts";
import { reasons } from "../../core/effects/reasons.ts";
import { sendSurely } from "../../core/lanes/send-surely.ts";
import { backOff, SECOND } from "../../core/lanes/times.ts";
import { markerOf } from "../../core/ledger/header-change.ts";
import { type Delivery, Header, parseItem } from "../../core/ledger/items.ts";
import { openShardsOf } from "../../core/ledger/keys.ts";
import type { Item } from "../../core/ledger/ledger-store.ts";
import { deadlineOf, readAgent } from "../../core/mailbox/agent-silence.ts";
import { deliveringStep, keyOfDelivery, readDelivery } from "../../core/mailbox/mailbox.ts";
import { passOn, type VerdictPorts } from "../../core/mailbox/verdict.ts";
import { siteOf } from "../../core/settings/settings.ts";

/** `failed`: what could not be woken, by its key, and why; a person's task, and nobody else's trouble. */
export type WakeReport = { readonly looked: number; readonly woken: number; readonly failed: readonly string[] };

const PAGE = 100;
const PAGES_AT_MOST = 20;

/**
 * The only timer (LANES.md 2): every document that is due gets a wake in its lane, the oldest first, and is due again later, so that a queue which
 * does not move keeps nobody else from being woken. A stored one that was perhaps never queued is queued again; a verdict whose answer was lost is
 * answered; a delivery whose business deadline passed is ended.
 */
export function createWakeDue(ports: VerdictPorts): () => Promise<WakeReport> {
  return async () => {
    const shards = ports.settings.sites.flatMap((site) => openShardsOf(site.id, ports.settings.limits.openShards));
    const paused = await readPauses(
      ports.ledger,
      ports.settings.connections.map(({ id }) => id),
    );
    const reports: WakeReport[] = [];
    for (const shard of shards) reports.push(...(await wakeShard({ ...ports, isPaused: (target) => paused.has(target) }, shard)));
    return {
      looked: reports.reduce((sum, report) => sum + report.looked, 0),
      woken: reports.reduce((sum, report) => sum + report.woken, 0),
      failed: reports.flatMap((report) => report.failed),
    };
  };
}

type WakePorts = VerdictPorts & { readonly isPaused: (target: Header["target"]) => boolean };

async function wakeShard(ports: WakePorts, shard: string): Promise<WakeReport[]> {
  const reports: WakeReport[] = [];
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const report = await wakePage(ports, shard);
    reports.push(report);
    // A page on which nothing moved would come again.
    if (report.looked < PAGE || report.woken === 0) break;
  }
  return reports;
}

async function wakePage(ports: WakePorts, shard: string): Promise<WakeReport> {
  const entries = await ports.ledger.listOpen(shard, ports.clock.now(), PAGE);
  const items = entries.length === 0 ? [] : await ports.ledger.readMany(entries.map(({ pk, sk }) => ({ pk, sk })));
  const wakes: Woken[] = [];
  for (const item of items) if (item !== undefined) wakes.push(await wakeSurely(ports, item));
  return { looked: items.length, woken: wakes.filter(({ moved }) => moved).length, failed: wakes.flatMap(({ failed }) => failed) };
}

type Woken = { readonly moved: boolean; readonly failed: readonly string[] };

/** One document's trouble is told, not passed on: it is due again later, and those behind it are woken. */
async function wakeSurely(ports: WakePorts, item: Item): Promise<Woken> {
  const failed: string[] = [];
  const trying = async <Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await work();
    } catch (error) {
      failed.push(`${item.pk} ${item.sk}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const header = await trying(async () => parseItem(Header, item));
  if (header === undefined || header.openShard === undefined || header.dueAt === undefined || header.dueAt > ports.clock.now()) return { moved: false, failed };
  const { dueAt } = header;
  // What would be sent would only fill the queue that stands still: looked at again later, so that nobody else's timer waits behind it.
  if (ports.isPaused(header.target)) return { moved: (await trying(() => afterPause(ports, header, dueAt))) === true, failed };
  if (header.state === "delivering") await trying(() => endWaits(ports, header));
  await trying(() => send(ports, header, dueAt));
  return { moved: (await trying(() => dueLater(ports, header, dueAt))) === true, failed };
}

async function send(ports: WakePorts, header: Header, dueAt: number): Promise<void> {
  const kind = header.state === "received" ? "document" : "wake";
  await sendSurely(ports.queue, { kind, target: header.target, document: header.id, attempt: header.attempt }, `due ${dueAt}`);
}

async function afterPause(ports: WakePorts, { pk, sk, state }: Header, dueAt: number): Promise<boolean> {
  const later = ports.clock.now() + ports.settings.limits.receivedWakeSeconds * SECOND;
  const asRead = [
    { path: "dueAt", is: dueAt },
    { path: "state", is: state },
  ];
  return (await ports.ledger.write([{ kind: "update", key: { pk, sk }, set: { dueAt: later }, if: asRead }])).kind === "written";
}

/** The lane decides; until it has, the document is due again after twice the time. No revision: this decides nothing. */
async function dueLater(ports: WakePorts, header: Header, dueAt: number): Promise<boolean> {
  const { receivedWakeSeconds, watchSeconds } = ports.settings.limits;
  const later = ports.clock.now() + backOff(header.state === "received" ? receivedWakeSeconds : watchSeconds, header.wakes + 1);
  const asRead = [
    { path: "dueAt", is: dueAt },
    { path: "state", is: header.state },
  ];
  const key = { pk: header.pk, sk: header.sk };
  // The lane counts the wakes that it sees.
  const unseen = header.state === "received" ? { add: { wakes: 1 } } : {};
  return (await ports.ledger.write([{ kind: "update", key, set: { dueAt: later }, ...unseen, if: asRead }])).kind === "written";
}

/** What the document's workflow waits for may be over already, or for good. */
async function endWaits(ports: WakePorts, header: Header): Promise<void> {
  const { delivery: id } = markerOf(header, deliveringStep(header));
  const delivery = id === undefined ? undefined : await readDelivery(ports.ledger, id);
  if (delivery === undefined || delivery.answered || delivery.taskToken === undefined) return;
  if (delivery.verdict !== undefined) return passOn(ports, delivery, delivery.verdict);
  await expire(ports, header, delivery, delivery.taskToken);
}

async function expire(ports: WakePorts, header: Header, delivery: Delivery, token: string): Promise<void> {
  const site = siteOf(ports.settings, header.site);
  const now = ports.clock.now();
  const deadline = deadlineOf(delivery, await readAgent(ports, site), site, now);
  if (deadline === undefined || now < deadline) return;
  const answer = await ports.workflows.answer(token, { kind: "expired", reason: reasons.expired() });
  if (answer === "taken")
    await ports.ledger.write([{ kind: "update", key: keyOfDelivery(delivery.id), set: { answered: true }, if: [{ path: "taskToken", is: token }] }]);
}
