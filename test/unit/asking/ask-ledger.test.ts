import { describe, expect, it } from "vitest";
import { openLines } from "../../../cli/stories.ts";
import { DocumentAnswer, OpenAnswer, OrderAnswer } from "../../../core/asking/answers.ts";
import { DocumentId } from "../../../core/documents/ids.ts";
import { type Header, itemOf } from "../../../core/ledger/items.ts";
import { headerKey } from "../../../core/ledger/keys.ts";
import type { LedgerStore } from "../../../core/ledger/ledger-store.ts";
import { createAskLedger } from "../../../functions/ask-ledger/ask-ledger.ts";
import { createLeaseDeliveries } from "../../../functions/lease-deliveries/lease-deliveries.ts";
import { countingIds } from "../../support/memory/ids.ts";
import { answerIn, askWorld, consumptionWire, materialWire, orderWire, TASK_TOKEN } from "./ask-world.ts";

const ORDER = "000001000123";

describe("an order", () => {
  it("has both directions in one timeline, oldest first, under any of the forms its number is written in", async () => {
    const world = await askWorld();
    const order = await world.receive("erp", orderWire(ORDER, "1"));
    await world.drain();
    await world.release(order);
    const consumption = await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
    await world.drain();
    for (const number of [ORDER, "1000123"]) {
      const answer = answerIn(OrderAnswer, await world.ask.order("hamburg", number));
      expect(answer.documents.map(({ id, direction, state }) => [id, direction, state])).toEqual([
        [order, "to-plant", "delivered"],
        [consumption, "to-erp", "delivered"],
      ]);
      expect(answer.documents.map(({ block }) => block)).toEqual([undefined, undefined]);
      expect(answer.documents.map(({ plantReference }) => plantReference)).toEqual(["MES-1", undefined]);
      expect(answer.documents.map(({ erpReference }) => erpReference)).toEqual([undefined, "ERP-000002"]);
      expect(answer.timeline.map(({ what, direction }) => [what, direction])).toEqual([
        ["received", "to-plant"],
        ["received", "to-erp"],
        ["delivery-put", "to-plant"],
        ["delivery-leased", "to-plant"],
        ["delivery-accepted", "to-plant"],
        ["delivered", "to-plant"],
        ["delivered", "to-erp"],
      ]);
      expect(answer.complete).toBe(true);
    }
  });

  it("that nobody knows is 404, at this site and at the other", async () => {
    const world = await askWorld();
    await world.receive("erp", orderWire(ORDER, "1"));
    expect(await world.ask.order("hamburg", "77")).toMatchObject({ kind: "refused", problem: { status: 404 } });
    expect(await world.ask.order("suzhou", ORDER)).toMatchObject({ kind: "refused", problem: { status: 404 } });
  });

  it("reads no payload", async () => {
    const world = await askWorld();
    await world.receive("erp", orderWire(ORDER, "1"));
    const read: string[] = [];
    const ledger: LedgerStore = {
      ...world.ledger,
      list: (pk, range) => {
        read.push(range.prefix);
        return world.ledger.list(pk, range);
      },
    };
    const payloads = { put: world.payloads.put, read: () => Promise.reject(new Error("a payload was read")) };
    answerIn(OrderAnswer, await createAskLedger({ ...world, ledger, payloads, map: () => Promise.reject(new Error("mapped")) }).order("hamburg", ORDER));
    expect(read.sort()).toEqual(["DELIVERY#", "DOC#", "EVENT#", "HELD#", "LANE#"]);
  });
});

