import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sapIdocFormat } from "../../connectors/sap-idoc/format.ts";
import { createSapIdocTarget, SAP_IDOC_CAPABILITIES, type SapIdocTargetOptions } from "../../connectors/sap-idoc/target-system.ts";
import { MaterialActual, type OperationsRequest } from "../../core/documents/canonical.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import { type FakeSapServer, startFakeSapServer } from "../../local/fake-sap-server.ts";
import { ORDER } from "../support/sap-orders.ts";

const clock = { now: () => Date.now() };
const site = SiteId.parse("hamburg");
const subject = subjectKeyOf(site, ORDER.number);
const documentId = documentIdOf(subject, subjectKeyOf(site, "order"));
const key = postingKeyOf(documentId, "tell-accepted", 0);
const undoKey = postingKeyOf(documentId, "tell-accepted", 0, true);
const AT = Date.UTC(2026, 10, 24, 23, 30, 5);
const LONG_MS = 10_000;
const SHORT_MS = 300;

let sap: FakeSapServer;
let target: TargetSystem;
let order: OperationsRequest;

const targetAt = (url: string, change: Partial<SapIdocTargetOptions> = {}) =>
  createSapIdocTarget({ url, token: async () => "right", scheme: "bearer", timeZone: "Europe/Berlin", clock, allowLoopbackHttp: true, ...change });

/** As the door and the lane would read what the ERP sent. */
function received(xml: string): OperationsRequest {
  const parsed = parseExactXml(Buffer.from(xml), undefined);
  if (parsed.kind === "refused") throw new Error(parsed.message);
  const answer = sapIdocFormat.toCanonical(parsed.value, { site, timeZone: "Europe/Berlin", decimalSeparator: ".", codes: [] });
  if (answer.kind === "invalid" || answer.document.type !== "OperationsRequest") throw new Error(JSON.stringify(answer));
  return answer.document;
}

const tell = (action: EffectCall["action"], change: Partial<EffectCall> = {}): EffectCall => ({
  key,
  action,
  document: order,
  documentId,
  deadline: clock.now() + LONG_MS,
  ...change,
});
const statuses = () => sap.fake.statusesOf(sap.fake.documentNumberOf(ORDER.number));

beforeEach(async () => {
  sap = await startFakeSapServer({ authorization: "Bearer right", timeZone: "Europe/Berlin", sender: "S4HCLNT100", lastDocumentNumber: 7698 });
  target = targetAt(sap.url);
  order = received(sap.fake.release(ORDER));
});
afterEach(() => sap.close());

