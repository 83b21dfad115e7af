import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as z from "zod";

/** docs/openapi.json as a partner reads it: which answers it promises, and whether one fits. */

const Media = z.looseObject({ examples: z.record(z.string(), z.looseObject({ value: z.unknown() })).optional(), example: z.unknown().optional() });
const Response = z.looseObject({
  "x-problems": z.array(z.looseObject({ name: z.string(), code: z.string() })).optional(),
  headers: z.record(z.string(), z.looseObject({ required: z.boolean().optional() })).optional(),
  content: z.record(z.string(), Media).optional(),
});
const OperationObject = z.looseObject({
  operationId: z.string(),
  "x-access": z.string(),
  requestBody: z.looseObject({ content: z.record(z.string(), Media) }).optional(),
  responses: z.record(z.string(), Response),
});
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), OperationObject)) });

const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", "openapi.json"), "utf8");
const raw: unknown = JSON.parse(text);
const document = Document.parse(raw);

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "https://orderlane/openapi", ...z.record(z.string(), z.unknown()).parse(raw) }, undefined, false);

/** Whether a value fits the schema at a place of the document; what is wrong with it, or nothing. */
export function misfit(place: readonly string[], value: unknown): string | undefined {
  const pointer = place.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  const validate = ajv.compile({ $ref: `https://orderlane/openapi#/${pointer}` });
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
}

export type Documented = {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly access: string;
  readonly operation: z.infer<typeof OperationObject>;
  /** Of the operation, in the document. */
  readonly place: readonly string[];
};

export const DOCUMENTED: readonly Documented[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    operationId: operation.operationId,
    method: method.toUpperCase(),
    path,
    access: operation["x-access"],
    operation,
    place: ["paths", path, method],
  })),
);

export function documented(operationId: string): Documented {
  const found = DOCUMENTED.find((one) => one.operationId === operationId);
  if (found === undefined) throw new Error(`docs/openapi.json has no operation ${operationId}`);
  return found;
}

/** `operation 401 ORL-DOOR-014`, for each problem that is documented. */
export const documentedProblems = (): string[] =>
  DOCUMENTED.flatMap(({ operationId, operation }) =>
    Object.entries(operation.responses).flatMap(([status, response]) => (response["x-problems"] ?? []).map(({ code }) => `${operationId} ${status} ${code}`)),
  );

/** `operation 200`, for each answer that is no problem. */
export const documentedSuccesses = (): string[] =>
  DOCUMENTED.flatMap(({ operationId, operation }) =>
    Object.keys(operation.responses).flatMap((status) => (/^2/.test(status) ? [`${operationId} ${status}`] : [])),
  );

export type Observed = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** What an answer has that its documentation does not say, or lacks that it says; nothing where it fits. */
export function unlikeDocumented(operationId: string, { status, headers, body }: Observed): string | undefined {
  const { operation, place } = documented(operationId);
  const response = operation.responses[String(status)];
  if (response === undefined) return `status ${status} is not documented: ${body.slice(0, 200)}`;
  const type = String(headers["content-type"]);
  if (response.content?.[type] === undefined) return `media type ${type} is not documented with ${status}`;
  const missing = Object.entries(response.headers ?? {}).find(([name, { required }]) => required === true && headers[name.toLowerCase()] === undefined);
  if (missing !== undefined) return `the header ${missing[0]} is missing with ${status}`;
  const wrong = misfit([...place, "responses", String(status), "content", type, "schema"], JSON.parse(body));
  return wrong === undefined ? undefined : `${status} does not fit: ${wrong}: ${body.slice(0, 300)}`;
}
