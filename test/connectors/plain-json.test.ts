import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPlainJsonTarget } from "../../connectors/plain-json/target-system.ts";
import { MaterialActual } from "../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import { type FakeErpServer, startFakeErpServer } from "../../local/fake-erp-server.ts";

const clock = { now: () => Date.now() };
const site = SiteId.parse("hamburg");
const subject = subjectKeyOf(site, "1000123");
const documentId = documentIdOf(subject, subjectKeyOf(site, "consumption 1"));
const key = postingKeyOf(documentId, "post", 0);
const undoKey = postingKeyOf(documentId, "post", 0, true);
const LONG_MS = 10_000;
const SHORT_MS = 300;

const document = MaterialActual.parse({
  type: "MaterialActual",
  id: "C-1",
  hierarchyScope: "hamburg",
  operationsRequestId: "000001000123",
  materialDefinitionId: "0012E4",
  materialLotId: "批次 7/α",
  materialUse: "Consumed",
  quantity: { value: "12.500", unit: "KGM" },
  actualTime: "2026-11-24T10:00:00Z",
});

const post = (ms = LONG_MS): EffectCall => ({ key, action: "post", document, documentId, plantReference: "M-7", deadline: clock.now() + ms });
const undo = (reference: string): ReverseCall => ({
  ...post(),
  key: undoKey,
  original: { key, reference },
  reason: { code: "ORL-X", message: "undone", owner: "not for them" },
});
const soon = () => clock.now() + LONG_MS;

let erp: FakeErpServer;
let target: TargetSystem;
let refusing = false;

const targetAt = (url: string, token = "right") => createPlainJsonTarget({ url, token: async () => token, clock, allowLoopbackHttp: true });

beforeEach(async () => {
  refusing = false;
  erp = await startFakeErpServer({ token: "right", refuses: () => (refusing ? { code: "order-closed", message: "order 1000123 is closed" } : undefined) });
  target = targetAt(erp.url);
});
afterEach(() => erp.close());

const referenceOfPosting = async (): Promise<string> => {
  const outcome = await target.post(post());
  if (outcome.kind !== "applied") throw new Error(`not applied but ${outcome.kind}`);
  return outcome.reference;
};

describe("what is done is done once, and can be found", () => {
  it("posts a document as it is, under our key", async () => {
    const outcome = await target.post(post());
    const [posting, ...more] = erp.fake.books();
    expect(more).toEqual([]);
    expect(outcome).toEqual({ kind: "applied", reference: posting?.reference });
    expect(posting).toMatchObject({ key, action: "post", document, orderNumber: "000001000123", plantReference: "M-7" });
  });

  it("finds a posting by our key, and not one that is not there", async () => {
    expect(await target.lookUp(key, soon())).toEqual({ kind: "not-found" });
    const reference = await referenceOfPosting();
    expect(await target.lookUp(key, soon())).toEqual({ kind: "found", reference, reversed: false });
  });

  it("reverses under a key of its own, and finds both the reversal and the reversed", async () => {
    const reference = await referenceOfPosting();
    const outcome = await target.reverse(undo(reference));
    const reversal = erp.fake.books()[1];
    expect(reversal).toMatchObject({ key: undoKey, action: "reversal", reverses: reference, reason: { code: "ORL-X", message: "undone" } });
    expect(outcome).toEqual({ kind: "applied", reference: reversal?.reference });
    expect(await target.lookUp(key, soon())).toEqual({ kind: "found", reference, reversed: true });
    expect(await target.lookUp(undoKey, soon())).toEqual({ kind: "found", reference: reversal?.reference, reversed: false });
  });

  it("takes a reversal that is already in force as done", async () => {
    const guarding = await startFakeErpServer({ token: "right", guardsReversals: true });
    try {
      const there = targetAt(guarding.url);
      const posted = await there.post(post());
      const reference = posted.kind === "applied" ? posted.reference : "none";
      const first = await there.reverse(undo(reference));
      expect(await there.reverse(undo(reference))).toEqual(first);
      expect(guarding.fake.books()).toHaveLength(2);
    } finally {
      await guarding.close();
    }
  });

  it("answers a reversal of what is not there with a refusal", async () => {
    expect(await target.reverse(undo("ERP-000009"))).toMatchObject({ kind: "refused", reason: { text: "posting-not-found" } });
  });

  it("keeps one connection for many calls", async () => {
    for (let n = 0; n < 5; n += 1) await target.lookUp(key, soon());
    expect(erp.connections()).toBe(1);
  });

  it("does not use a connection again that the partner may have closed while the function was frozen", async () => {
    let frozen = 0;
    const thawed = createPlainJsonTarget({ url: erp.url, token: async () => "right", clock: { now: () => Date.now() + frozen }, allowLoopbackHttp: true });
    await thawed.lookUp(key, soon());
    frozen = 4_500;
    await thawed.lookUp(key, soon());
    expect(erp.connections()).toBe(2);
  });
});

