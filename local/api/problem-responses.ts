import * as z from "zod";
import type { ZodOpenApiHeadersObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { CHINESE_TITLES } from "../../core/door/problem-titles.ts";
import { type Problem, type ProblemName, problemOf } from "../../core/door/problems.ts";
import { inBoth } from "./in-both.ts";

/** What is answered besides 2xx: our own problems with their codes, and what the gateway answers before any function. */

const GatewayProblem = z.strictObject({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.number().int().optional(),
  detail: z.string(),
  requestId: z.string(),
});

export const GATEWAY_SCHEMAS = { GatewayProblem };

const PROBLEM_JSON = "application/problem+json";
const seconds = { type: "integer", minimum: 1 } as const;
const RETRY_AFTER = {
  "Retry-After": {
    required: true,
    ...inBoth("description", { en: "Seconds after which to send the same again.", zh: "多少秒之后重发同一请求。" }),
    schema: seconds,
  },
} as const;
const CHALLENGE = {
  "WWW-Authenticate": { ...inBoth("description", { en: "The scheme that is expected.", zh: "所期望的认证方式。" }), schema: { type: "string" } },
} as const;

const gatewayExample = (status: number, title: string, detail: string) => ({
  type: "about:blank",
  title,
  status,
  detail,
  requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
});
const gatewayAnswer = (en: string, zh: string, example: unknown, headers = {}) => ({
  ...inBoth("description", { en, zh }),
  headers,
  content: { [PROBLEM_JSON]: { schema: GatewayProblem, example } },
});

export const GATEWAY_RESPONSES = {
  TooManyRequests: gatewayAnswer(
    "The gateway: more requests than agreed. Send the same again after Retry-After.",
    "网关：请求数超出约定。请在 Retry-After 之后重发。",
    gatewayExample(429, "Too Many Requests", "More requests than agreed; send the same message again later."),
    RETRY_AFTER,
  ),
  GatewayRefusal: gatewayAnswer(
    "Anything else that the gateway answers itself. After 502 and 504 nobody knows whether it was taken: send the same again.",
    "网关自身的其他回答。遇到 502 和 504 时不知道是否已接收：请原样重发。",
    gatewayExample(504, "Gateway Timeout", "No answer came in time; whether it was taken is unknown. Send the same message again."),
  ),
};

/** Of each status the codes that may come with it, and what the gateway may answer to anything. */
export function problemResponses(names: readonly ProblemName[]): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  const problems = names.map((name) => problemOf(name, EXAMPLE_DETAIL)).sort((one, other) => one.status - other.status);
  for (const [status, those] of Map.groupBy(problems, (problem) => problem.status)) responses[`${status}`] = problemResponse(status, those);
  return { ...responses, "429": { $ref: "#/components/responses/TooManyRequests" }, default: { $ref: "#/components/responses/GatewayRefusal" } };
}

const EXAMPLE_DETAIL = "what is wrong, in a sentence";

function problemResponse(status: number, problems: readonly Problem[]) {
  const ours = {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      {
        type: "object" as const,
        properties: {
          type: { enum: problems.map(({ name }) => `urn:orderlane:problem:${name}`) },
          status: { const: status },
          code: { enum: problems.map(({ code }) => code) },
        },
      },
    ],
  };
  const [first] = problems;
  return {
    description: problems.map(({ code, title }) => `${code} ${title}`).join(". "),
    "x-description-zh": problems.map(({ code, name }) => `${code} ${CHINESE_TITLES[name]}`).join("；"),
    "x-problems": problems.map(({ name, code, title }) => ({ name, code, ...inBoth("title", { en: title, zh: CHINESE_TITLES[name] }) })),
    ...headersOf(status),
    content: {
      [PROBLEM_JSON]: {
        schema: status === 413 ? { anyOf: [ours, { $ref: "#/components/schemas/GatewayProblem" }] } : ours,
        ...(first === undefined ? {} : { example: exampleOf(first) }),
      },
    },
  };
}

const headersOf = (status: number): { readonly headers?: ZodOpenApiHeadersObject } => {
  if (status === 503) return { headers: RETRY_AFTER };
  return status === 401 ? { headers: CHALLENGE } : {};
};

const exampleOf = ({ name, title, status, detail, code }: Problem) => ({ type: `urn:orderlane:problem:${name}`, title, status, detail, code });
