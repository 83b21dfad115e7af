import { reasons } from "../../core/effects/reasons.ts";
import { messageOf, type Notice } from "../../core/lanes/notices.ts";
import { backOff } from "../../core/lanes/times.ts";
import { decide, markerOf } from "../../core/ledger/header-change.ts";
import { type Delivery, Header, parseItem } from "../../core/ledger/items.ts";
import { openShardsOf } from "../../core/ledger/keys.ts";
import { deadlineOf, readAgent } from "../../core/mailbox/agent-silence.ts";
import { DELIVER, keyOfDelivery, readDelivery } from "../../core/mailbox/mailbox.ts";
import { passOn, type VerdictPorts } from "../../core/mailbox/verdict.ts";
import { siteOf } from "../../core/settings/settings.ts";

export type WakeReport = { readonly looked: number; readonly woken: number };

const AT_ONCE = 100;

/**
 * The only timer (LANES.md 2): every document that is due gets a wake in its lane, the oldest first. A stored one that was perhaps never queued
 * is queued again; a verdict whose answer was lost is answered; a delivery whose business deadline passed is ended.
 */
export function createWakeDue(ports: VerdictPorts): () => Promise<WakeReport> {
  return async () => {
    const shards = ports.settings.sites.flatMap((site) => openShardsOf(site.id, ports.settings.limits.openShards));
    const reports: WakeReport[] = [];
    for (const shard of shards) reports.push(await wakeShard(ports, shard));
    return { looked: sum(reports, "looked"), woken: sum(reports, "woken") };
  };
}

const sum = (reports: readonly WakeReport[], what: keyof WakeReport): number => reports.reduce((total, report) => total + report[what], 0);

async function wakeShard(ports: VerdictPorts, shard: string): Promise<WakeReport> {
  const entries = await ports.ledger.listOpen(shard, ports.clock.now(), AT_ONCE);
  const items = entries.length === 0 ? [] : await ports.ledger.readMany(entries.map(({ pk, sk }) => ({ pk, sk })));
  let woken = 0;
  for (const item of items) if (item !== undefined && (await wakeOne(ports, parseItem(Header, item)))) woken += 1;
  return { looked: items.length, woken };
}

async function wakeOne(ports: VerdictPorts, header: Header): Promise<boolean> {
  if (header.openShard === undefined || header.dueAt === undefined || header.dueAt > ports.clock.now()) return false;
  if (header.state === "received") return queueAgain(ports, header);
  if (header.state === "delivering") await endWaits(ports, header);
  return send(ports, { kind: "wake", target: header.target, document: header.id, attempt: header.attempt }, `due ${header.dueAt}`);
}

async function send(ports: VerdictPorts, notice: Notice, once: string): Promise<boolean> {
  const [taken] = await ports.queue.send(notice.target, [messageOf(notice, once)]);
  return taken === true;
}

/** Stored, perhaps never queued: queued again, and due again after twice the time. */
async function queueAgain(ports: VerdictPorts, header: Header): Promise<boolean> {
  const sent = await send(ports, { kind: "document", target: header.target, document: header.id, attempt: header.attempt }, `due ${header.dueAt}`);
  if (!sent) return false;
  const { limits } = ports.settings;
  const dueAt = ports.clock.now() + backOff(limits.receivedWakeSeconds, header.wakes + 1);
  await ports.ledger.write([decide(header, { fields: { dueAt, wakes: header.wakes + 1 } }, limits.openShards).write]);
  return true;
}

/** What the document's workflow waits for may be over already, or for good. */
async function endWaits(ports: VerdictPorts, header: Header): Promise<void> {
  const { delivery: id } = markerOf(header, DELIVER);
  const delivery = id === undefined ? undefined : await readDelivery(ports.ledger, id);
  if (delivery === undefined || delivery.answered || delivery.taskToken === undefined) return;
  if (delivery.verdict !== undefined) return passOn(ports, delivery, delivery.verdict);
  await expire(ports, header, delivery, delivery.taskToken);
}

async function expire(ports: VerdictPorts, header: Header, delivery: Delivery, token: string): Promise<void> {
  const site = siteOf(ports.settings, header.site);
  const now = ports.clock.now();
  const deadline = deadlineOf(delivery, await readAgent(ports, site), site, now);
  if (deadline === undefined || now < deadline) return;
  const answer = await ports.workflows.answer(token, { kind: "expired", reason: reasons.expired() });
  if (answer === "taken")
    await ports.ledger.write([{ kind: "update", key: keyOfDelivery(delivery.id), set: { answered: true }, if: [{ path: "taskToken", is: token }] }]);
}
