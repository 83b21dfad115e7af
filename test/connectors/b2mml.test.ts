import { createServer, type Server } from "node:http";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAnswer } from "../../connectors/b2mml/answers.ts";
import { b2mmlFormat } from "../../connectors/b2mml/format.ts";
import { comparable, plantMessageOf } from "../../connectors/b2mml/plant-message.ts";
import { createB2mmlTarget } from "../../connectors/b2mml/target-system.ts";
import { CanonicalDocument, MaterialActual, OperationsRequest } from "../../core/documents/canonical.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { Action, EffectCall, TargetSystem } from "../../core/effects/target-system.ts";
import { type FakeB2mmlServer, startFakeB2mmlServer } from "../../local/fake-b2mml-server.ts";
import { samplesFolder } from "../../local/sample-accounts.ts";
import { drawnEquipment, drawnMaterial, drawnOrder } from "../support/drawn-canonical.ts";
import { validated } from "../support/xsd/validation.ts";

const clock = { now: () => Date.now() };
const site = SiteId.parse("hamburg");
const documentId = documentIdOf(subjectKeyOf(site, "1000123"), subjectKeyOf(site, "one"));
const key = postingKeyOf(documentId, "tell-accepted", 0);
const undoKey = postingKeyOf(documentId, "tell-accepted", 0, true);
const LONG_MS = 10_000;
const SHORT_MS = 300;

const order = OperationsRequest.parse({
  type: "OperationsRequest",
  id: "000001000123",
  version: "7",
  hierarchyScope: "hamburg",
  operationsType: "Production",
  requestState: "Released",
  segmentRequirements: [{ id: "0010", processSegmentId: "MIX" }],
  materialRequirements: [
    { id: "1", materialDefinitionId: "0012E4", materialUse: "Consumed", quantity: { value: "12.500", unit: "KGM" }, segmentRequirementId: "0010" },
  ],
});
const originOf = (verb: string, form = "V7") => ({ verb, messageId: "ERP-000001", senderId: "PLANNING", createdAt: "2026-11-24T10:00:00.0Z", form });
const orderFrom = (verb: string, form = "V7") => ({ ...order, origin: originOf(verb, form) });
const call = (action: Action, document: CanonicalDocument, more: Partial<EffectCall> = {}): EffectCall => ({
  key,
  action,
  document,
  documentId,
  deadline: clock.now() + LONG_MS,
  ...more,
});
const rejected = { code: "ORL-PLANT-001", message: "the plant has no such recipe <&>", owner: "not for them" };

let erp: FakeB2mmlServer;
let target: TargetSystem;
const targetAt = (url: string, token = "right") => createB2mmlTarget({ url, token: async () => token, clock, allowLoopbackHttp: true });
beforeEach(async () => {
  erp = await startFakeB2mmlServer({ token: "right", sender: "PLANNING" });
  target = targetAt(erp.url);
});
afterEach(() => erp.close());

/** What the door and the lane make of a text of the fake. */
function documentIn(xml: string, at: string = site): CanonicalDocument {
  const parsed = parseExactXml(Buffer.from(xml), undefined);
  if (parsed.kind !== "parsed") throw new Error(parsed.message);
  const split = b2mmlFormat.split(parsed.value);
  if (split.kind !== "parts" || split.parts[0] === undefined) throw new Error(split.kind);
  const mapped = b2mmlFormat.toCanonical(split.parts[0].document, { site: SiteId.parse(at), timeZone: "UTC", decimalSeparator: ".", codes: [] });
  if (mapped.kind !== "canonical") throw new Error(JSON.stringify(mapped.reasons));
  return mapped.document;
}

