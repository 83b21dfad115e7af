import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { targetOf } from "../../connectors/registry.ts";
import type { PartnerFault, PartnerWords } from "../../connectors/rest/fake.ts";
import { TABLE_SETS, tellingSet } from "../../connectors/rest/table-sets.ts";
import { CanonicalDocument, MaterialActual, OperationsRequest } from "../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import { Connection } from "../../core/settings/settings.ts";
import { type PartnerServer, startPartner } from "./rest-partner.ts";

const LONG_MS = 5_000;
const SHORT_MS = 200;
const clock = { now: () => Date.now() };
const site = SiteId.parse("suzhou");
const documentId = documentIdOf(subjectKeyOf(site, "MO000042-1"), subjectKeyOf(site, "release"));
const key = postingKeyOf(documentId, "tell-accepted", 0);
const order = OperationsRequest.parse({
  type: "OperationsRequest",
  id: "MO000042-1",
  version: "20250508104259073",
  hierarchyScope: "suzhou",
  operationsType: "Production",
  requestState: "Released",
  segmentRequirements: [],
  materialRequirements: [],
  properties: [
    { id: "erpOrderId", value: "1897654321098765312" },
    { id: "erpOrderLineId", value: "205001" },
  ],
});
const consumption = MaterialActual.parse({
  type: "MaterialActual",
  id: "USE-1",
  hierarchyScope: "suzhou",
  operationsRequestId: "MO000042-1",
  materialDefinitionId: "WL0012E4",
  materialUse: "Consumed",
  quantity: { value: "12.50", unit: "KGM" },
  actualTime: "2025-05-09T01:00:00Z",
});

