import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { Logger } from "@aws-lambda-powertools/logger";
import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { customResource } from "../../../aws/custom-resource.ts";
import { ledgerAudit } from "../../../core/audit/ledger-audit.ts";
import { readRecords } from "../../../core/audit/records.ts";
import { createRecordDeployment, Deployment, DeploymentRefused } from "../../../functions/record-deployment/record-deployment.ts";
import { virtualClock } from "../../support/memory/clock.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";

const DAY = "2026-03-01";
const SAID = { stage: "prod", who: "ann@example.com", why: "the second plant" };
const PARTS = { "connection erp": "a1", "site hamburg": "b1", "table plain-json/order.json": "c1" };

describe("a deployment", () => {
  let ledger: ReturnType<typeof memoryLedgerStore>;
  let record: ReturnType<typeof createRecordDeployment>;
  beforeEach(() => {
    ledger = memoryLedgerStore();
    const clock = virtualClock(Date.parse(DAY));
    record = createRecordDeployment({ ledger, auditWith: (onRecorded) => ledgerAudit({ ledger, clock, days: 10, onRecorded }) });
  });
  const records = () => readRecords(ledger, DAY, 0, 100);

  it("that changes settings or tables is recorded by name, with who, why and the hashes before and after", async () => {
    expect(await record({ ...SAID, parts: PARTS })).toBe("recorded");
    const { "site hamburg": _removed, ...kept } = PARTS;
    expect(await record({ ...SAID, why: "corrected", parts: { ...kept, "table plain-json/order.json": "c2", "site suzhou": "d1" } })).toBe("recorded");
    const [first, second] = z.array(z.looseObject({ details: z.looseObject({ after: z.string() }) })).parse(await records());
    expect(first).toMatchObject({ who: "ann@example.com", from: "deployment", action: "settings", what: "stage prod", why: "the second plant" });
    expect(first?.details).not.toHaveProperty("before");
    expect(second).toMatchObject({
      why: "corrected",
      details: { before: first?.details.after, added: ["site suzhou"], changed: ["table plain-json/order.json"], removed: ["site hamburg"] },
    });
    expect(second?.details.after).not.toBe(first?.details.after);
  });

  it("that changes neither is no record, and needs no reason; what was before is what the audit says, commands in between or not", async () => {
    await record({ ...SAID, parts: PARTS });
    await ledgerAudit({ ledger, clock: virtualClock(Date.parse(DAY)), days: 10 }).record({
      who: "a",
      from: "b",
      action: "c",
      what: "d",
      why: "e",
      details: {},
    });
    expect(await record({ ...SAID, who: "", why: "", parts: { ...PARTS } })).toBe("unchanged");
    expect(await records()).toHaveLength(2);
    expect(await record({ ...SAID, parts: { ...PARTS, "connection erp": "a2" } })).toBe("recorded");
    expect((await records())[2]).toMatchObject({ details: { changed: ["connection erp"], added: [], removed: [] } });
  });

  it.each([
    ["nobody", { who: " " }],
    ["no reason", { why: "" }],
    ["a reason with a line break", { why: "a\nb" }],
  ])("that changes something for %s is refused, and nothing is recorded", async (_name, change) => {
    await expect(record({ ...SAID, ...change, parts: PARTS })).rejects.toThrow(DeploymentRefused);
    expect(await records()).toEqual([]);
  });
});

describe("the custom resource", () => {
  /** What CloudFormation would get, and what the function saw. */
  async function answerTo(type: "Create" | "Update" | "Delete", act: (properties: unknown) => Promise<string | undefined>) {
    const answers: unknown[] = [];
    const server = createServer((incoming, outgoing) => {
      void json(incoming).then((body) => {
        answers.push({ method: incoming.method, contentType: incoming.headers["content-type"], body });
        outgoing.end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const handler = customResource(new Logger({ logLevel: "SILENT" }), act);
    await handler({
      RequestType: type,
      RequestId: "r",
      StackId: "s",
      LogicalResourceId: "l",
      ResponseURL: `http://127.0.0.1:${port}/answer?signed=1`,
      ResourceProperties: { ServiceToken: "arn", ...SAID, parts: PARTS },
    });
    server.close();
    return answers;
  }

  it("answers CloudFormation that all is well, with the properties parsed", async () => {
    let seen: unknown;
    const answers = await answerTo("Create", async (properties) => {
      seen = Deployment.parse(properties);
      return undefined;
    });
    expect(answers).toEqual([
      { method: "PUT", contentType: "", body: { Status: "SUCCESS", RequestId: "r", StackId: "s", LogicalResourceId: "l", PhysicalResourceId: "orderlane" } },
    ]);
    expect(seen).toEqual({ ...SAID, parts: PARTS });
  });

  it("answers why it refuses, and a defect without its insides", async () => {
    expect(await answerTo("Update", async () => "say who and why")).toMatchObject([{ body: { Status: "FAILED", Reason: "say who and why" } }]);
    const defect = await answerTo("Update", () => Promise.reject(new Error("a secret inside")));
    expect(defect).toMatchObject([{ body: { Status: "FAILED" } }]);
    expect(JSON.stringify(defect)).not.toContain("inside");
  });

  it("does nothing when it is deleted", async () => {
    expect(await answerTo("Delete", () => Promise.reject(new Error("not asked")))).toMatchObject([{ body: { Status: "SUCCESS" } }]);
  });
});
