import { resumeWrite } from "../../../core/connections/pauses.ts";
import { ConnectionId } from "../../../core/documents/ids.ts";
import { orderOf } from "../../../local/scenario/documents.ts";
import { callAbout } from "../../../local/scenario/erp-rules.ts";
import { administer, ask, callApi, consume, fromErp, fromPlant, headerOf, plantAt, type StageSet, StoryFailed, settles, until, WHY } from "../stage-set.ts";
import type { Story } from "../story.ts";
import { delivered, MATERIAL, release, releaseByHand } from "./orders.ts";
import { consumption, operation } from "./reports.ts";

/** What persons ask and command. */

async function command(set: StageSet, site: string, document: string, name: string): Promise<void> {
  const { status, body } = await callApi(set, "POST", `/v1/sites/${site}/documents/${document}/commands`, { command: name, why: WHY });
  if (status !== 202) throw new StoryFailed(`${name} of ${document} was answered ${status}: ${JSON.stringify(body)}`);
}

/** Until its next attempt has come to its end. */
async function replay(set: StageSet, signal: AbortSignal, site: string, document: string, states: readonly string[]): Promise<void> {
  const before = (await headerOf(set, document))?.attempt;
  await command(set, site, document, "replay");
  await until(`the replay of ${document} has begun`, signal, async () => (await headerOf(set, document))?.attempt !== before);
  await settles(set, signal, site, document, states);
}

/** The ERP does not take the cancel of what it heard was accepted: a person's task, who does it again. */
const replayed: Story = {
  name: "cancel that the ERP refuses, replayed",
  tell: async (set, signal) => {
    const { document, number } = await release(set, "hamburg");
    await delivered(set, signal, "hamburg", document);
    set.installation.rules.refuseAcceptanceOf(number, { code: "closed", message: "closed for accounting" });
    const cancel = orderOf({ site: "hamburg", number, version: 2, materials: [], quantity: 0, cancel: true });
    const [second = ""] = await fromErp(set, set.installation.sender, JSON.stringify(cancel));
    await settles(set, signal, "hamburg", second, ["parked"]);
    await replay(set, signal, "hamburg", second, ["parked"]);
  },
};

const rejected = (site: string): Story => ({
  name: `replay of a rejected order, ${site}`,
  tell: async (set, signal) => {
    const number = set.number();
    plantAt(set, site).refuse(number, { code: "down", message: "the press is down" });
    const { document } = site === "ningbo" ? await releaseByHand(set, number) : await release(set, site, {}, number);
    await settles(set, signal, site, document, ["rejected"]);
    await replay(set, signal, site, document, ["rejected"]);
  },
});

const refusedByErp: Story = {
  name: "replay of a consumption that the ERP refused",
  tell: async (set, signal) => {
    const document = consumption(set, "hamburg");
    void set.installation.rules.faultOnce(callAbout("post", document.id), { kind: "refuse", problem: { code: "closed", message: "closed for accounting" } });
    const [id = ""] = await fromPlant(set, "hamburg", document);
    await settles(set, signal, "hamburg", id, ["rejected"]);
    await replay(set, signal, "hamburg", id, ["delivered"]);
  },
};

const refusedByPolled: Story = {
  name: "replay of a consumption of an order that is done",
  tell: async (set, signal) => {
    const number = set.number();
    const order = set.polled.release({ number, material: MATERIAL });
    try {
      set.polled.end(order);
      const [id = ""] = await fromPlant(set, "ningbo", { ...consumption(set, "ningbo"), operationsRequestId: number });
      await settles(set, signal, "ningbo", id, ["rejected", "parked"]);
      await replay(set, signal, "ningbo", id, ["rejected", "parked"]);
      await ask(set, `/v1/sites/ningbo/orders/balance?number=${number}`);
    } finally {
      set.polled.remove(order);
    }
  },
};

const undoneByHand: Story = {
  name: "undo of a delivered consumption",
  tell: async (set, signal) => {
    const [id = ""] = await fromPlant(set, "hamburg", consumption(set, "hamburg"));
    await settles(set, signal, "hamburg", id, ["delivered"]);
    await command(set, "hamburg", id, "undo");
    await settles(set, signal, "hamburg", id, ["undone"]);
  },
};

/** Of what has no versions, whether a later one stands is looked for among its documents. */
const undoneMaster: Story = {
  name: "undo of a delivered piece of equipment",
  tell: async (set, signal) => {
    const equipment = { type: "Equipment", id: `PRESS-${set.number()}`, hierarchyScope: "hamburg", description: "a press" };
    const [id = ""] = await fromErp(set, set.installation.sender, JSON.stringify(equipment));
    await delivered(set, signal, "hamburg", id);
    await command(set, "hamburg", id, "undo");
    await settles(set, signal, "hamburg", id, ["undone", "parked"]);
  },
};

/** However it ends, the queue is consumed afterwards. */
const paused = (site: string, target: string): Story => ({
  name: `pause and resumption of ${target}`,
  tell: async (set) => {
    const connection = `/v1/sites/${site}/connections/${target}`;
    try {
      await administer(set, `${connection}/pause`, { why: WHY }, 200);
      await ask(set, `/v1/sites/${site}/connections`);
      await administer(set, `${connection}/resumption`, { why: WHY }, 200);
    } finally {
      await set.hand.ledger.write([resumeWrite(ConnectionId.parse(target))]);
      await consume(set, target);
    }
  },
});

const asked: Story = {
  name: "asking",
  tell: async (set, signal) => {
    const { document, number } = await release(set, "hamburg");
    await delivered(set, signal, "hamburg", document);
    const report = { ...operation(set, "hamburg"), operationsRequestId: number };
    const [posted = ""] = await fromPlant(set, "hamburg", report);
    await settles(set, signal, "hamburg", posted, ["delivered"]);
    const site = "/v1/sites/hamburg";
    for (const path of [
      `documents/${document}`,
      `documents/${posted}?content=true`,
      `orders?number=${number}`,
      "open",
      "master",
      "results?connection=mes-hamburg",
    ])
      await ask(set, `${site}/${path}`);
    await ask(set, `${site}/orders/balance?number=${number}`);
    await ask(set, `${site}/lots/${String(report.materialActuals[1]?.materialLotId)}/genealogy`);
  },
};

const PAUSABLE = [
  ["hamburg", "erp"],
  ["hamburg", "mes-hamburg"],
  ["suzhou", "mes-suzhou"],
  ["ningbo", "tryton"],
  ["ningbo", "mes-ningbo"],
].map(([site = "", target = ""]) => paused(site, target));

export const PEOPLE: readonly Story[] = [
  replayed,
  rejected("hamburg"),
  rejected("suzhou"),
  rejected("ningbo"),
  refusedByErp,
  refusedByPolled,
  undoneByHand,
  undoneMaster,
  asked,
  ...PAUSABLE,
];