const at = (body: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>((value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined), body);
const textAt = (body: unknown, ...names: string[]): string | undefined => {
  const found = at(body, ...names);
  return typeof found === "string" ? found : undefined;
};

const said = (isSuccess: unknown, MsgCode: number, messages: readonly string[] = []) => ({
  Result: {
    ResponseStatus: { IsSuccess: isSuccess, MsgCode, Errors: messages.map((Message) => ({ FieldName: null, Message, DIndex: 0 })), SuccessEntitys: [] },
  },
});
const KINGDEE: PartnerWords = {
  keyIn: (body) => textAt(body, "data", "Model", "FBillNo"),
  applied: (number) => ({
    Result: {
      ResponseStatus: { IsSuccess: true, Errors: [], SuccessEntitys: [{ Id: 7, Number: number, DIndex: 0 }], MsgCode: 0 },
      Id: 7,
      Number: number,
      NeedReturnData: [{}],
    },
  }),
  refused: (message) => said(false, 11, [message]),
  repeated: (number) => said("false", 11, [`违反字段唯一性要求：编码唯一。[${number}]在当前系统中已经被使用。`]),
  sessionLost: said(false, 1, ["会话信息已丢失，请重新登录"]),
  locked: said("false", 13, ["操作与其他用户冲突，请稍候再使用"]),
};
const YONBIP: PartnerWords = {
  keyIn: (body) => textAt(body, "resubmitCheckKey"),
  applied: (_key, number) => ({ code: "200", message: "操作成功", data: { count: 1, failCount: 0, infos: [{ id: number }] } }),
  refused: (message) => ({ code: "200", message: "操作成功", data: { count: 1, failCount: 1, messages: [message] } }),
  repeated: (_key, number) => ({ code: "100004", message: "重复提交", data: { id: number } }),
  sessionLost: { code: "310504", message: "处理中" },
  locked: { code: "202", message: "处理中" },
};

const connectionOf = (tables: readonly string[], url: string) =>
  Connection.parse({
    id: "erp-cn",
    system: "rest",
    tables,
    role: "erp",
    sites: ["suzhou"],
    url,
    source: { scheme: "bearer", allowlist: [], validateAtDoor: false, timeZone: "Asia/Shanghai", matchKey: "exact", volatile: [] },
    target: { commitSeconds: 2, callsPerSecond: 10, maxConcurrency: 2, batchSize: 1, oneAtATime: false, breakerFailures: 5, breakerSeconds: 10 },
  });

const targetAt = (url: string, tables: readonly string[], token = "right") =>
  targetOf(connectionOf(tables, url), { token: async () => token, clock, allowLoopbackHttp: true });

const call = (more: Partial<EffectCall> = {}): EffectCall => ({
  key,
  action: "tell-accepted",
  document: order,
  documentId,
  plantReference: "WO-9",
  deadline: clock.now() + LONG_MS,
  ...more,
});

let partner: PartnerServer;
const opened: PartnerServer[] = [];
const start = async (words: PartnerWords): Promise<PartnerServer> => {
  const started = await startPartner(words, "right");
  opened.push(started);
  return started;
};
beforeEach(async () => {
  partner = await start(KINGDEE);
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

describe("an ERP that is told by tables (Kingdee's words)", () => {
  it("is told what the plant did, in its own form, and answers with its number", async () => {
    expect(await targetAt(partner.url, ["kingdee"]).post(call())).toEqual({ kind: "applied", reference: key });
    expect(partner.fake.books()).toEqual([
      {
        number: "R000001",
        key,
        path: "/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.Save.common.kdsvc",
        body: {
          formid: "ORL_MOACK",
          data: {
            IsAutoSubmitAndAudit: "true",
            Model: {
              FBillNo: key,
              F_ORL_Action: "1",
              F_ORL_MOBillNo: "MO000042",
              F_ORL_MORow: "MO000042-1",
              F_ORL_MOId: "1897654321098765312",
              F_ORL_MOEntryId: "205001",
              F_ORL_Version: "20250508104259073",
              F_ORL_MESNumber: "WO-9",
            },
          },
        },
      },
    ]);
  });

  it("is told why a plant says no, without our own next steps", async () => {
    const reason = { code: "MES-7", message: "机器停机", owner: "shift lead", next: "wait" };
    await targetAt(partner.url, ["kingdee/production-order"]).post(call({ action: "tell-rejected", reason }));
    expect(at(partner.fake.books()[0]?.body, "data", "Model")).toMatchObject({ F_ORL_Action: "2", F_ORL_ReasonCode: "MES-7", F_ORL_Reason: "机器停机" });
    expect(JSON.stringify(partner.fake.books())).not.toContain("shift lead");
  });

  it("keeps one where it is told twice after a lost answer: the repeat's refusal names our own number", async () => {
    const target = targetAt(partner.url, ["kingdee"]);
    expect(target.capabilities).toEqual({ lookup: false, reverse: false, idempotent: true, asynchronous: false });
    partner.fake.faultNext({ kind: "lose-answer" });
    expect(await target.post(call({ deadline: clock.now() + SHORT_MS }))).toMatchObject({ kind: "unknown" });
    expect(await target.post(call())).toEqual({ kind: "applied", reference: key });
    expect(partner.fake.books()).toHaveLength(1);
  });

  it.each<[string, PartnerFault, string, number]>([
    ["a business failure under HTTP 200", { kind: "refuse", message: "物料编码是必填项" }, "refused", 0],
    ["a lock", { kind: "locked" }, "retry", 0],
    ["a session lost before", { kind: "session-lost", committed: false }, "unknown", 0],
    ["a session lost after", { kind: "session-lost", committed: true }, "unknown", 1],
    ["a 500 before", { kind: "fail", committed: false }, "unknown", 0],
    ["a 500 after", { kind: "fail", committed: true }, "unknown", 1],
    ["a page before", { kind: "page", committed: false }, "unknown", 0],
    ["a page after", { kind: "page", committed: true }, "unknown", 1],
    ["a yes to another's key", { kind: "other-key" }, "unknown", 0],
  ])("gives %s its outcome, and goes on", async (_name, fault, kind, kept) => {
    const target = targetAt(partner.url, ["kingdee"]);
    partner.fake.faultNext(fault);
    const outcome = await target.post(call());
    expect(outcome).toMatchObject({ kind, reason: { message: expect.stringMatching(/./) } });
    if (fault.kind === "refuse") expect(outcome).toMatchObject({ reason: { code: "ORL-CALL-009", message: "物料编码是必填项", text: "11" } });
    expect(partner.fake.books()).toHaveLength(kept);
    expect(await target.post(call())).toEqual({ kind: "applied", reference: key });
    expect(partner.fake.books()).toHaveLength(1);
  });

  it.each([
    ["no permission", 200, said(false, 2, ["没有权限"]), "park"],
    ["a call limit", 200, said(false, 14, ["超限"]), "retry"],
    ["the database", 200, said(false, 6, ["x"]), "unknown"],
    ["success as text", 200, { Result: { ResponseStatus: { IsSuccess: "true" }, Number: key } }, "applied"],
    ["success without a number", 200, said(true, 0), "unknown"],
    ["no status at all", 200, { Result: null }, "unknown"],
    ["nothing", 204, undefined, "unknown"],
    ["success under 400", 400, { Result: { ResponseStatus: { IsSuccess: true }, Number: key } }, "park"],
    ["success under 500", 500, { Result: { ResponseStatus: { IsSuccess: true }, Number: key } }, "unknown"],
    ["a lock under 500", 500, said(false, 13), "unknown"],
    ["a refusal under 400", 400, said(false, 11, ["不可用"]), "refused"],
    ["a lost session under 401", 401, said(false, 1), "unknown"],
    ["a moved address", 301, undefined, "park"],
    ["too many calls", 429, undefined, "retry"],
  ])("reads %s", async (_name, status, body, kind) => {
    partner.answerOnce({ kind: "answer", status, type: "application/json", body: body === undefined ? "" : JSON.stringify(body) });
    expect(await targetAt(partner.url, ["kingdee"]).post(call())).toMatchObject({ kind });
  });

  it("does not believe an answer that says two things under one name", async () => {
    const body = `{"Result":{"ResponseStatus":{"IsSuccess":false,"IsSuccess":true},"Number":"${key}"}}`;
    partner.answerOnce({ kind: "answer", status: 200, type: "application/json", body });
    expect(await targetAt(partner.url, ["kingdee"]).post(call())).toMatchObject({ kind: "unknown" });
  });

  it("parks with an owner where our credentials are not taken", async () => {
    expect(await targetAt(partner.url, ["kingdee"], "wrong").post(call())).toMatchObject({ kind: "park", reason: { code: "ORL-CALL-012" } });
  });
});

describe("what no table says", () => {
  it("parks a consumption where no table makes it, and calls nobody", async () => {
    const outcome = await targetAt(partner.url, ["kingdee"]).post(call({ action: "post", document: consumption }));
    expect(outcome).toMatchObject({ kind: "park", reason: { code: "ORL-CALL-014", owner: "integration engineer" } });
    expect(outcome.kind === "park" && outcome.reason.message).toContain("post of a MaterialActual");
    expect(partner.fake.calls()).toBe(0);
  });

  it("parks everything for a system that only sends, and reverses and looks up nothing", async () => {
    const target = targetAt(partner.url, ["order-list"]);
    expect(target.capabilities).toEqual({ lookup: false, reverse: false, idempotent: false, asynchronous: false });
    expect(await target.post(call())).toMatchObject({ kind: "park", reason: { code: "ORL-CALL-014" } });
    expect(await target.reverse({ ...call(), original: { key, reference: "R1" } })).toMatchObject({ kind: "park" });
    expect(await target.lookUp(key, clock.now() + LONG_MS)).toMatchObject({ kind: "retry" });
    expect(partner.fake.calls()).toBe(0);
  });

  it("refuses tables of two systems that are both called: a connection is one system", () => {
    expect(() => tellingSet(TABLE_SETS, ["kingdee", "yonbip"])).toThrow(/several systems/);
  });
});

describe("the same with another system's words (YonBIP's)", () => {
  it("takes its number, and a partial failure under a code of success for the failure it is", async () => {
    const other = await start(YONBIP);
    const target = targetAt(other.url, ["yonbip"]);
    other.fake.faultNext({ kind: "refuse", message: "订单已关闭" });
    expect(await target.post(call())).toMatchObject({ kind: "refused", reason: { message: "订单已关闭", text: "200" } });
    expect(await target.post(call())).toEqual({ kind: "applied", reference: "R000001" });
    expect(await target.post(call())).toEqual({ kind: "applied", reference: "R000001" });
    expect(other.fake.books()).toMatchObject([{ body: { resubmitCheckKey: key, data: { sourceid: "1897654321098765312", orderRow: "MO000042-1" } } }]);
    other.fake.faultNext({ kind: "session-lost", committed: true }, { kind: "locked" });
    for (let n = 0; n < 2; n += 1) expect(await target.post(call())).toMatchObject({ kind: "unknown" });
  });
});

describe("what is told", () => {
  it("carries every identifier as it is", async () => {
    const target = targetAt(partner.url, ["kingdee"]);
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(name, name, async (reference, id) => {
        const document = CanonicalDocument.parse({ ...order, properties: [{ id: "erpOrderId", value: id }] });
        const before = partner.fake.books().length;
        const fresh = postingKeyOf(documentId, "tell-accepted", before + 1);
        await target.post(call({ key: fresh, document, plantReference: reference }));
        expect(at(partner.fake.books()[before]?.body, "data", "Model")).toMatchObject({ F_ORL_MESNumber: reference, F_ORL_MOId: id, FBillNo: fresh });
      }),
      { numRuns: 40 },
    );
  });
});