describe("the sender is answered in the words of its own message", () => {
  it.each([
    ["Process", "V7", "AcknowledgeOperationsSchedule"],
    ["Process", "V0401", "AcknowledgeProductionSchedule"],
    ["Sync", "V7", "ConfirmBOD"],
    ["Sync", "V0401", "ConfirmBOD"],
    ["Change", "V7", "ConfirmBOD"],
    ["Cancel", "V0401", "ConfirmBOD"],
  ])("%s in %s by %s", async (verb, form, root) => {
    expect(await target.post(call("tell-accepted", orderFrom(verb, form), { plantReference: "M-7" }))).toMatchObject({ kind: "applied" });
    const [taken] = erp.fake.taken();
    expect(taken).toMatchObject({ root, id: key, verdict: "Accepted", object: order.id, originalId: "ERP-000001", originalSender: "PLANNING" });
    expect(taken?.originalCreatedAt).toBe("2026-11-24T10:00:00.0Z");
    expect(taken?.text).toContain(form === "V7" ? "http://www.mesa.org/xml/B2MML" : "http://www.wbf.org/xml/B2MML-V0401");
    expect(taken?.text).toContain("M-7");
  });

  it.each([
    ["tell-rejected", "Rejected", "rejected"],
    ["tell-undone", "Rejected", "undone"],
  ] as const)("%s names the reason, as an error of business", async (action, verdict, outcome) => {
    await target.post(call(action, orderFrom("Sync"), { reason: rejected }));
    expect(erp.fake.taken()[0]).toMatchObject({ verdict, outcome, errorType: "BusinessError", errorCode: rejected.code, message: rejected.message });
    expect(erp.fake.taken()[0]?.text).not.toContain("not for them");
  });

  it("an undo that is told covers the acceptance, under a number of its own", async () => {
    await target.post(call("tell-accepted", orderFrom("Process")));
    await target.reverse({ ...call("tell-accepted", orderFrom("Process"), { reason: rejected }), key: undoKey, original: { key, reference: "x" } });
    expect(erp.fake.taken().map(({ root, id, outcome }) => [root, id, outcome])).toEqual([
      ["AcknowledgeOperationsSchedule", key, "accepted"],
      ["ConfirmBOD", undoKey, "undone"],
    ]);
  });

  it("a document of another language, or whose message does not say when it was made, becomes a person's task", async () => {
    expect(await target.post(call("tell-accepted", order))).toMatchObject({ kind: "park", reason: { code: "ORL-B2MML-002" } });
    expect(await target.post(call("tell-accepted", { ...order, origin: { form: "V7", verb: "Sync" } }))).toMatchObject({ kind: "park" });
    expect(erp.fake.arrivals()).toEqual([]);
  });

  it("the way there and back: what the ERP sends is what it is answered for", async () => {
    const sent = erp.fake.emit(order, "Process");
    const document = documentIn(sent.xml);
    expect(document).toMatchObject({ origin: { verb: "Process", messageId: sent.id, senderId: "PLANNING", form: "V7" } });
    expect(comparable(document)).toEqual(comparable(order));
    await target.post(call("tell-accepted", document));
    expect(sent.told).toHaveLength(1);
  });
});

describe("master data goes up as it is", () => {
  it.each([
    ["a material", drawnMaterial],
    ["a piece of equipment", drawnEquipment],
  ] as const)("%s", async (_name, drawn) => {
    const [document] = fc.sample(fc.oneof(drawn), 1);
    if (document === undefined) throw new Error("nothing drawn");
    erp.fake.faultNext({ kind: "silent-yes" });
    await target.post(call("post", document));
    expect(comparable(documentIn(erp.fake.arrivals()[0] ?? "", document.hierarchyScope))).toEqual(comparable(document));
  });

  it("consumption is a person's task until the connection takes it", async () => {
    const consumption = MaterialActual.parse({
      type: "MaterialActual",
      id: "C-1",
      hierarchyScope: "hamburg",
      operationsRequestId: "1",
      materialDefinitionId: "M",
      materialUse: "Consumed",
      quantity: { value: "1", unit: "KGM" },
      actualTime: "2026-11-24T10:00:00Z",
    });
    expect(await target.post(call("post", consumption))).toMatchObject({ kind: "park", reason: { code: "ORL-B2MML-003", owner: "integration engineer" } });
  });
});

