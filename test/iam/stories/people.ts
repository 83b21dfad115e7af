import { orderOf } from "../../../local/scenario/documents.ts";
import { callAbout } from "../../../local/scenario/erp-rules.ts";
import { ask, callApi, fromErp, fromPlant, plantAt, type StageSet, StoryFailed, settles } from "../stage-set.ts";
import type { Story } from "../story.ts";
import { delivered, MATERIAL, release, releaseByHand } from "./orders.ts";
import { consumption, operation } from "./reports.ts";

/** What persons ask and command. */

async function command(set: StageSet, site: string, document: string, name: string): Promise<void> {
  const { status, body } = await callApi(set, "POST", `/v1/sites/${site}/documents/${document}/commands`, { command: name, why: "the rights are looked at" });
  if (status !== 202) throw new StoryFailed(`${name} of ${document} was answered ${status}: ${JSON.stringify(body)}`);
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
    await command(set, "hamburg", second, "replay");
    await settles(set, signal, "hamburg", second, ["delivering", "delivered"]);
    await settles(set, signal, "hamburg", second, ["parked"]);
  },
};

const rejected = (site: string): Story => ({
  name: `replay of a rejected order, ${site}`,
  tell: async (set, signal) => {
    const number = set.number();
    plantAt(set, site).refuse(number, { code: "down", message: "the press is down" });
    const { document } = site === "ningbo" ? await releaseByHand(set, number) : await release(set, site, {}, number);
    await settles(set, signal, site, document, ["rejected"]);
    await command(set, site, document, "replay");
    await settles(set, signal, site, document, ["rejected"]);
  },
});

const refusedByErp: Story = {
  name: "replay of a consumption that the ERP refused",
  tell: async (set, signal) => {
    const document = consumption(set, "hamburg");
    void set.installation.rules.faultOnce(callAbout("post", document.id), { kind: "refuse", problem: { code: "closed", message: "closed for accounting" } });
    const [id = ""] = await fromPlant(set, "hamburg", document);
    await settles(set, signal, "hamburg", id, ["rejected"]);
    await command(set, "hamburg", id, "replay");
    await settles(set, signal, "hamburg", id, ["delivered"]);
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
      await command(set, "ningbo", id, "replay");
      await settles(set, signal, "ningbo", id, ["rejected", "parked"]);
      await ask(set, `/v1/sites/ningbo/orders/balance?number=${number}`);
    } finally {
      set.polled.remove(order);
    }
  },
};

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

export const PEOPLE: readonly Story[] = [replayed, rejected("hamburg"), rejected("suzhou"), rejected("ningbo"), refusedByErp, refusedByPolled, asked];
