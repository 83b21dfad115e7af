import { describe, expect, it } from "vitest";
import { DocumentId, SiteId, subjectKeyOf } from "../../../core/documents/ids.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { MessageItem, parseItem } from "../../../core/ledger/items.ts";
import { createReceiveDocuments } from "../../../functions/receive-documents/receive-documents.ts";
import { buildRequest } from "../../bad-input/build-request.ts";
import { bytesOf, consumption, json, material, order } from "../../bad-input/documents.ts";
import { type DoorWorld, doorWorld, START } from "./door-world.ts";

import { headersIn, linesOf, post, queuedIn, resultsOf, runner } from "./post.ts";

describe("receive-documents", () => {
  it("stores key, payload and header and queues the document, before it answers 202", async () => {
    const world = await doorWorld();
    const text = JSON.stringify({ ...order("7"), id: "000001000123", note: "x" }).replace('"12.500"', "12.500");
    const answer = await post(world, bytesOf(text));
    const [line] = linesOf(answer);
    const document = DocumentId.parse(line?.document);
    expect(line).toEqual({ line: 1, result: "accepted", document });
    expect(await world.payloads.read(document)).toBe(text);
    const [header] = headersIn(world);
    expect(header).toMatchObject({
      id: document,
      state: "received",
      subject: { kind: "order", number: "000001000123" },
      objectId: "000001000123",
      version: "1",
      site: "hamburg",
      connection: "erp",
      target: "mes-hamburg",
      unknownFields: ["/note"],
      dueAt: START + 900_000,
      mappingVersion: "plain-json/order@1",
    });
    expect(
      world
        .written()
        .filter((item) => item.sk === "KEY")
        .map((item) => parseItem(MessageItem, item).documents),
    ).toEqual([[document]]);
    expect(queuedIn(world, "mes-hamburg").map((body) => JSON.parse(body))).toEqual([{ kind: "document", target: "mes-hamburg", document, attempt: 1 }]);
  });

  it("matches numbers by the connection's rule: the ERP's padded order and the MES's report are one subject, two lanes", async () => {
    const world = await doorWorld();
    const [down] = linesOf(await post(world, { ...order("7"), id: "000001000123" }));
    const [up] = linesOf(await post(world, consumption("7", { operationsRequestId: "1000123" }), { by: "bearer" }));
    const subject = subjectKeyOf(SiteId.parse("hamburg"), "order:1000123");
    expect([down?.document?.slice(0, 26), up?.document?.slice(0, 26)]).toEqual([subject, subject]);
    expect(
      headersIn(world)
        .map(({ target }) => target)
        .sort(),
    ).toEqual(["erp", "mes-hamburg"]);
  });

  it("answers the same message a duplicate, with the same documents, as often as it comes", async () => {
    const world = await doorWorld();
    const first = await post(world, { documents: [order("1"), material("2")] });
    const again = await post(world, { documents: [order("1"), material("2")] });
    expect([resultsOf(first), resultsOf(again)]).toEqual([
      ["accepted", "accepted"],
      ["duplicate", "duplicate"],
    ]);
    expect(linesOf(again).map((line) => line.document)).toEqual(linesOf(first).map((line) => line.document));
    expect([headersIn(world).length, world.queued()]).toEqual([2, 2]);
  });

  it("answers a hundred at once of the same message with one document", async () => {
    const world = await doorWorld();
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(world, order("1"))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 202));
    expect(answers.flatMap(resultsOf).filter((result) => result === "accepted")).toHaveLength(1);
    expect([headersIn(world).length, world.queued()]).toEqual([1, 1]);
  });

  it("refuses a used key with other content, and nothing of it stays", async () => {
    const world = await doorWorld();
    await post(world, order("1"));
    const answer = await post(world, order("1", { priority: "5" }));
    expect([answer.status, ProblemBody.parse(JSON.parse(answer.body)).code]).toEqual([422, "ORL-DOOR-033"]);
    expect([headersIn(world).length, world.queued()]).toEqual([1, 1]);
  });

  it("answers the same version and content under another key a duplicate, its volatile fields aside", async () => {
    const world = await doorWorld();
    await post(world, order("1", { sentAt: "10:00" }));
    expect(resultsOf(await post(world, order("1", { sentAt: "10:05" }), { id: "m2" }))).toEqual(["duplicate"]);
    expect([headersIn(world).length, world.queued()]).toEqual([1, 1]);
  });

  it("accepts the same version with other content under another key: the lane parks it", async () => {
    const world = await doorWorld();
    await post(world, order("1"));
    expect(resultsOf(await post(world, order("1", { priority: "5" }), { id: "m2" }))).toEqual(["accepted"]);
    expect(new Set(headersIn(world).map(({ object }) => object)).size).toBe(1);
    expect([headersIn(world).length, world.queued()]).toEqual([2, 2]);
  });

  it("knows a report replayed under a new free key again", async () => {
    const world = await doorWorld();
    await post(world, consumption("1"), { by: "bearer", key: "k1" });
    expect(resultsOf(await post(world, consumption("1"), { by: "bearer", key: "k2" }))).toEqual(["duplicate"]);
    expect(resultsOf(await post(world, consumption("1"), { by: "bearer" }))).toEqual(["duplicate"]);
    expect([headersIn(world).length, world.queued()]).toEqual([1, 1]);
  });

  it("takes each line's own key: the same again, other content under it, and a repeat within the message", async () => {
    const world = await doorWorld();
    const line = (key: string, unique: string) => ({ key, document: consumption(unique) });
    const answer = await post(world, { lines: [line("a", "1"), line("b", "2"), line("a", "1"), line("b", "3"), line("c", "1")] }, { by: "bearer" });
    expect(resultsOf(answer)).toEqual(["accepted", "accepted", "duplicate", "refused", "duplicate"]);
    expect(linesOf(answer)[3]?.code).toBe("ORL-DOOR-033");
    expect([headersIn(world).length, world.queued()]).toEqual([2, 2]);
  });

  it("never tells 1.5 and 1.50 apart as the same content, nor loses a digit of either", async () => {
    const world = await doorWorld();
    const report = (quantity: string): string => JSON.stringify(consumption("1")).replace("1.5", quantity);
    await post(world, bytesOf(report("1.5")), { by: "bearer", key: "k1" });
    const [line] = linesOf(await post(world, bytesOf(`{"lines":[{"key":"k2","document":${report("1.50")}}]}`), { by: "bearer" }));
    expect(line?.result).toBe("accepted");
    expect(await world.payloads.read(DocumentId.parse(line?.document))).toContain('"value":1.50');
  });

  it("sends the lines of one lane in their order, and of different lanes side by side", async () => {
    const world = await doorWorld();
    const documents = [1, 2, 3].flatMap((version) => ["a", "b"].map((name) => order(name, { version: String(version) })));
    const lines = linesOf(await post(world, { documents }));
    const sent = new Map<string, string[]>();
    for (let round = 0; round < 3; round += 1)
      for (const { id } of world.settings.connections)
        for (const { body, group, receiptHandle } of world.queue.receive(id)) {
          sent.set(group, [...(sent.get(group) ?? []), JSON.parse(body).document]);
          world.queue.delete(id, receiptHandle);
        }
    const expected = [0, 1].map((lane) => lines.filter((_, at) => at % 2 === lane).map(({ document }) => document));
    expect([...sent.values()]).toEqual(expected);
  });

  it("after a line that the queue did not take, sends none of its lane, and completes all when the message comes again", async () => {
    let failing = 1;
    const world = await doorWorld({}, () => failing++ === 3);
    const documents = [1, 2, 3].flatMap((version) => ["a", "b"].map((name) => order(name, { version: String(version) })));
    const answer = await post(world, { documents });
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    expect(resultsOf(answer)).toEqual(["accepted", "accepted", "retry", "accepted", "retry", "accepted"]);
    expect(world.queued()).toBe(4);
    const again = await post(world, { documents });
    expect([again.status, resultsOf(again)]).toEqual([202, Array.from({ length: 6 }, () => "duplicate")]);
    expect(world.queued()).toBe(6);
  });

  it("after a line that could not be stored, sends none of its lane, stored or not", async () => {
    const world = await doorWorld();
    const documents = [1, 2, 3].flatMap((version) => ["a", "b"].map((name) => order(name, { version: String(version) })));
    const put: DoorWorld["payloads"]["put"] = async (document, source) => {
      if (source.includes('"ORD-a","version":"2"')) throw new Error("down");
      return world.payloads.put(document, source);
    };
    const broken = { ...world, payloads: { ...world.payloads, put } };
    const answer = await post({ ...broken, receive: createReceiveDocuments(broken) }, { documents });
    expect([answer.status, resultsOf(answer), world.queued()]).toEqual([503, ["accepted", "accepted", "retry", "accepted", "retry", "accepted"], 4]);
    expect(answer.audit).toMatchObject({ accepted: 4, retry: 2, code: "ORL-DOOR-036", errors: ["down"] });
    expect(answer.body).not.toContain("down");
    const again = await post(world, { documents });
    expect([again.status, resultsOf(again)]).toEqual([202, ["duplicate", "duplicate", "accepted", "duplicate", "duplicate", "duplicate"]]);
    expect(world.queued()).toBe(6);
  });

  it("takes 500 documents of one message, and of one lane, in their order", async () => {
    const world = await doorWorld();
    const lines = linesOf(await post(world, { documents: Array.from({ length: 500 }, (_, at) => order("1", { version: String(at + 1) })) }));
    expect([lines.length, world.queued(), headersIn(world).length]).toEqual([500, 500, 500]);
    const got: unknown[] = [];
    for (const { id } of world.settings.connections.filter((connection) => connection.id === "mes-hamburg"))
      for (let batch = world.queue.receive(id, 10); batch.length > 0; batch = world.queue.receive(id, 10))
        for (const { body, receiptHandle } of batch) {
          got.push(JSON.parse(body).document);
          world.queue.delete(id, receiptHandle);
        }
    expect(got).toEqual(lines.map(({ document }) => document));
  });

  it("completes what a crash left between any two of its writes", async () => {
    for (let step = 1; step <= 5; step += 1) {
      const world = await doorWorld();
      let calls = 0;
      const dying =
        <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
        async (...args: Args): Promise<Answer> => {
          calls += 1;
          if (calls >= step) throw new Error("down");
          return call(...args);
        };
      const broken = {
        ...world,
        ledger: { ...world.ledger, write: dying((writes: Parameters<DoorWorld["ledger"]["write"]>[0]) => world.ledger.write(writes)) },
        payloads: { ...world.payloads, put: dying(world.payloads.put) },
      };
      const first = await post({ ...broken, receive: createReceiveDocuments(broken) }, order("1"));
      const again = await post(world, order("1"));
      expect([first.status, again.status]).toEqual([step <= 3 ? 503 : 202, 202]);
      expect([headersIn(world).length, world.queued()]).toEqual([1, 1]);
    }
  });

  it("does not queue again what has left the state received", async () => {
    const world = await doorWorld();
    const [line] = linesOf(await post(world, order("1")));
    const [header] = headersIn(world);
    if (header === undefined) throw new Error("no header");
    await world.ledger.write([{ kind: "update", key: { pk: header.pk, sk: header.sk }, set: { state: "delivered" } }]);
    world.clock.advance(6 * 60_000);
    const again = await post(world, order("1"), { id: "m1" });
    expect([again.status, line?.result]).toEqual([401, "accepted"]);
    const later = { ...runner, nowSeconds: Math.floor(world.clock.now() / 1000) };
    const request = buildRequest({ class: "", name: "", by: "signed", body: () => json(order("1")), signing: { id: "m1" }, expected: { status: 202 } }, later);
    expect(resultsOf(await world.receive({ ...request, sourceIp: "192.0.2.1" }))).toEqual(["duplicate"]);
    expect(world.queued()).toBe(1);
  });
});
