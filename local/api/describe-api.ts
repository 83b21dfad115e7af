import * as z from "zod";
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from "zod-openapi";
import { COMPONENTS } from "../../core/api/components.ts";
import type { Answer, Body, Example, Operation, Text } from "../../core/api/operation.ts";
import { isForPersons, OPERATIONS } from "../../core/api/operations.ts";
import { API, PATH_PARAMETERS, SERVERS, TAGS } from "../../core/api/texts.ts";
import { ProblemBody } from "../../core/door/problems.ts";
import { addFieldTexts } from "./field-texts.ts";
import { inBoth } from "./in-both.ts";
import { GATEWAY_RESPONSES, GATEWAY_SCHEMAS, problemResponses } from "./problem-responses.ts";
import { SECURITY_SCHEMES, securityOf } from "./security.ts";

// By its id a schema is one component, wherever it stands.
for (const [id, schema] of Object.entries({ ...COMPONENTS, ...GATEWAY_SCHEMAS })) z.globalRegistry.add(schema, { ...schema.meta(), id });

/** The API's description, OpenAPI 3.1, from the table of operations and the schemas that the running code uses. */
export function describeApi(operations: readonly Operation[] = OPERATIONS): Record<string, unknown> {
  const document: ZodOpenApiObject = {
    openapi: "3.1.1",
    info: {
      title: "Orderlane",
      version: API.version,
      ...inBoth("description", API.description),
      license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
    },
    servers: [server("", SERVERS.plain)],
    tags: Object.entries(TAGS).map(([name, text]) => ({ name, ...inBoth("description", text) })),
    paths: pathsOf(operations),
    components: { securitySchemes: SECURITY_SCHEMES, schemas: { Problem: ProblemBody }, responses: GATEWAY_RESPONSES },
  };
  return addFieldTexts(createDocument(document));
}

/** The text of docs/openapi.json. */
export const apiDescription = (): string => `${JSON.stringify(describeApi(), undefined, 1)}\n`;

const server = (more: string, text: Text) => ({
  url: `https://{api}.execute-api.{region}.{domain}/live${more}`,
  ...inBoth("description", text),
  variables: {
    api: { default: "a1b2c3d4e5" },
    region: { default: "eu-central-1" },
    domain: { default: "amazonaws.com", enum: ["amazonaws.com", "amazonaws.com.cn"] },
  },
});

function pathsOf(operations: readonly Operation[]): Record<string, Record<string, ZodOpenApiOperationObject>> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: operationOf(operation) };
  return paths;
}

function operationOf({ operationId, tag, path, access, summary, description, query, headers, body, answers, problems }: Operation): ZodOpenApiOperationObject {
  return {
    operationId,
    tags: [tag],
    ...inBoth("summary", summary),
    ...inBoth("description", description),
    security: securityOf(access),
    ...(isForPersons(access) ? { servers: [server("", SERVERS.plain), server("/aws", SERVERS.signed)] } : {}),
    "x-access": access,
    parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => pathParameter(String(name))),
    ...(query === undefined && headers === undefined
      ? {}
      : { requestParams: { ...(query === undefined ? {} : { query }), ...(headers === undefined ? {} : { header: headers }) } }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: { ...answerResponses(answers), ...problemResponses(problems) },
  };
}

function pathParameter(name: string) {
  const found = PATH_PARAMETERS[name];
  if (found === undefined) throw new RangeError(`the path parameter ${name} has no text`);
  return { name, in: "path" as const, required: true, ...inBoth("description", found.text), schema: { type: "string" as const }, example: found.example };
}

const requestBody = ({ description, media }: Body) => ({
  required: true,
  ...inBoth("description", description),
  content: Object.fromEntries(Object.entries(media).map(([type, { schema, examples }]) => [type, { schema, examples: examplesOf(examples) }])),
});

function answerResponses(answers: readonly Answer[]): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const answer of answers) responses[`${answer.status}`] = response(answer);
  return responses;
}

const response = ({ description, schema, examples }: Answer) => ({
  ...inBoth("description", description),
  content: { "application/json": { schema, examples: examplesOf(examples) } },
});

const examplesOf = (examples: readonly Example[]) =>
  Object.fromEntries(examples.map(({ name, summary, value }) => [name, { ...inBoth("summary", summary), value: JSON.parse(JSON.stringify(value)) }]));