describe("what was surely not processed may be tried again", () => {
  it("is refused for good, in the partner's words", async () => {
    refusing = true;
    expect(await target.post(post())).toEqual({ kind: "refused", reason: { code: "ORL-CALL-009", message: "order 1000123 is closed", text: "order-closed" } });
    expect(erp.fake.books()).toEqual([]);
  });

  it("waits by name for what it depends on", async () => {
    erp.fake.faultNext({ kind: "dependency", on: "material:0012E4" });
    expect(await target.post(post())).toMatchObject({ kind: "dependency", on: "material:0012E4" });
  });

  it.each([
    ["a rate limit, for as long as asked", { kind: "rate-limit", retryAfterSeconds: 17 } as const, 17],
    ["a partner that is not available, for as long as asked", { kind: "unavailable", retryAfterSeconds: 120 } as const, 120],
    ["a locked record", { kind: "locked" } as const, undefined],
    ["an ended session", { kind: "session-expired" } as const, undefined],
  ])("retries after %s", async (_name, fault, afterSeconds) => {
    erp.fake.faultNext(fault);
    const outcome = await target.post(post());
    expect(outcome.kind).toBe("retry");
    expect(outcome.kind === "retry" ? outcome.afterSeconds : "none").toBe(afterSeconds);
    expect(erp.fake.books()).toEqual([]);
    expect(await target.post(post())).toMatchObject({ kind: "applied" });
  });

  it("retries after a refused connection, and goes on when somebody listens again", async () => {
    await erp.stopListening();
    expect(await target.post(post())).toMatchObject({ kind: "retry" });
    expect(await target.lookUp(key, soon())).toMatchObject({ kind: "retry" });
    await erp.listenAgain();
    expect(await target.post(post())).toMatchObject({ kind: "applied" });
  });

  it("retries where no time was left to call", async () => {
    expect(await target.post(post(-1))).toMatchObject({ kind: "retry" });
    expect(erp.fake.calls()).toEqual([]);
  });

  it("retries without calling where our own token cannot be read", async () => {
    const failing = createPlainJsonTarget({ url: erp.url, token: () => Promise.reject(new Error("no secrets")), clock, allowLoopbackHttp: true });
    expect(await failing.post(post())).toMatchObject({ kind: "retry" });
    expect(erp.fake.calls()).toEqual([]);
  });

  it("parks with an owner where our credentials are not taken", async () => {
    expect(await targetAt(erp.url, "wrong").post(post())).toMatchObject({ kind: "park", reason: { code: "ORL-CALL-012", owner: "integration engineer" } });
  });

  it("parks at a redirect, and does not follow it", async () => {
    const elsewhere = await startFakeErpServer({ token: "right" });
    try {
      erp.fake.faultNext({ kind: "redirect", to: `${elsewhere.url}/postings` });
      expect(await target.post(post())).toMatchObject({ kind: "park", reason: { code: "ORL-CALL-006" } });
      expect(elsewhere.fake.calls()).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });
});

describe("what may have been processed is looked up", () => {
  it("does not know after a lost answer, and the look-up finds it", async () => {
    erp.fake.faultNext({ kind: "lose-answer" });
    expect(await target.post(post(SHORT_MS))).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(key, soon())).toMatchObject({ kind: "found", reversed: false });
  });

  it("does not know of a late commit; it is not there first, then it is", async () => {
    erp.fake.faultNext({ kind: "commit-late", afterMs: 5 * SHORT_MS });
    expect(await target.post(post(SHORT_MS))).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(key, soon())).toEqual({ kind: "not-found" });
    await vi.waitUntil(() => erp.fake.books().length === 1, { timeout: LONG_MS });
    expect(await target.lookUp(key, soon())).toMatchObject({ kind: "found" });
  });

  it.each([
    ["a cut answer after the commit", { kind: "cut", committed: true } as const, 1],
    ["a cut answer before it", { kind: "cut", committed: false } as const, 0],
    ["an answer that is not ours", { kind: "corrupt", committed: true } as const, 1],
    ["a 500 before the commit", { kind: "fail-before-commit" } as const, 0],
    ["a 500 after it", { kind: "fail-after-commit" } as const, 1],
    ["success without effect", { kind: "no-effect" } as const, 0],
    ["a connection that breaks", { kind: "down" } as const, 0],
  ])("does not know after %s, and the look-up tells", async (_name, fault, posted) => {
    erp.fake.faultNext(fault);
    expect(await target.post(post())).toMatchObject({ kind: "unknown" });
    expect(erp.fake.books()).toHaveLength(posted);
    expect(await target.lookUp(key, soon())).toMatchObject({ kind: posted === 1 ? "found" : "not-found" });
  });

  it("treats a 200 with an error body as the failure it states", async () => {
    erp.fake.faultNext({ kind: "error-in-200", problem: { code: "period-closed", message: "the period is closed" } });
    expect(await target.post(post())).toMatchObject({ kind: "refused", reason: { text: "period-closed" } });
    erp.fake.faultNext({ kind: "error-in-200", problem: { code: "locked", message: "locked by MEIER" } });
    expect(await target.post(post())).toMatchObject({ kind: "retry" });
    expect(erp.fake.books()).toEqual([]);
  });

  it("ends at its deadline", async () => {
    erp.fake.faultNext({ kind: "lose-answer" });
    const begin = clock.now();
    await target.post(post(SHORT_MS));
    expect(clock.now() - begin).toBeGreaterThanOrEqual(SHORT_MS - 10);
    expect(clock.now() - begin).toBeLessThan(LONG_MS / 2);
  });

  it("does not take a look-up that failed for `not found`", async () => {
    await referenceOfPosting();
    erp.fake.faultNext({ kind: "corrupt", committed: false }, { kind: "fail-before-commit" }, { kind: "cut", committed: false });
    for (let n = 0; n < 3; n += 1) expect(await target.lookUp(key, soon())).toMatchObject({ kind: "retry" });
    expect(await targetAt(`${erp.url}/elsewhere`).lookUp(key, soon())).toMatchObject({ kind: "retry" });
  });
});

