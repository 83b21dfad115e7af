import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { LeaseAnswer } from "../../../local/agent-wire.ts";
import { orderOf } from "../../../local/scenario/documents.ts";
import { randomText } from "../polled-erp.ts";
import { ask, callApi, fromErp, plantAt, type StageSet, StoryFailed, settles } from "../stage-set.ts";
import type { Story } from "../story.ts";
import { delivered, release, waitsInMailbox } from "./orders.ts";

/** Documents too long for an item of the ledger, however they are packed; and what becomes of them when their retention has passed. */

const long = (): object => ({
  segmentRequirements: Array.from({ length: 600 }, (_, at) => ({ id: String(at + 1), processSegmentId: "mix", description: randomText(1000) })),
});

async function drop({ hand, cloud }: StageSet, document: string): Promise<void> {
  const [subject = "", key = ""] = document.split(".");
  await hand.s3.send(new DeleteObjectCommand({ Bucket: cloud.bucket, Key: `${subject}/PAYLOAD#${key}#source` }));
}

const longOrder: Story = {
  name: "long order",
  tell: async (set, signal) => delivered(set, signal, "hamburg", (await release(set, "hamburg", long())).document),
};

const askedFor: Story = {
  name: "long order that is asked for",
  tell: async (set, signal) => {
    const { document } = await release(set, "hamburg", long());
    await waitsInMailbox(set, signal, document);
    await ask(set, `/v1/sites/hamburg/documents/${document}?content=true`);
    await drop(set, document);
    await ask(set, `/v1/sites/hamburg/documents/${document}?content=true`);
  },
};

const goneInMailbox: Story = {
  name: "long order whose payload is gone before it is leased",
  tell: async (set, signal) => {
    const { document } = await release(set, "hamburg", long());
    await waitsInMailbox(set, signal, document);
    await drop(set, document);
    await plantAt(set, "hamburg").agent.round();
  },
};

const goneBeforeTelling: Story = {
  name: "long order whose payload is gone before the ERP is told",
  tell: async (set, signal) => {
    const { document } = await release(set, "hamburg", long());
    await waitsInMailbox(set, signal, document);
    const { body } = await callApi(set, "POST", "/v1/sites/hamburg/deliveries/lease", { max: 50 });
    const mine = LeaseAnswer.parse(body).deliveries.filter(({ id }) => id.startsWith(document.slice(0, 26)));
    if (mine.length === 0) throw new StoryFailed("the order was not leased");
    await drop(set, document);
    const verdicts = mine.map(({ id, leaseToken }) => ({ delivery: id, leaseToken, result: "accepted", reference: "M-1" }));
    await callApi(set, "POST", "/v1/sites/hamburg/deliveries/verdicts", { verdicts });
    await settles(set, signal, "hamburg", document, ["parked"]);
  },
};

const goneWhileWaiting: Story = {
  name: "long order whose payload is gone before its material comes",
  tell: async (set, signal) => {
    const number = set.number();
    const material = `LATE-${number}`;
    const order = { ...orderOf({ site: "hamburg", number, version: 1, materials: [material], quantity: 5 }), ...long() };
    const [document = ""] = await fromErp(set, set.installation.sender, JSON.stringify(order));
    await settles(set, signal, "hamburg", document, ["waiting-by-name"]);
    await drop(set, document);
    const late = { type: "MaterialDefinition", id: material, version: "1", hierarchyScope: "hamburg", description: "late", baseUnit: "KGM" };
    await fromErp(set, set.installation.sender, JSON.stringify(late));
    await settles(set, signal, "hamburg", document, ["parked"]);
  },
};

export const PAYLOADS: readonly Story[] = [longOrder, askedFor, goneInMailbox, goneBeforeTelling, goneWhileWaiting];