describe("what blocks a document", () => {
  it("is its material, by name, and then the person who must bring it", async () => {
    const world = await askWorld();
    const order = await world.receive("erp", orderWire(ORDER, "1", ["4711"]));
    await world.drain();
    const waiting = answerIn(DocumentAnswer, await world.ask.document("hamburg", order));
    expect(waiting).toMatchObject({
      state: "waiting",
      block: { kind: "dependency", text: expect.stringContaining("waits for material:4711, of which nothing has arrived"), until: "2026-03-01T12:00:20.000Z" },
      next: [`orderlane tail --site hamburg --document ${order}`],
    });
    await world.waitInVain();
    const parked = answerIn(DocumentAnswer, await world.ask.document("hamburg", order));
    expect(parked.block).toEqual({
      kind: "person",
      text: "material:4711 was waited for and never came",
      owner: "master data",
      next: "send material:4711 to the plant, then replay this document",
    });
    expect(parked.next).toEqual(["replay", "skip"].map((name) => `orderlane ${name} ${order} --site hamburg --why "…"`));
    expect(parked.timeline.map(({ what }) => what)).toEqual(["received", "waits-for", "parked"]);
  });

  it("is the document that brings its material, when that is on its way", async () => {
    const world = await askWorld();
    const material = await world.receive("erp", materialWire("4711", "1"));
    const order = await world.receive("erp", orderWire(ORDER, "1", ["4711"]));
    await world.drain();
    const answer = answerIn(DocumentAnswer, await world.ask.document("hamburg", order));
    expect(answer.block).toMatchObject({
      kind: "dependency",
      document: material,
      text: expect.stringContaining("MaterialDefinition 4711 version 1, delivering"),
    });
    expect(answer.next).toEqual([`orderlane document ${material} --site hamburg`]);
    await world.verdict("accepted");
    await world.drain();
    expect((await world.headerOf(order)).state).toBe("delivering");
  });

  it("is the holder of its lane, with the reason the holder stands still", async () => {
    const world = await askWorld();
    world.erp.faultNext({ kind: "fail-after-commit" });
    const first = await world.receive("mes-hamburg", consumptionWire("C1", ORDER));
    await world.drain();
    const second = await world.receive("mes-hamburg", consumptionWire("C2", ORDER));
    const third = await world.receive("mes-hamburg", consumptionWire("C3", ORDER));
    await world.drain();
    const { documents } = answerIn(OrderAnswer, await world.ask.order("hamburg", ORDER));
    const blocks = new Map(documents.map(({ id, block }) => [id, block]));
    expect(blocks.get(first)).toMatchObject({ kind: "time", text: "the ERP failed, and does not say whether it posted (HTTP 500)" });
    expect(blocks.get(second)).toMatchObject({ kind: "holder", document: first });
    expect(blocks.get(second)?.text).toMatch(
      /^waits its turn, 1 of the 2 held, behind MaterialActual C1, waiting: the ERP failed, and does not say whether it posted/,
    );
    expect(blocks.get(third)?.text).toMatch(/^waits its turn, 2 of the 2 held/);
    const alone = answerIn(DocumentAnswer, await world.ask.document("hamburg", third));
    expect(alone.block).toEqual(blocks.get(third));
    expect(alone.next).toEqual([`orderlane document ${first} --site hamburg`]);
    expect(alone.markers).toEqual([]);
  });

  it("is the plant: not leased yet, leased without a verdict, its agent silent", async () => {
    const world = await askWorld();
    const order = await world.receive("erp", orderWire(ORDER, "1"));
    await world.drain();
    await world.step(order, "deliver");
    const blockNow = async () => answerIn(DocumentAnswer, await world.ask.document("hamburg", order)).block;
    expect(await blockNow()).toMatchObject({
      kind: "plant",
      text: expect.stringContaining("which has never been heard of"),
      next: expect.stringContaining("agent of hamburg"),
    });
    await world.functions.heartbeat("hamburg");
    expect(await blockNow()).toEqual({ kind: "plant", text: "the delivery waits in the mailbox of hamburg for the plant's agent" });
    await world.functions.lease("hamburg", 1);
    expect(await blockNow()).toEqual({
      kind: "plant",
      text: "the delivery was leased at 2026-03-01T12:00:00.000Z; the plant has given no verdict yet",
      until: "2026-03-01T12:00:20.000Z",
    });
    world.clock.advance(3_600_000);
    expect(await blockNow()).toMatchObject({ text: expect.stringContaining("has not been heard of since 2026-03-01T12:00:00.000Z: no deadline runs") });
  });
});