describe("what is taken and posted later", () => {
  it("is queued, then found", async () => {
    erp.fake.faultNext({ kind: "queue", afterMs: 3 * SHORT_MS });
    expect(await target.post(post())).toMatchObject({ kind: "queued" });
    expect(await target.lookUp(key, soon())).toEqual({ kind: "pending" });
    await vi.waitUntil(() => erp.fake.books().length === 1, { timeout: LONG_MS });
    expect(await target.lookUp(key, soon())).toMatchObject({ kind: "found" });
  });

  it("is queued, then refused, and the look-up says why", async () => {
    erp.fake.faultNext({ kind: "queue", afterMs: 1, refuse: { code: "no-stock", message: "none left" } });
    expect(await target.post(post())).toMatchObject({ kind: "queued" });
    await vi.waitFor(async () => expect(await target.lookUp(key, soon())).toEqual({ kind: "refused", reason: { code: "no-stock", message: "none left" } }), {
      timeout: LONG_MS,
    });
    expect(erp.fake.books()).toEqual([]);
  });
});

describe("a partner whose answers are not ours to believe", () => {
  let strange: Server;
  let answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };
  let url: string;

  beforeEach(async () => {
    strange = createServer((_request, response) => {
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => strange.listen(0, "127.0.0.1", resolve));
    const address = strange.address();
    url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  });
  afterEach(async () => {
    strange.closeAllConnections();
    await new Promise((resolve) => strange.close(resolve));
  });

  it.each([
    ["another key", 201, { status: "applied", key: "0000000000000000", reference: "E-1" }, "unknown"],
    ["no reference", 201, { status: "applied", key, reference: "" }, "unknown"],
    ["204 and nothing", 204, undefined, "unknown"],
    ["303 See Other", 303, undefined, "unknown"],
    ["502 of a gateway", 502, "<html>", "unknown"],
    ["503 without a promise", 503, { code: "x", message: "y" }, "unknown"],
    ["504 with a refusal in it", 504, { code: "x", message: "y" }, "unknown"],
    ["404 of a gateway", 404, "<html>", "park"],
    ["413 of a gateway", 413, "<html>", "park"],
    ["409 with a reason", 409, { code: "x", message: "y" }, "refused"],
  ])("gives %s its outcome", async (_name, status, body, kind) => {
    answer = { status, body: body === undefined ? "" : JSON.stringify(body) };
    expect(await targetAt(url).post(post())).toMatchObject({ kind });
  });

  it("reads Retry-After as a date too", async () => {
    answer = { status: 429, headers: { "retry-after": new Date(clock.now() + 60_000).toUTCString() }, body: "" };
    const outcome = await targetAt(url).post(post());
    const seconds = outcome.kind === "retry" ? outcome.afterSeconds : undefined;
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it("stops reading an answer without end", async () => {
    answer = { status: 200, body: `"${"x".repeat(2_000_000)}"` };
    expect(await targetAt(url).post(post())).toMatchObject({ kind: "unknown" });
  });

  it("is never called where its address is not public", async () => {
    answer = { status: 201, body: JSON.stringify({ status: "applied", key, reference: "E-1" }) };
    const closed = createPlainJsonTarget({ url, token: async () => "right", clock, allowLoopbackHttp: false });
    expect(await closed.post(post())).toMatchObject({ kind: "park", reason: { code: "ORL-CALL-011" } });
  });
});