describe("what became of an order is the status of its IDoc", () => {
  it("accepted is 41, with the plant's number, at the ERP's own day and time", async () => {
    const at = targetAt(sap.url, { clock: { now: () => AT } });
    const outcome = await at.post(tell("tell-accepted", { plantReference: "M-7", deadline: AT + LONG_MS }));
    expect(outcome).toEqual({ kind: "applied", reference: key });
    expect(sap.fake.statusesOf("0000000000007699")).toEqual([
      {
        basicType: "SYSTAT01",
        messageType: "STATUS",
        sender: "ORDERLANE",
        receiver: "S4HCLNT100",
        documentNumber: "0000000000007699",
        date: "20261125",
        time: "003005",
        status: "41",
        text: "accepted by the plant: M-7",
        code: "ORL-ACCEPTED",
        key,
      },
    ]);
    expect(sap.fake.strays()).toEqual([]);
  });

  it.each(["tell-rejected", "tell-undone"] as const)("%s is 40, with code and text of the reason", async (action) => {
    const reason = { code: "ORL-LANE-003", message: "material 4711 is blocked", owner: "not for them" };
    expect(await target.post(tell(action, { reason }))).toMatchObject({ kind: "applied" });
    expect(statuses()).toMatchObject([{ status: "40", code: "ORL-LANE-003", text: "material 4711 is blocked" }]);
  });

  it("a long reason goes on in the parameters, and a character that XML does not have is shown as unreadable", async () => {
    const message = `\u0001${"物料".repeat(40)}${"x".repeat(60)}`;
    await target.post(tell("tell-rejected", { reason: { code: "ORL-1", message } }));
    expect(statuses()[0]?.text).toBe(`\ufffd${"物料".repeat(40)}`.slice(0, 70));
  });

  it("a change is told under its own number, not under the release's", async () => {
    const changed = received(sap.fake.change(ORDER.number, { quantity: "90" }));
    await target.post(tell("tell-accepted", { document: changed }));
    expect(sap.fake.statusesOf("0000000000007699")).toEqual([]);
    expect(sap.fake.statusesOf("0000000000007700")).toMatchObject([{ status: "41" }]);
  });

  it("is taken back by telling the opposite", async () => {
    const reversed: ReverseCall = { ...tell("tell-accepted", { key: undoKey }), original: { key, reference: key } };
    await target.post(tell("tell-accepted"));
    expect(await target.reverse(reversed)).toEqual({ kind: "applied", reference: undoKey });
    expect(statuses().map(({ status }) => status)).toEqual(["41", "40"]);
  });

  it("told again is the same status again", async () => {
    await target.post(tell("tell-accepted"));
    await target.post(tell("tell-accepted"));
    expect(statuses()).toMatchObject([
      { status: "41", key },
      { status: "41", key },
    ]);
    expect(SAP_IDOC_CAPABILITIES).toEqual({ lookup: false, reverse: true, idempotent: true, asynchronous: false });
  });

  it("parks by name where the order came without a number, and calls nobody", async () => {
    const { version: _version, ...unnumbered } = order;
    expect(await target.post(tell("tell-accepted", { document: unnumbered }))).toMatchObject({ kind: "park", reason: { code: "ORL-SAP-002" } });
    expect(statuses()).toEqual([]);
  });

  it("parks a consumption with the next step: it is not posted by IDoc", async () => {
    const document = MaterialActual.parse({
      type: "MaterialActual",
      id: "C-1",
      hierarchyScope: "hamburg",
      operationsRequestId: ORDER.number,
      materialDefinitionId: "4711",
      materialUse: "Consumed",
      quantity: { value: "1", unit: "KGM" },
      actualTime: "2026-11-24T10:00:00Z",
    });
    const outcome = await target.post(tell("post", { document }));
    expect(outcome).toMatchObject({ kind: "park", reason: { code: "ORL-SAP-001", next: expect.stringContaining("route documents of this type") } });
    expect(sap.fake.strays()).toEqual([]);
  });
});

describe("credentials", () => {
  it("are a bearer token, or user and password", async () => {
    const withBasic = await startFakeSapServer({ authorization: `Basic ${Buffer.from("orl:pä:ss").toString("base64")}`, timeZone: "UTC", sender: "S" });
    try {
      const there = targetAt(withBasic.url, { scheme: "basic", token: async () => "orl:pä:ss" });
      const document = received(withBasic.fake.release(ORDER));
      expect(await there.post(tell("tell-accepted", { document }))).toMatchObject({ kind: "applied" });
    } finally {
      await withBasic.close();
    }
  });

  const unusable: readonly (readonly [string, Partial<SapIdocTargetOptions>])[] = [
    ["that cannot be read", { token: () => Promise.reject(new Error("no secrets")) }],
    ["that no header can carry", { token: async () => "two\nlines" }],
    ["without a user", { scheme: "basic", token: async () => "password" }],
  ];
  it.each(unusable)("%s mean that nothing is sent, and it waits", async (_name, change) => {
    expect(await targetAt(sap.url, change).post(tell("tell-accepted"))).toMatchObject({ kind: "retry" });
    expect(statuses()).toEqual([]);
  });

  it("that are wrong are a person's task", async () => {
    expect(await targetAt(sap.url, { token: async () => "wrong" }).post(tell("tell-accepted"))).toMatchObject({
      kind: "park",
      reason: { code: "ORL-CALL-012" },
    });
  });
});