describe("what a call came to", () => {
  const tell = (ms = LONG_MS) => target.post(call("tell-accepted", orderFrom("Sync"), { deadline: clock.now() + ms }));

  it("is applied by a confirmation that names our message, or by a 2xx without a body", async () => {
    expect(await tell()).toEqual({ kind: "applied", reference: "PLANNING-000001" });
    erp.fake.faultNext({ kind: "silent-yes" });
    expect(await tell()).toEqual({ kind: "applied", reference: key });
  });

  it("is absorbed where it is repeated: a repeat is the same message", async () => {
    await tell();
    await tell();
    expect(erp.fake.arrivals()).toHaveLength(2);
    expect(erp.fake.taken()).toHaveLength(1);
    expect(target.capabilities).toEqual({ lookup: false, reverse: true, idempotent: true, asynchronous: false });
  });

  it.each([
    ["with 422", 422],
    ["with 200", 200],
  ] as const)("is refused for good in the partner's words, %s", async (_name, status) => {
    erp.fake.faultNext({ kind: "refuse", problem: { code: "closed", message: "the order is closed" }, status });
    expect(await tell()).toEqual({ kind: "refused", reason: { code: "ORL-CALL-009", message: "the order is closed", text: "closed" } });
  });

  it.each([
    ["a rate limit", { kind: "rate-limit", retryAfterSeconds: 17 } as const, { kind: "retry", afterSeconds: 17 }],
    ["a partner that is not available", { kind: "unavailable", retryAfterSeconds: 120 } as const, { kind: "retry", afterSeconds: 120 }],
    ["a locked order", { kind: "locked" } as const, { kind: "retry" }],
    ["an error before it was taken", { kind: "fail-before" } as const, { kind: "unknown" }],
    ["an error after it was taken", { kind: "fail-after" } as const, { kind: "unknown" }],
    ["a connection that is cut", { kind: "down" } as const, { kind: "unknown" }],
    ["an answer that ends in its middle", { kind: "cut", taken: true } as const, { kind: "unknown" }],
    ["a page of a proxy", { kind: "corrupt", taken: false } as const, { kind: "unknown" }],
    ["a confirmation of another message", { kind: "confirm-another" } as const, { kind: "unknown" }],
    ["a redirect", { kind: "redirect", to: "http://127.0.0.1/elsewhere" } as const, { kind: "park" }],
    ["credentials it does not know", { kind: "unauthorized" } as const, { kind: "park" }],
  ])("after %s", async (_name, fault, expected) => {
    erp.fake.faultNext(fault);
    expect(await tell()).toMatchObject(expected);
    expect(await tell()).toMatchObject({ kind: "applied" });
    expect(erp.fake.taken()).toHaveLength(1);
  });

  it("is unknown where no answer comes, whether or not it was taken", async () => {
    erp.fake.faultNext({ kind: "lose-answer" }, { kind: "take-late", afterMs: 1 });
    expect(await tell(SHORT_MS)).toMatchObject({ kind: "unknown" });
    expect(await tell(SHORT_MS)).toMatchObject({ kind: "unknown" });
  });

  it("is a retry where nobody listens, or our own token cannot be read", async () => {
    const url = erp.url;
    await erp.close();
    expect(await targetAt(url).post(call("tell-accepted", orderFrom("Sync")))).toMatchObject({ kind: "retry" });
    expect(await targetAt(url, "with space").post(call("tell-accepted", orderFrom("Sync")))).toMatchObject({ kind: "retry" });
    erp = await startFakeB2mmlServer({ token: "right", sender: "PLANNING" });
  });

  it("parks where the address is none that is called", async () => {
    expect(await targetAt("http://example.com/").post(call("tell-accepted", orderFrom("Sync")))).toMatchObject({
      kind: "park",
      reason: { code: "ORL-CALL-011" },
    });
  });

  it("a system error of the partner is a retry", async () => {
    const confirm = (await erpConfirmation()).replace("BusinessError", "SystemError");
    const server = await answering(confirm);
    try {
      expect(await targetAt(addressOf(server)).post(call("tell-accepted", orderFrom("Sync")))).toMatchObject({ kind: "retry" });
    } finally {
      server.close();
    }
  });
});