describe("a document", () => {
  it("is 404 at another site, and under an id that is none", async () => {
    const world = await askWorld();
    const order = await world.receive("erp", orderWire(ORDER, "1"));
    expect(await world.ask.document("suzhou", order)).toMatchObject({ kind: "refused", problem: { status: 404 } });
    expect(await world.ask.document("hamburg", "PAYLOAD#x")).toMatchObject({ kind: "refused", problem: { status: 404 } });
    expect(await world.ask.document("hamburg", order)).toMatchObject({ kind: "answered" });
  });

  it("shows what came beside what we understood, why it was not understood, and that it is gone", async () => {
    const world = await askWorld();
    const wire = orderWire(ORDER, "1", ["4711"]);
    const good = await world.receive("erp", wire);
    const bad = await world.receive("erp", { ...orderWire("2", "1"), operationsType: "Dancing" });
    const contentOf = async (id: string) => answerIn(DocumentAnswer, await world.ask.document("hamburg", id, { content: true })).content;
    expect(await contentOf(good)).toMatchObject({
      kind: "kept",
      source: JSON.stringify(wire),
      canonical: { id: ORDER, materialRequirements: [{ quantity: { value: "12.500", unit: "KGM" } }] },
    });
    expect(await contentOf(bad)).toMatchObject({ kind: "not-understood", reasons: [{ field: "/operationsType" }] });
    world.forgetPayload(good);
    expect(await contentOf(good)).toEqual({ kind: "gone" });
    expect(answerIn(DocumentAnswer, await world.ask.document("hamburg", bad)).content).toBeUndefined();
  });

  it("tells no task token, no lease token and no owner of a claim", async () => {
    const world = await askWorld();
    const order = await world.receive("erp", orderWire(ORDER, "1"));
    await world.drain();
    await world.step(order, "deliver");
    const { leaseToken } = await world.verdict("accepted");
    const kept = JSON.stringify(world.ledger.all());
    expect(kept).toContain(TASK_TOKEN);
    expect(kept).toContain(leaseToken);
    const told = JSON.stringify([
      await world.ask.document("hamburg", order, { content: true }),
      await world.ask.order("hamburg", ORDER),
      await world.ask.open("hamburg", { limit: 50 }),
    ]);
    expect(told).toContain(order);
    expect(told).not.toContain(TASK_TOKEN);
    expect(told).not.toContain(leaseToken);
    expect(told).not.toMatch(/taskToken|leaseToken|"owner":"0/);
  });
});

describe("what is open", () => {
  it("comes page by page, those due soonest first, the parked last, each once, with cause and age", async () => {
    const world = await askWorld();
    await world.knows("1");
    const parked = await world.receive("erp", orderWire("10", "1", ["4711"]));
    await world.drain();
    await world.waitInVain();
    const waiting = await world.receive("erp", orderWire("20", "1", ["4712"]));
    await world.drain();
    const settled = await world.receive("mes-hamburg", consumptionWire("C1", "30"));
    await world.drain();
    world.clock.advance(1000);
    const received = await world.receive("mes-hamburg", consumptionWire("C2", "40"));
    const first = answerIn(OpenAnswer, await world.ask.open("hamburg", { limit: 2 }));
    const rest = answerIn(OpenAnswer, await world.ask.open("hamburg", { limit: 2, after: first.after }));
    expect([...first.documents, ...rest.documents].map(({ id }) => id)).toEqual([received, waiting, parked]);
    expect(rest.after).toBeUndefined();
    expect(first.note).toContain("eventually consistent");
    expect(rest.documents[0]).toMatchObject({ cause: "material:4711 was waited for and never came", owner: "master data", ageSeconds: 181 });
    expect(rest.documents[0]?.dueAt).toBeUndefined();
    const only = answerIn(OpenAnswer, await world.ask.open("hamburg", { limit: 2, state: "parked" }));
    expect(only.documents.map(({ id }) => id)).toEqual([parked]);
    expect((await world.headerOf(settled)).state).toBe("delivered");
    expect(answerIn(OpenAnswer, await world.ask.open("suzhou", { limit: 2 })).documents).toEqual([]);
  });
});

describe("what the other systems are told", () => {
  const targetOf = async (world: Awaited<ReturnType<typeof askWorld>>, id: string) => {
    const { content } = answerIn(DocumentAnswer, await world.ask.document("hamburg", id, { content: true }));
    if (content?.kind !== "kept") throw new Error("its content is not kept");
    return content.target;
  };

  it("is a delivery in the language that the plant's agent leased in last, before and after it is sent, and what its sender was told", async () => {
    const world = await askWorld();
    const order = await world.receive("erp", orderWire(ORDER, "1"));
    expect(await targetOf(world, order)).toEqual([
      { step: "deliver", connection: "mes-hamburg", format: "canonical", state: "none", complete: true, text: expect.stringContaining(`"id":"${ORDER}"`) },
    ]);
    await createLeaseDeliveries({ ...world, ids: countingIds(7), canonicalOf: async () => undefined, onUnleasable: () => undefined })("hamburg", {
      max: 1,
      format: "b2mml-v7",
    });
    await world.drain();
    await world.release(order);
    const [delivery, told] = await targetOf(world, order);
    expect(delivery).toMatchObject({ step: "deliver", format: "b2mml-v7", state: "applied", text: expect.stringMatching(/^<\?xml.*000001000123/s) });
    expect(told).toMatchObject({ step: "tell-accepted", connection: "erp", format: "plain-json", state: "applied", call: "POST /postings", complete: true });
    expect(JSON.parse(told?.text ?? "")).toMatchObject({ action: "tell-accepted", plantReference: "MES-1", document: { id: ORDER } });
  });

  it("is the very body that the ERP got", async () => {
    const world = await askWorld();
    const consumption = await world.receive("mes-hamburg", consumptionWire("C1", ORDER));
    await world.drain();
    const [posted] = await targetOf(world, consumption);
    const { key, action, document } = world.erp.books()[0] ?? {};
    expect(JSON.parse(posted?.text ?? "")).toEqual({ key, action, document });
  });
});

describe("what is open, by cause and age", () => {
  it("is found by a reason's code or its family, and by how long ago it came", async () => {
    const world = await askWorld();
    const parked = await world.receive("erp", orderWire("10", "1", ["4711"]));
    await world.drain();
    await world.waitInVain();
    const waiting = await world.receive("erp", orderWire("20", "1", ["4712"]));
    await world.drain();
    const found = async (wanted: object) =>
      answerIn(OpenAnswer, await world.ask.open("hamburg", { limit: 9, ...wanted })).documents.map(({ id, code }) => [id, code]);
    expect(await found({ cause: "ORL-LANE-003" })).toEqual([[parked, "ORL-LANE-003"]]);
    expect(await found({ cause: "ORL-LANE" })).toEqual([
      [waiting, "ORL-LANE-020"],
      [parked, "ORL-LANE-003"],
    ]);
    expect(await found({ cause: "ORL-LAN" })).toEqual([]);
    expect(await found({ age: 180 })).toEqual([[parked, "ORL-LANE-003"]]);
    expect(await found({ age: 181 })).toEqual([]);
    expect(await found({ state: "waiting", cause: "ORL-LANE-003" })).toEqual([]);
  });

  it("takes a mark only for the question whose answer said it", async () => {
    const world = await askWorld();
    for (const number of ["1", "2", "3"]) await world.receive("erp", orderWire(number, "1"));
    const { after = "" } = answerIn(OpenAnswer, await world.ask.open("hamburg", { limit: 1 }));
    expect(await world.ask.open("hamburg", { limit: 2, after })).toMatchObject({ kind: "answered", answer: { documents: { length: 2 } } });
    const refused = { kind: "refused", problem: { name: "request-invalid", detail: expect.stringContaining("after") } };
    expect(await world.ask.open("hamburg", { limit: 2, after, state: "received" })).toMatchObject(refused);
    expect(await world.ask.open("suzhou", { limit: 2, after })).toMatchObject(refused);
    expect(await world.ask.open("hamburg", { limit: 2, after: after.replace(/^0\d{4}/, "09999") })).toMatchObject(refused);
  });
});

describe("more is open than one answer can look through", () => {
  const open = (count: number, world: Awaited<ReturnType<typeof askWorld>>, header: Header) =>
    Promise.all(
      Array.from({ length: count }, (_, nth) => {
        const [subject = "", own = ""] = header.id.split(".");
        const id = `${subject}.${String(nth).padStart(8, "0")}${own.slice(8)}`;
        return world.ledger.write([{ kind: "put", item: itemOf(headerKey(DocumentId.parse(id)), { ...header, id }) }]);
      }),
    );

  it("says that the list is cut, instead of saying that this was all", async () => {
    const world = await askWorld();
    const order = await world.receive("erp", orderWire("1000123", "1", ["4711"]));
    await world.drain();
    const few = answerIn(OpenAnswer, await world.ask.open("hamburg", { limit: 1 }));
    expect(few.note).not.toContain("more is open");
    await open(5000, world, await world.headerOf(order));
    const many = answerIn(OpenAnswer, await world.ask.open("hamburg", { limit: 1 }));
    expect(many.note).toContain("more is open than is listed");
    expect([few, many].map((answer) => openLines(answer, "", "zh-CN").some((line) => line.includes("未完结的比列出的更多")))).toEqual([false, true]);
  });
});
