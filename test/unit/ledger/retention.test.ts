import { expect, it } from "vitest";
import type { DocumentId } from "../../../core/documents/ids.ts";
import { decide } from "../../../core/ledger/header-change.ts";
import { headerKey } from "../../../core/ledger/keys.ts";
import { type AskWorld, askWorld, consumptionWire, materialWire, orderWire, START, TOKENS } from "../asking/ask-world.ts";

/** ADR 16: when a settled document's header goes, and what still holds without it. */

const DAYS = 86_400_000;
const EXPIRES = START / 1000 + 400 * 86_400;

const cancelOf = (id: string, order: string) => ({ ...consumptionWire(id, order), verb: "Cancel" });

/** What the table's time to live does. */
const forget = (world: AskWorld, document: DocumentId) => world.ledger.write([{ kind: "delete", key: headerKey(document) }]);

/** Under a key of its own. */
async function postedAgain(world: AskWorld, wire: unknown, key: string): Promise<string> {
  const headers = { "content-type": ["application/json"], authorization: [`Bearer ${TOKENS.mes}`], "idempotency-key": [key] };
  const path = { site: "hamburg", connection: "mes-hamburg" };
  return (await world.functions.receive({ path, headers, body: Buffer.from(JSON.stringify(wire)), sourceIp: "10.0.0.1" })).body;
}

async function delivered(world: AskWorld, wire: Parameters<AskWorld["receive"]>[1]): Promise<DocumentId> {
  const document = await world.receive("mes-hamburg", wire);
  await world.drain();
  expect((await world.headerOf(document)).state).toBe("delivered");
  return document;
}

it("goes 400 days after a report or an order was delivered; never of what is open, was settled in another way, is master data or a cancel", async () => {
  const world = await askWorld({ erpRefuses: ({ document }) => (document.id === "C2" ? { code: "not-wanted", message: "closed" } : undefined) });
  const expiryOf = async (document: DocumentId) => (await world.headerOf(document)).expiresAt;
  expect(await expiryOf(await delivered(world, consumptionWire("C1", "1000123")))).toBe(EXPIRES);
  const rejected = await world.receive("mes-hamburg", consumptionWire("C2", "1000123"));
  const open = await world.receive("erp", orderWire("1000124", "1", ["4711"]));
  const material = await world.receive("erp", materialWire("4712", "1"));
  await world.knows("4713");
  const order = await world.receive("erp", orderWire("1000125", "1", ["4713"]));
  await world.drain();
  for (const document of [rejected, open]) expect(await expiryOf(document)).toBeUndefined();
  await world.verdict("accepted");
  await world.drain();
  expect(await world.headerOf(material)).toMatchObject({ state: "delivered" });
  expect(await expiryOf(material)).toBeUndefined();
  await world.release(order);
  expect(await expiryOf(order)).toBe(EXPIRES);
  const cancel = await world.receive("mes-hamburg", cancelOf("C1", "1000123"));
  await world.drain();
  expect(await world.headerOf(cancel)).toMatchObject({ state: "delivered", cancel: true });
  expect(await expiryOf(cancel)).toBeUndefined();
});

it("goes no more once its document is open again", async () => {
  const world = await askWorld({ erpRefuses: () => ({ code: "not-wanted", message: "closed" }) });
  const document = await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
  await world.drain();
  const settled = { ...(await world.headerOf(document)), expiresAt: EXPIRES };
  const { write, next } = decide(settled, { state: "delivering" }, 1);
  expect(write).toMatchObject({ remove: ["expiresAt"] });
  expect(next).not.toHaveProperty("expiresAt");
});

it("leaves a report known by its number: sent again under its key or another it is a duplicate, and posted once", async () => {
  const world = await askWorld();
  const wire = consumptionWire("C1", "1000123");
  const document = await delivered(world, wire);
  await forget(world, document);
  world.clock.advance(401 * DAYS);
  await world.receive("mes-hamburg", wire);
  expect(await postedAgain(world, wire, "another-key")).toContain('"duplicate"');
  await world.drain();
  expect(world.erp.books()).toHaveLength(1);
});

it("leaves an order known by its lane's high water: its version sent again is superseded, and delivered once", async () => {
  const world = await askWorld();
  await world.knows("4713");
  const order = await world.receive("erp", orderWire("1000125", "1", ["4713"]));
  await world.drain();
  await world.release(order);
  await forget(world, order);
  world.clock.advance(401 * DAYS);
  expect(await world.receive("erp", orderWire("1000125", "1", ["4713"]))).toBe(order);
  await world.drain();
  expect((await world.headerOf(order)).state).toBe("superseded");
  expect((await world.functions.lease("hamburg", 10)).deliveries).toEqual([]);
});

it.each([
  ["has gone", true, 401],
  ["is about to go", false, 371],
])("parks a cancel of a report whose header %s, for a person to reverse by hand, and says nothing was taken back", async (_when, gone, days) => {
  const world = await askWorld();
  const document = await delivered(world, consumptionWire("C1", "1000123"));
  if (gone) await forget(world, document);
  world.clock.advance(days * DAYS);
  const cancel = await world.receive("mes-hamburg", cancelOf("C1", "1000123"));
  await world.drain();
  expect(await world.headerOf(cancel)).toMatchObject({
    state: "parked",
    reason: { code: "ORL-LANE-029", next: expect.stringContaining("reverse it by hand") },
  });
  expect(world.erp.books()).toHaveLength(1);
});

it("takes a report back as ever while its header is there for long enough", async () => {
  const world = await askWorld();
  await delivered(world, consumptionWire("C1", "1000123"));
  world.clock.advance(369 * DAYS);
  const cancel = await world.receive("mes-hamburg", cancelOf("C1", "1000123"));
  await world.drain();
  expect(await world.headerOf(cancel)).toMatchObject({ state: "delivered" });
  expect(world.erp.books()).toHaveLength(2);
});
