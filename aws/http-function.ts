import type { Logger } from "@aws-lambda-powertools/logger";
import middy from "@middy/core";
import * as z from "zod";
import type { AwsCaller } from "../core/access/aws-identity.ts";
import type { RequestHeaders } from "../core/access/headers.ts";
import { type HttpAnswer, problemAnswer, problemOf } from "../core/door/problems.ts";

/** What a REST API with proxy integration hands over; the rest of the event is not read. */
const GatewayEvent = z.object({
  resource: z.string(),
  httpMethod: z.string(),
  pathParameters: z.record(z.string(), z.string()).nullable(),
  queryStringParameters: z.record(z.string(), z.string()).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(z.string())).nullable(),
  body: z.string().nullable(),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({ accountId: z.string(), identity: z.object({ sourceIp: z.string(), userArn: z.string().nullish() }) }),
});

export type HttpRequest = {
  readonly method: string;
  /** The route, with its parameters' names: `/v1/sites/{site}/heartbeat`; the same where it was asked under `/aws`. */
  readonly resource: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: RequestHeaders;
  readonly body: Uint8Array;
  readonly sourceIp: string;
  /** The AWS identity whose signature the gateway itself has checked; undefined on every route without `/aws`. */
  readonly aws: AwsCaller | undefined;
};

/** The routes below it have the authorization type AWS_IAM, so that the gateway lets nobody through whose signature does not hold; nothing else does that. */
const SIGNED_ROUTES = "/aws";

function requestOf(event: unknown): HttpRequest {
  const { resource, httpMethod, pathParameters, queryStringParameters, multiValueHeaders, body, isBase64Encoded, requestContext } = GatewayEvent.parse(event);
  const headers: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) headers[name.toLowerCase()] = [...(headers[name.toLowerCase()] ?? []), ...values];
  const bytes = body === null ? new Uint8Array() : Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  const isSigned = resource.startsWith(`${SIGNED_ROUTES}/`);
  return {
    method: httpMethod,
    resource: isSigned ? resource.slice(SIGNED_ROUTES.length) : resource,
    path: decoded(pathParameters ?? {}),
    query: queryStringParameters ?? {},
    headers,
    body: bytes,
    sourceIp: requestContext.identity.sourceIp,
    aws: isSigned ? callerOf(requestContext) : undefined,
  };
}

/** Both come from the gateway's own context, which no header reaches. Without an ARN the caller is one that nothing was granted to. */
function callerOf({ accountId, identity: { userArn } }: z.infer<typeof GatewayEvent>["requestContext"]): AwsCaller {
  return { arn: userArn === null || userArn === undefined ? "none" : userArn, account: accountId };
}

/** API Gateway hands path parameters over as they stand in the path: percent-encoded. One that is not well encoded is kept, and found nowhere. */
function decoded(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decodeOrKeep(value)]));
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A function behind the REST API. What throws is a defect of ours: logged whole, told in one sentence as a problem, never as a stack. */
export function httpFunction(logger: Logger, answer: (request: HttpRequest) => Promise<HttpAnswer>) {
  return middy<unknown, unknown>()
    .onError((request) => {
      logger.error("function.failed", { error: request.error });
      request.response = gatewayAnswer(problemAnswer(problemOf("internal", "nothing was decided by this request that a repeat of it does not complete")));
    })
    .handler(async (event: unknown) => gatewayAnswer(await answer(requestOf(event))));
}

const gatewayAnswer = ({ status, headers, body }: HttpAnswer) => ({ statusCode: status, headers, body });
