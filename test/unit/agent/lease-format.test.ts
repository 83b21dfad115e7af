import { expect, it } from "vitest";
import { b2mmlFormat } from "../../../connectors/b2mml/format.ts";
import { createCanonicalOf, createMap } from "../../../connectors/stored-documents.ts";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import { LeaseRequest } from "../../../core/mailbox/bodies.ts";
import { createLeaseDeliveries } from "../../../functions/lease-deliveries/lease-deliveries.ts";
import { byHand } from "../../promises/by-hand.ts";
import { countingIds } from "../../support/memory/ids.ts";

const orderText = (id: string, description: string): string =>
  `{"type":"OperationsRequest","id":"${id}","version":"7","hierarchyScope":"hamburg","operationsType":"Production","requestState":"Released","description":${JSON.stringify(description)},` +
  `"segmentRequirements":[{"id":"0010","processSegmentId":"MIX"}],"materialRequirements":[{"id":"1","materialDefinitionId":"M0","materialUse":"Consumed","quantity":{"value":"12.50","unit":"kg"},"segmentRequirementId":"0010"}]}`;

/** A site's mailbox with a delivery for each order. */
async function mailboxOf(...orders: readonly string[]) {
  const world = await byHand();
  for (const [at, order] of orders.entries()) await world.functions().receive(world.fromErp(order, `m-${at}`));
  await world.run(1);
  for (const header of world.headers())
    await world.functions().perform({ step: "deliver", direction: "forward", document: header.id, attempt: 1, taskToken: header.id }, () => 60_000);
  const unleasable: string[] = [];
  const { ledger, clock, settings } = world;
  const lease = createLeaseDeliveries({
    ledger,
    clock,
    ids: countingIds(7),
    settings,
    canonicalOf: createCanonicalOf(ledger, createMap(world.payloads, settings)),
    onUnleasable: (_delivery, error) => unleasable.push(String(error)),
  });
  return { lease, unleasable };
}

it("an agent that asks for nothing else gets canonical documents", async () => {
  const { lease } = await mailboxOf(orderText("1001", "Mix"));
  const { deliveries } = await lease("hamburg", { max: 5 });
  expect(deliveries).toMatchObject([{ action: "apply", document: { type: "OperationsRequest", id: "1001" } }]);
});

it("an agent may ask for B2MML V7: the document is the XML text, all around it stays as it is", async () => {
  const { lease } = await mailboxOf(orderText("1001", "Mix"));
  const { deliveries } = await lease("hamburg", { max: 5, format: "b2mml-v7" });
  const [delivery] = deliveries;
  expect(delivery).toMatchObject({ action: "apply", version: "7", leaseToken: expect.any(String) });
  const text = delivery?.document;
  const parsed = parseExactXml(Buffer.from(typeof text === "string" ? text : ""), undefined);
  if (parsed.kind !== "parsed") throw new Error(parsed.message);
  expect(parsed.value).toMatchObject({ "#element": "ProcessOperationsSchedule", ApplicationArea: { BODID: delivery?.id } });
  const back = b2mmlFormat.toCanonical(parsed.value, { site: SiteId.parse("hamburg"), timeZone: "UTC", decimalSeparator: ".", codes: [] });
  expect(back).toMatchObject({
    kind: "canonical",
    document: { id: "1001", materialRequirements: [{ materialDefinitionId: "M0", quantity: { value: "12.50", unit: "KGM" } }] },
  });
});

it("what the format cannot carry stays in the mailbox and is told, and the others are leased", async () => {
  const { lease, unleasable } = await mailboxOf(orderText("1001", "a\u0001b"), orderText("1002", "Mix"));
  const first = await lease("hamburg", { max: 5, format: "b2mml-v7" });
  expect(first.deliveries).toHaveLength(1);
  expect(unleasable).toEqual([expect.stringContaining("ORL-B2MML-001")]);
  expect((await lease("hamburg", { max: 5 })).deliveries).toMatchObject([{ document: { id: "1001", description: "a\u0001b" } }]);
});

it("a format nobody writes is refused", () => {
  expect(LeaseRequest.safeParse({ max: 1, format: "edifact" }).success).toBe(false);
});
