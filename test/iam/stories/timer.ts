import { systemClock } from "../../../aws/clock.ts";
import { DocumentId, SiteId } from "../../../core/documents/ids.ts";
import { agentKey, headerKey } from "../../../core/ledger/keys.ts";
import { deliveryIdOf, putDelivery, readDelivery } from "../../../core/mailbox/mailbox.ts";
import { recordVerdict } from "../../../core/mailbox/verdict.ts";
import { siteOf } from "../../../core/settings/settings.ts";
import { callApi, fromPlant, headerOf, invoke, plantAt, type StageSet, StoryFailed, settles, until } from "../stage-set.ts";
import type { Story } from "../story.ts";
import { release, releaseByHand, waitsInMailbox } from "./orders.ts";
import { consumption, inspection } from "./reports.ts";

/** What only the timer brings to an end. A document is made due by hand, as time would. */

async function makeDue({ hand }: StageSet, document: string): Promise<void> {
  await hand.ledger.write([{ kind: "update", key: headerKey(DocumentId.parse(document)), set: { dueAt: Date.now() - 1 }, if: [{ exists: true }] }]);
}

async function wake(set: StageSet): Promise<void> {
  const report = JSON.stringify(await invoke(set, "wake-due"));
  if (!report.includes('"failed":[]')) throw new StoryFailed(`wake-due: ${report}`);
}

/** A verdict is stored, and whoever stored it dies before it passes it on: neither its workflow nor its lane hears of it. */
async function verdictUnheard(set: StageSet, site: string, document: string): Promise<void> {
  const { cloud, hand } = set;
  const delivery = (await headerOf(set, document))?.markers.deliver?.delivery;
  if (delivery === undefined) throw new StoryFailed(`${document} has no delivery`);
  await callApi(set, "POST", `/v1/sites/${site}/deliveries/lease`, { max: 50 });
  const died = (): never => {
    throw new StoryFailed("died here");
  };
  const workflows = { run: died, start: died, look: died, stop: died, answer: died };
  const ports = { ledger: hand.ledger, clock: systemClock, settings: cloud.settings, queue: { send: died }, workflows };
  await recordVerdict(ports, siteOf(cloud.settings, site), delivery, { result: "accepted" }).catch(() => undefined);
}

const unheardOrder: Story = {
  name: "verdict on an order whose answer was lost",
  tell: async (set, signal) => {
    const { document } = await release(set, "hamburg");
    await waitsInMailbox(set, signal, document);
    await verdictUnheard(set, "hamburg", document);
    await makeDue(set, document);
    await wake(set);
    await settles(set, signal, "hamburg", document, ["delivered"]);
  },
};

const unheardHold: Story = {
  name: "verdict on a hold whose answer was lost",
  tell: async (set, signal) => {
    const [document = ""] = await fromPlant(set, "hamburg", inspection(set, "hamburg", `LOT-${set.number()}`, "Fail"));
    await waitsInMailbox(set, signal, document);
    await verdictUnheard(set, "hamburg", document);
    await makeDue(set, document);
    await wake(set);
    await settles(set, signal, "hamburg", document, ["delivered"]);
  },
};

/** It waits in a lane of each queue, and is woken there; woken, the lane asks Step Functions how the workflow is. */
const woken = (target: string): Story => ({
  name: `wake in a lane of ${target}`,
  tell: async (set, signal) => {
    const document = await underWay(set, signal, target);
    await makeDue(set, document);
    await wake(set);
    const before = (await headerOf(set, document))?.revision;
    await until("the lane has looked", signal, async () => {
      const header = await headerOf(set, document);
      return header === undefined || header.revision !== before || header.dueAt === undefined || header.dueAt > Date.now();
    });
  },
});

/** A document that is not settled, in a lane of this queue. */
async function underWay(set: StageSet, signal: AbortSignal, target: string): Promise<string> {
  switch (target) {
    case "tryton": {
      // That ERP knows no such order: it waits.
      const [document = ""] = await fromPlant(set, "ningbo", consumption(set, "ningbo"));
      await settles(set, signal, "ningbo", document, ["parked", "waiting-by-name"]);
      return document;
    }
    case "erp": {
      const [document = ""] = await fromPlant(set, "hamburg", inspection(set, "hamburg", `LOT-${set.number()}`, "Fail"));
      await waitsInMailbox(set, signal, document);
      return document;
    }
    default: {
      const { document } = target === "mes-ningbo" ? await releaseByHand(set) : await release(set, target.replace("mes-", ""));
      await waitsInMailbox(set, signal, document);
      return document;
    }
  }
}

/** The plant's word on a delivery that no workflow waits for any more: the lane is woken. */
const lateWord = (site: string, target: string): Story => ({
  name: `verdict that nobody waits for, ${target}`,
  tell: async (set, signal) => {
    const [document = ""] = await fromPlant(set, site, consumption(set, site));
    await settles(set, signal, site, document, ["delivered", "parked", "waiting-by-name"]);
    const header = await headerOf(set, document);
    if (header === undefined) throw new StoryFailed(`${document} is gone`);
    const id = deliveryIdOf(header.id, 0, "by hand");
    const delivery = { id, action: "withdraw", content: header.id, version: undefined, hasDeadline: false, taskToken: undefined } as const;
    await set.hand.ledger.write(putDelivery(header, delivery, Date.now()));
    await until("the plant has answered", signal, async () => {
      const { agent } = plantAt(set, site);
      await agent.round();
      return (await readDelivery(set.hand.ledger, id))?.verdict !== undefined;
    });
  },
});

/** The first word of an agent that was silent for a while is written down. */
const signsOfLife: Story = {
  name: "signs of life after a silence",
  tell: async (set) => {
    for (const path of ["heartbeat", "deliveries/lease"]) {
      const heardAt = Date.now() - 60_000;
      await set.hand.ledger.write([{ kind: "update", key: agentKey(SiteId.parse("suzhou")), set: { heardAt }, if: [{ exists: true }] }]);
      const { status, body } = await callApi(set, "POST", `/v1/sites/suzhou/${path}`, path === "heartbeat" ? {} : { max: 1 });
      if (status !== 200) throw new StoryFailed(`${path} was answered ${status}: ${JSON.stringify(body)}`);
    }
  },
};

export const TIMER: readonly Story[] = [
  signsOfLife,
  unheardOrder,
  unheardHold,
  lateWord("hamburg", "erp"),
  lateWord("ningbo", "tryton"),
  ...["mes-hamburg", "mes-suzhou", "mes-ningbo", "erp", "tryton"].map(woken),
];
