import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { type Probe, startProbe } from "./probe.ts";
import { probeFunction, smallStack } from "./small-stack.ts";

const STAGE = "v";
const MEBIBYTE = 1024 * 1024;
/** How an order number reads in GBK, and a byte that is no UTF-8. */
const RAW = Buffer.from([0xb6, 0xa9, 0xb5, 0xa5, 0xff]);

const Request = z.object({
  isBase64Encoded: z.boolean(),
  body: z.string().nullable(),
  path: z.string(),
  httpMethod: z.string(),
  requestContext: z.object({ stage: z.string(), identity: z.object({ sourceIp: z.string() }) }),
});

let probe: Probe;
let emulator: Emulator;
let base: string;

beforeAll(async () => {
  [probe, emulator] = await Promise.all([startProbe(), startEmulator({ log: () => undefined })]);
  const uri = {
    "Fn::Join": ["", ["arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/", { "Fn::GetAtt": ["Function", "Arn"] }, "/invocations"]],
  };
  const stack = await smallStack(
    emulator,
    "api",
    {
      Function: probeFunction("door", probe.url),
      Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "api", BinaryMediaTypes: ["*/*"] } },
      Any: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId: { Ref: "Api" }, ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] }, PathPart: "{proxy+}" },
      },
      Method: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId: { Ref: "Api" },
          ResourceId: { Ref: "Any" },
          HttpMethod: "ANY",
          AuthorizationType: "NONE",
          Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: uri },
        },
      },
      Refusal: {
        Type: "AWS::ApiGateway::GatewayResponse",
        Properties: { RestApiId: { Ref: "Api" }, ResponseType: "DEFAULT_5XX", ResponseTemplates: { "application/problem+json": '{"type":"about:blank"}' } },
      },
      Deployment: { Type: "AWS::ApiGateway::Deployment", DependsOn: ["Method", "Refusal"], Properties: { RestApiId: { Ref: "Api" } } },
      Stage: { Type: "AWS::ApiGateway::Stage", Properties: { RestApiId: { Ref: "Api" }, DeploymentId: { Ref: "Deployment" }, StageName: STAGE } },
    },
    { ApiId: { Ref: "Api" } },
  );
  base = `${emulator.endpoint}/_aws/execute-api/${stack("ApiId")}/${STAGE}`;
});
afterAll(async () => {
  await Promise.all([emulator.stop(), probe.stop()]);
});

/** Sends bytes and lets the function answer. @returns what the function got, and the answer's status, headers and text */
async function exchange(body: Uint8Array<ArrayBuffer>, headers: Record<string, string>, ending: unknown = { statusCode: 202, body: "kept" }) {
  const sent = fetch(`${base}/v1/documents`, { method: "POST", body, headers });
  const invocation = await probe.next();
  invocation.end({ return: ending });
  const answer = await sent;
  return { event: Request.parse(invocation.event), status: answer.status, headers: answer.headers, text: await answer.text() };
}

it("the API answers under /_aws/execute-api/<api id>/<stage>/, and the function sees the path behind the stage and the source address", async () => {
  const { event, status, text } = await exchange(RAW, { "content-type": "application/json" });
  expect({ status, text }).toEqual({ status: 202, text: "kept" });
  expect(event).toMatchObject({ path: "/v1/documents", httpMethod: "POST", requestContext: { stage: STAGE, identity: { sourceIp: "127.0.0.1" } } });
});

it("with binaryMediaTypes */* a body with a Content-Type arrives as its bytes", async () => {
  for (const type of ["application/json", "application/xml; charset=GBK", "text/plain"]) {
    const { event } = await exchange(RAW, { "content-type": type });
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body ?? "", "base64")).toEqual(RAW);
  }
});

it("a body without a Content-Type arrives as text, its other bytes destroyed (AWS hands over the bytes)", async () => {
  const { event } = await exchange(RAW, {});
  expect(event.isBase64Encoded).toBe(false);
  expect(event.body).toContain("\ufffd");
});

it("an unhandled error reaches the caller as 502 with its text, and DEFAULT_5XX is not applied", async () => {
  const sent = fetch(`${base}/v1/documents`, { method: "POST", body: "{}" });
  (await probe.next()).end({ throw: { name: "SecretInside", message: "a text for nobody's eyes" } });
  const answer = await sent;
  expect(answer.status).toBe(502);
  expect(answer.headers.get("content-type")).not.toContain("problem+json");
  expect(await answer.text()).toContain("a text for nobody's eyes");
});

it("there is no body limit: 12 MiB reach the function (AWS: 10 MB at the gateway, 6 MB at the function)", async () => {
  const { event, status } = await exchange(Buffer.alloc(12 * MEBIBYTE, "a"), { "content-type": "application/json" });
  expect(status).toBe(202);
  expect(Buffer.from(event.body ?? "", "base64").length).toBe(12 * MEBIBYTE);
});

it("an answer's status and Content-Type come through, and a path outside the API is refused without the function", async () => {
  const { headers } = await exchange(
    RAW,
    { "content-type": "application/json" },
    { statusCode: 422, headers: { "content-type": "application/problem+json" }, body: "{}" },
  );
  expect(headers.get("content-type")).toContain("application/problem+json");
  const outside = await fetch(base.replace(/[^/]+\/v$/, "0000000000/v/v1"), { method: "POST", body: "{}" });
  expect(outside.status).toBeGreaterThanOrEqual(400);
  expect(probe.waiting()).toBe(0);
});
