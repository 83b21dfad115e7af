import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";

/** The gateway's own refusals as RFC 9457; `title` is the status's own phrase, since the type is about:blank. */
type Refusal = { readonly type: ResponseType; readonly status: number; readonly title: string; readonly detail: string; readonly retryAfterSeconds?: number };

const REFUSALS: readonly Refusal[] = [
  { type: ResponseType.BAD_REQUEST_BODY, status: 400, title: "Bad Request", detail: "The body is not what this address takes." },
  { type: ResponseType.BAD_REQUEST_PARAMETERS, status: 400, title: "Bad Request", detail: "A path or query parameter is missing or wrong." },
  { type: ResponseType.UNAUTHORIZED, status: 401, title: "Unauthorized", detail: "Sign the message or send a bearer token." },
  { type: ResponseType.ACCESS_DENIED, status: 403, title: "Forbidden", detail: "You may not use this address." },
  { type: ResponseType.WAF_FILTERED, status: 403, title: "Forbidden", detail: "The request was filtered." },
  { type: ResponseType.INVALID_API_KEY, status: 403, title: "Forbidden", detail: "You may not use this address." },
  {
    type: ResponseType.INVALID_SIGNATURE,
    status: 403,
    title: "Forbidden",
    detail: "The Authorization header is neither a bearer token nor a valid AWS signature.",
  },
  { type: ResponseType.EXPIRED_TOKEN, status: 403, title: "Forbidden", detail: "The credentials have expired." },
  // The gateway says 403 «Missing Authentication Token» to any address it does not know: what is not there is 404.
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, status: 404, title: "Not Found", detail: "There is nothing at this address." },
  { type: ResponseType.RESOURCE_NOT_FOUND, status: 404, title: "Not Found", detail: "There is nothing at this address." },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    title: "Content Too Large",
    detail: "The body is larger than the gateway takes; send at most 4 MiB in one message.",
  },
  { type: ResponseType.UNSUPPORTED_MEDIA_TYPE, status: 415, title: "Unsupported Media Type", detail: "The content type is not one that this address takes." },
  {
    type: ResponseType.THROTTLED,
    status: 429,
    title: "Too Many Requests",
    detail: "More requests than agreed; send the same message again later.",
    retryAfterSeconds: 1,
  },
  {
    type: ResponseType.QUOTA_EXCEEDED,
    status: 429,
    title: "Too Many Requests",
    detail: "The quota is used up; send the same message again later.",
    retryAfterSeconds: 60,
  },
  { type: ResponseType.API_CONFIGURATION_ERROR, status: 500, title: "Internal Server Error", detail: "The fault is ours; send the same message again later." },
  {
    type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
    status: 500,
    title: "Internal Server Error",
    detail: "The fault is ours; send the same message again later.",
  },
  { type: ResponseType.AUTHORIZER_FAILURE, status: 500, title: "Internal Server Error", detail: "The fault is ours; send the same message again later." },
  {
    type: ResponseType.INTEGRATION_FAILURE,
    status: 502,
    title: "Bad Gateway",
    detail: "No answer came; whether it was taken is unknown. Send the same message again.",
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    title: "Gateway Timeout",
    detail: "No answer came in time; whether it was taken is unknown. Send the same message again.",
  },
];

const JSON_TEXT = "application/json";

/** Puts every refusal of the gateway into the API, whatever the caller accepts; those not listed keep their own status. */
export function refuseAsProblems(api: RestApi): void {
  for (const refusal of REFUSALS) {
    api.addGatewayResponse(refusal.type.responseType, {
      type: refusal.type,
      statusCode: String(refusal.status),
      responseHeaders: headersOf(refusal.retryAfterSeconds),
      templates: { [JSON_TEXT]: problemOf(`"title":"${refusal.title}","status":${refusal.status},"detail":"${refusal.detail}"`) },
    });
  }
  for (const type of [ResponseType.DEFAULT_4XX, ResponseType.DEFAULT_5XX]) {
    // The status is the gateway's, so it stands in the answer's first line only.
    api.addGatewayResponse(type.responseType, {
      type,
      responseHeaders: headersOf(undefined),
      templates: { [JSON_TEXT]: problemOf(`"title":"The gateway refused the request","detail":"$context.error.responseType"`) },
    });
  }
}

const problemOf = (members: string) => `{"type":"about:blank",${members},"requestId":"$context.requestId"}`;

/** Values that the gateway reads as they stand are in single quotes. */
function headersOf(retryAfterSeconds: number | undefined): Record<string, string> {
  return {
    "Content-Type": "'application/problem+json'",
    "Cache-Control": "'no-store'",
    ...(retryAfterSeconds === undefined ? {} : { "Retry-After": `'${retryAfterSeconds}'` }),
  };
}
