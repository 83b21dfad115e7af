import { Logger } from "@aws-lambda-powertools/logger";
import { describe, expect, it } from "vitest";
import { type HttpRequest, httpFunction } from "../../../aws/http-function.ts";
import { jsonAnswer } from "../../../core/door/problems.ts";

const ARN = "arn:aws:sts::111122223333:assumed-role/orderlane-admins/ann";

/** The request that a function gets of an event of the gateway. */
async function requestOf(event: Readonly<Record<string, unknown>>, identity: Readonly<Record<string, unknown>>): Promise<HttpRequest> {
  const seen: HttpRequest[] = [];
  const handler = httpFunction(new Logger({ logLevel: "SILENT" }), async (request) => {
    seen.push(request);
    return jsonAnswer(200, {});
  });
  const gateway = {
    httpMethod: "GET",
    pathParameters: null,
    queryStringParameters: null,
    multiValueHeaders: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { accountId: "111122223333", identity: { sourceIp: "203.0.113.7", ...identity } },
  };
  await handler({ ...gateway, ...event }, Object.create(null));
  const [request] = seen;
  if (request === undefined) throw new Error("the function was not asked");
  return request;
}

describe("an AWS identity reaches a function", () => {
  it("from the gateway's context on a route whose signatures the gateway checks, and the function sees the plain route", async () => {
    const request = await requestOf({ resource: "/aws/v1/sites/{site}/open" }, { userArn: ARN });
    expect(request).toMatchObject({ resource: "/v1/sites/{site}/open", aws: { arn: ARN, account: "111122223333" } });
  });

  it("as nobody, and never as a token's holder, where that context names none", async () => {
    const multiValueHeaders = { authorization: ["Bearer orl_aaaaaaaaaaaaaaaaaaaaaaaaaa"] };
    expect((await requestOf({ resource: "/aws/v1/audit", multiValueHeaders }, { userArn: null })).aws).toEqual({ arn: "none", account: "111122223333" });
    expect((await requestOf({ resource: "/aws/v1/audit", multiValueHeaders }, {})).aws).toEqual({ arn: "none", account: "111122223333" });
  });

  it.each(["/v1/audit", "/awsome/v1/audit", "/v1/aws/{site}", "/aws"])("not on the route %s, whatever the context says", async (resource) => {
    expect((await requestOf({ resource }, { userArn: ARN })).aws).toBeUndefined();
  });

  it("not from a header, a query, a path or a body", async () => {
    const names = ["userArn", "x-amzn-userarn", "requestContext", "aws", "x-amz-security-token"];
    const event = {
      resource: "/v1/sites/{site}/open",
      path: "/aws/v1/sites/hamburg/open",
      pathParameters: { site: "/aws/v1", userArn: ARN },
      queryStringParameters: Object.fromEntries(names.map((name) => [name, ARN])),
      multiValueHeaders: Object.fromEntries(names.map((name) => [name, [ARN]])),
      body: JSON.stringify({ requestContext: { identity: { userArn: ARN } } }),
    };
    expect((await requestOf(event, {})).aws).toBeUndefined();
  });
});
