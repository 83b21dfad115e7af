import { orderOf } from "../../../local/scenario/documents.ts";
import { callApi, fromErp, headerOf, invoke, plantAt, type StageSet, StoryFailed, settles, takenIn, until } from "../stage-set.ts";
import type { Story } from "../story.ts";

/** Orders on their way down, and back. */

export const MATERIAL = "WHEAT";

/** The ERP releases an order of its own. */
export const release = async (set: StageSet, site: string, changes: object = {}, number = set.number()): Promise<{ document: string; number: string }> => {
  const order = { ...orderOf({ site, number, version: 1, materials: [MATERIAL], quantity: 5 }), ...changes };
  const [document = ""] = await fromErp(set, set.installation.sender, JSON.stringify(order));
  return { document, number };
};

export const delivered = (set: StageSet, signal: AbortSignal, site: string, document: string) => settles(set, signal, site, document, ["delivered"]);

/** It stands in the plant's mailbox, and nobody has leased it. */
export const waitsInMailbox = (set: StageSet, signal: AbortSignal, document: string) =>
  until(`${document} is in the mailbox`, signal, async () => (await headerOf(set, document))?.markers.deliver?.state === "queued");

/** The plant knows it from then on. */
const material = (site: string): Story => ({
  name: `material, ${site}`,
  tell: async (set, signal) => {
    const document = { type: "MaterialDefinition", id: MATERIAL, version: set.number(), hierarchyScope: site, description: "wheat", baseUnit: "KGM" };
    for (const each of await fromErp(set, set.installation.sender, JSON.stringify(document))) await delivered(set, signal, site, each);
  },
});

const plain = (site: string): Story => ({
  name: `order of the ERP, ${site}`,
  tell: async (set, signal) => delivered(set, signal, site, (await release(set, site)).document),
});

const ofSap: Story = {
  name: "order of SAP",
  tell: async (set, signal) => {
    const { fake, sender } = set.installation.sap;
    const material = { material: `IAM-${set.number()}`, plant: "DM01", unit: "ST", type: "FERT", texts: [{ language: "EN", text: "ring" }] };
    for (const each of await fromErp(set, sender, fake.sendMaterials(material))) await delivered(set, signal, "hamburg", each);
    const order = { number: set.number().padStart(12, "0"), plant: "DM01", material: material.material, quantity: "1.000", unit: "ST" };
    const times = { start: "2026-11-25T05:00:00Z", end: "2026-11-26T13:30:00Z" };
    const operations = [{ number: "0010", text: "Cast", workCenter: "CAST-1", quantity: "1.000", unit: "ST", components: [] }];
    for (const each of await fromErp(set, sender, fake.release({ ...order, ...times, operations }))) await delivered(set, signal, "hamburg", each);
  },
};

const inB2mml: Story = {
  name: "order in B2MML",
  tell: async (set, signal) => {
    const { fake, sender } = set.installation.b2mml;
    const order = orderOf({ site: "suzhou", number: set.number(), version: 1, materials: [MATERIAL], quantity: 5 });
    for (const each of await fromErp(set, sender, fake.emit(order, "Process").xml)) await delivered(set, signal, "suzhou", each);
  },
};

/** Polled with its material, told, and taken back because it vanished. */
const polled: Story = {
  name: "order that is polled",
  tell: (set, signal) =>
    whileReleased(set, {}, async (number, { remove, isTold }) => {
      await pollUntil(set, signal, number, "Released");
      await until("the ERP is told that the plant has it", signal, isTold);
      remove();
      await pollUntil(set, signal, number, "Cancelled");
    }),
};

const polledLong: Story = {
  name: "long order that is polled",
  tell: (set, signal) => whileReleased(set, { operations: 3000 }, (number) => pollUntil(set, signal, number, "Released")),
};

/** However the story ends, the order does not stay: it would be polled in every other story. */
async function whileReleased(
  set: StageSet,
  order: { readonly operations?: number },
  tell: (number: string, there: { remove(): void; isTold(): boolean }) => Promise<void>,
): Promise<void> {
  const number = set.number();
  const id = set.polled.release({ number, material: `GRAIN-${number}`, ...order });
  try {
    await tell(number, { remove: () => set.polled.remove(id), isTold: () => set.polled.isTold(id) });
  } finally {
    set.polled.remove(id);
  }
}

async function pollUntil(set: StageSet, signal: AbortSignal, number: string, state: string): Promise<void> {
  const { mes, agent } = plantAt(set, "ningbo");
  await until(`ningbo's order ${number} is ${state}`, signal, async () => {
    const report = await invoke(set, "poll-orders");
    const text = JSON.stringify(report);
    if (/"(failed|crashed)"/.test(text)) throw new StoryFailed(`poll-orders: ${text}`);
    await agent.round();
    return mes.orders().some((order) => order.number === number && order.document.requestState === state);
  });
}

/** In the name of the ERP that is polled, which sends none. */
export async function releaseByHand(set: StageSet, number = set.number()): Promise<{ document: string; number: string }> {
  const order = { document: "order", state: "released", version: "1", number, operations: [], materials: [], description: "by hand" };
  const { status, body } = await callApi(set, "POST", "/v1/sites/ningbo/connections/tryton/documents", order, { "idempotency-key": `iam-${set.number()}` });
  const [document = ""] = takenIn(status, body);
  return { document, number };
}

const byHand: Story = {
  name: "order sent by hand",
  tell: async (set, signal) => delivered(set, signal, "ningbo", (await releaseByHand(set)).document),
};

/** Taken back before anybody leased it: its workflow is stopped. */
const overtaken: Story = {
  name: "order overtaken by its cancel",
  tell: async (set, signal) => {
    const { document, number } = await release(set, "hamburg");
    await waitsInMailbox(set, signal, document);
    const cancel = orderOf({ site: "hamburg", number, version: 2, materials: [], quantity: 0, cancel: true });
    const [second = ""] = await fromErp(set, set.installation.sender, JSON.stringify(cancel));
    await settles(set, signal, "hamburg", second, ["delivered"]);
  },
};

/** The ERP does not take the plant's acceptance: withdrawn from the plant, undone. */
const undone: Story = {
  name: "order that is undone",
  tell: async (set, signal) => {
    const number = set.number();
    set.installation.rules.refuseAcceptanceOf(number, { code: "closed", message: "closed for accounting" });
    const { document } = await release(set, "hamburg", {}, number);
    await settles(set, signal, "hamburg", document, ["undone"]);
  },
};

/** It waits for a material by name. */
const waiting: Story = {
  name: "order before its material",
  tell: async (set, signal) => {
    const number = set.number();
    const material = `LATE-${number}`;
    const order = orderOf({ site: "hamburg", number, version: 1, materials: [material], quantity: 5 });
    const [document = ""] = await fromErp(set, set.installation.sender, JSON.stringify(order));
    await settles(set, signal, "hamburg", document, ["waiting-by-name"]);
    const late = { type: "MaterialDefinition", id: material, version: "1", hierarchyScope: "hamburg", description: "late", baseUnit: "KGM" };
    await fromErp(set, set.installation.sender, JSON.stringify(late));
    await delivered(set, signal, "hamburg", document);
  },
};

export const ORDERS: readonly Story[] = [
  material("hamburg"),
  material("suzhou"),
  plain("hamburg"),
  plain("suzhou"),
  ofSap,
  inB2mml,
  polled,
  polledLong,
  byHand,
  overtaken,
  undone,
  waiting,
];