/** A refusal of our message, in the partner's own XML. */
async function erpConfirmation(): Promise<string> {
  erp.fake.faultNext({ kind: "refuse", problem: { code: "db", message: "the database is away" }, status: 422 });
  const body = `<ConfirmBOD xmlns="http://www.mesa.org/xml/B2MML"><ApplicationArea><CreationDateTime>2026-11-24T10:00:00Z</CreationDateTime><BODID>${key}</BODID></ApplicationArea><DataArea><Confirm><ResponseCriteria><ResponseExpression actionCode="Accepted"/></ResponseCriteria></Confirm></DataArea></ConfirmBOD>`;
  const answer = erp.fake.receive(body);
  return answer.kind === "answer" ? answer.body : "";
}

function answering(body: string): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/xml" }).end(body));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function addressOf(server: Server): string {
  const address = server.address();
  return address === null || typeof address === "string" ? "" : `http://127.0.0.1:${address.port}/`;
}

describe("what cannot be written whole is not written", () => {
  it.each([
    ["a character that XML does not have", { ...order, description: "a\u0001b" }],
    ["an operation that stands in none", { ...order, segmentRequirements: [{ id: "0010", parentId: "0099" }], materialRequirements: [] }],
    ["a line of no operation of the order", { ...order, segmentRequirements: [] }],
    ["two operations of one number", { ...order, segmentRequirements: [{ id: "0010" }, { id: "0010" }], materialRequirements: [] }],
    ["a property in a name of our own", { ...order, properties: [{ id: "orderlane:materialBillId", value: "1" }] }],
  ] satisfies readonly (readonly [string, OperationsRequest])[])("%s", (_name, document) => {
    expect(plantMessageOf(document, { id: "D-1", createdAt: "2026-11-24T10:00:00Z" })).toMatchObject({ kind: "unwritable" });
  });

  it("a reading of anything else is no answer", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(readAnswer(text)).toBeUndefined();
      }),
    );
  });
});

const samples = samplesFolder();

describe.skipIf(samples === undefined)("our answers against the published schemas (needs the shared samples)", () => {
  const folder = join(samples ?? "", "MESAInternational__B2MML-BatchML");
  const actions = ["tell-accepted", "tell-rejected", "tell-undone"] as const;
  const texts = async (form: string): Promise<string[]> => {
    for (const verb of ["Process", "Sync"])
      for (const action of actions) {
        const own = postingKeyOf(documentId, `${verb}${action}${form}`, 0);
        const why = action === "tell-accepted" ? { plantReference: "M-7" } : { reason: rejected };
        erp.fake.faultNext({ kind: "silent-yes" });
        await target.post(call(action, orderFrom(verb, form), { ...why, key: own }));
      }
    return [...erp.fake.arrivals()];
  };

  it("validate in V7", async () => {
    expect(await validated(join(folder, "Schema", "AllSchemas.xsd"), await texts("V7"))).toEqual(Array.from({ length: 6 }, () => null));
  });

  it("validate in V0401", async () => {
    const all = await texts("V0401");
    const confirming = all.filter((text) => text.includes("<ConfirmBOD"));
    const acknowledging = all.filter((text) => text.includes("<AcknowledgeProductionSchedule"));
    expect(await validated(join(folder, "V0401", "B2MML-V0401-ConfirmBOD.xsd"), confirming)).toEqual(Array.from({ length: 4 }, () => null));
    expect(await validated(join(folder, "V0401", "B2MML-V0401-ProductionSchedule.xsd"), acknowledging)).toEqual(Array.from({ length: 2 }, () => null));
  });
});

it("reads drawn orders of every shape from the fake as they were; without a version, under the time of their message", () => {
  fc.assert(
    fc.property(drawnOrder, fc.constantFrom("Process", "Change", "Sync", "Show"), (drawn, verb) => {
      const back = documentIn(erp.fake.emit(drawn, verb).xml, drawn.hierarchyScope);
      expect(back).toMatchObject({ origin: { verb, form: "V7" }, version: expect.stringMatching(/^\d{1,18}$/) });
      const versioned = back.type === "OperationsRequest" && drawn.type === "OperationsRequest" ? { ...drawn, version: drawn.version ?? back.version } : drawn;
      expect(comparable(back)).toEqual(comparable(CanonicalDocument.parse(versioned)));
    }),
    { numRuns: 50 },
  );
});