describe("what the ERP answers is judged by what it surely says", () => {
  it.each([
    ["a refused call", { kind: "refuse" } as const, "park", "ORL-CALL-009"],
    ["a fault of ours in 200", { kind: "soap-fault", of: "Client" } as const, "park", "ORL-CALL-009"],
    ["a changed password", { kind: "locked-out" } as const, "park", "ORL-CALL-012"],
    ["a fault of the server in 200", { kind: "soap-fault", of: "Server" } as const, "unknown", "ORL-CALL-009"],
    ["a page of something else in 200", { kind: "html" } as const, "unknown", "ORL-CALL-005"],
    ["a failure", { kind: "fail-before-commit" } as const, "unknown", "ORL-CALL-004"],
    ["an ERP that is not available", { kind: "unavailable", retryAfterSeconds: 17 } as const, "retry", "ORL-CALL-003"],
  ])("%s: nothing was taken, and a repeat sets the status once", async (_name, fault, kind, code) => {
    sap.fake.faultNext(fault);
    expect(await target.post(tell("tell-accepted"))).toMatchObject({ kind, reason: { code } });
    expect(statuses()).toEqual([]);
    expect(await target.post(tell("tell-accepted"))).toMatchObject({ kind: "applied" });
    expect(statuses()).toMatchObject([{ status: "41" }]);
  });

  it.each([
    ["a failure after it was taken", { kind: "fail-after-commit" } as const],
    ["an answer cut in its middle", { kind: "cut" } as const],
    ["no answer", { kind: "lose-answer" } as const],
    ["an answer too late", { kind: "slow", afterMs: SHORT_MS * 4 } as const],
  ])("%s is unknown, and a repeat does no harm", async (_name, fault) => {
    sap.fake.faultNext(fault);
    expect(await target.post(tell("tell-accepted", { deadline: clock.now() + SHORT_MS }))).toMatchObject({ kind: "unknown" });
    expect(statuses()).toMatchObject([{ status: "41" }]);
    expect(await target.post(tell("tell-accepted"))).toMatchObject({ kind: "applied" });
    expect(new Set(statuses().map(({ status, key: of }) => `${status} ${of}`))).toEqual(new Set([`41 ${key}`]));
  });

  it("an empty 200, and XML that is no fault, are taken; other texts are not believed", async () => {
    const bodies = ["", " ", "<n:IDOC.Response xmlns:n='urn:x'><DOCNUM>1</DOCNUM></n:IDOC.Response>", "OK", '{"status":"ok"}'];
    const kinds: string[] = [];
    const server = createServer((_request, response) => response.end(bodies[kinds.length]));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const address = server.address();
      const there = targetAt(`http://127.0.0.1:${address === null || typeof address === "string" ? 0 : address.port}/x`);
      while (kinds.length < bodies.length) kinds.push((await there.post(tell("tell-accepted"))).kind);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(kinds).toEqual(["applied", "applied", "applied", "unknown", "unknown"]);
  });

  it("an address that may not be called is a person's task", async () => {
    expect(await targetAt("http://10.0.0.1/sap/bc/idoc_xml").post(tell("tell-accepted"))).toMatchObject({ kind: "park", reason: { code: "ORL-CALL-011" } });
  });
});

describe("the fake is an ERP with numbers of its own", () => {
  it("numbers every IDoc of a packet, and keeps each one's status apart", async () => {
    const packet = sap.fake.release({ ...ORDER, number: "1" }, { ...ORDER, number: "2" });
    expect(packet.match(/<DOCNUM>\d+<\/DOCNUM>/g)).toEqual(["<DOCNUM>0000000000007700</DOCNUM>", "<DOCNUM>0000000000007701</DOCNUM>"]);
    await target.post(tell("tell-accepted", { document: { ...order, version: "0000000000007701" } }));
    expect(sap.fake.statusesOf("0000000000007700")).toEqual([]);
    expect(sap.fake.statusesOf("0000000000007701")).toHaveLength(1);
  });

  it("keeps what is about none of its IDocs apart", async () => {
    await target.post(tell("tell-accepted", { document: { ...order, version: "0000000000000001" } }));
    expect(sap.fake.strays()).toHaveLength(1);
  });

  it("says so where it holds no such order", () => {
    expect(() => sap.fake.remove("9")).toThrow("there is no order 9");
    expect(() => sap.fake.documentNumberOf("9")).toThrow("nothing was sent of 9");
  });
});
