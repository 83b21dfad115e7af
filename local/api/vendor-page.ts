import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Operation, Text } from "../../core/api/operation.ts";
import { OPERATIONS } from "../../core/api/operations.ts";
import { SCHEMA_TEXTS } from "../../core/api/schema-texts.ts";
import { CHINESE_TITLES } from "../../core/door/problem-titles.ts";
import { problemOf } from "../../core/door/problems.ts";
import { describeApi } from "./describe-api.ts";
import { both, code, element, inline, lines, type Markup, table } from "./html.ts";
import { VENDOR_STYLE } from "./vendor-style.ts";
import { COLUMN_TEXTS, VENDOR_TEXTS } from "./vendor-texts.ts";

/** docs/mes-vendor.html: what a MES vendor needs, in one file that asks no network for anything. `npm run docs` writes it, a test compares it. */

/** By hand: what an agent uses, in the order in which it is read. */
const AGENT = ["leaseDeliveries", "reportVerdicts", "sendHeartbeat"] as const;
const UPWARD = ["postDocuments", "readResults"] as const;
/** What a plant gets: the others go the other way. */
const DELIVERED = [
  "OperationsRequest",
  "MaterialDefinition",
  "TestResult",
  "Equipment",
  "ProcessSegment",
  "OperationsDefinition",
  "Person",
  "ReasonCode",
  "UnitOfMeasure",
];

class OperationUnknown extends Error {}

function operationOf(operationId: string): Operation {
  const found = OPERATIONS.find((one) => one.operationId === operationId);
  if (found === undefined) throw new OperationUnknown(operationId);
  return found;
}

const SHOP_FLOOR = join(import.meta.dirname, "..", "..", "docs", "examples", "shop-floor.json");
const ShopFloor = z.object({ lines: z.array(z.looseObject({ document: z.looseObject({ type: z.string() }) })) });

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** A line for a shell, with the address and the token in its variables. */
function curlOf({ method, path }: Operation, body: unknown, query: Readonly<Record<string, string>> = {}): string {
  const filled = path.replace("{site}", "hamburg").replace("{connection}", "mes-hamburg");
  const search = new URLSearchParams(query).toString();
  const address = `"$API${filled}${search === "" ? "" : `?${search}`}"`;
  const sent = body === undefined ? "" : ` -H "Content-Type: application/json" --data-binary '${JSON.stringify(body)}'`;
  return `curl -sS -X ${method} -H "Authorization: Bearer $TOKEN"${sent} ${address}`;
}

const examplesOf = ({ body }: Operation) => body?.media["application/json"]?.examples ?? [];

function operationSection(operationId: string, query: Readonly<Record<string, string>> = {}): Markup {
  const operation = operationOf(operationId);
  const [first] = examplesOf(operation);
  const requests = examplesOf(operation).map(({ summary, value }) =>
    lines(element("h4", {}, inline(COLUMN_TEXTS.request), ": ", inline(summary)), code(pretty(value))),
  );
  const answers = operation.answers.flatMap(({ status, description, examples }) => [
    element("h4", {}, inline(COLUMN_TEXTS.answer), ` ${status}`),
    both("p", description),
    ...examples.map(({ summary, value }) => lines(element("p", { class: "what" }, inline(summary)), code(pretty(value)))),
  ]);
  return lines(
    element("h3", { id: operationId }, inline(operation.summary)),
    element("p", {}, element("code", {}, `${operation.method} ${operation.path}`)),
    both("p", operation.description),
    code(curlOf(operation, first?.value, query)),
    ...requests,
    ...answers,
  );
}

const reports = (): Markup[] =>
  ShopFloor.parse(JSON.parse(readFileSync(SHOP_FLOOR, "utf8"))).lines.map((line) => {
    const text = SCHEMA_TEXTS[`Canonical${line.document.type}`];
    return lines(element("h4", {}, element("code", {}, line.document.type), " ", text === undefined ? [] : inline(text)), code(pretty(line)));
  });

function problemRows(): (readonly (Markup | string | Markup[])[])[] {
  const names = new Set([...AGENT, ...UPWARD].flatMap((operationId) => operationOf(operationId).problems));
  return [...names]
    .map((name) => problemOf(name, "of the table"))
    .sort((one, other) => (one.code < other.code ? -1 : 1))
    .map(({ name, code: stable, status, title }) => [
      element("code", {}, stable),
      String(status),
      inline({ en: title, zh: CHINESE_TITLES[name] }),
      inline(status >= 500 ? COLUMN_TEXTS.yes : COLUMN_TEXTS.no),
    ]);
}

const Field = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.string()).optional(),
  const: z.string().optional(),
  pattern: z.string().optional(),
  items: z.looseObject({ type: z.string().optional() }).optional(),
  description: z.string(),
  "x-description-zh": z.string(),
});
const Schemas = z.object({
  components: z.object({
    schemas: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).optional(), required: z.array(z.string()).optional() })),
  }),
});

const kindOf = ({ type, enum: values, const: only, pattern }: z.infer<typeof Field>): string => {
  if (only !== undefined) return `"${only}"`;
  if (values !== undefined) return values.join(" | ");
  return pattern === undefined ? String(type) : `${String(type)} ${pattern}`;
};

function fieldTables(): Markup[] {
  const { schemas } = Schemas.parse(describeApi()).components;
  return DELIVERED.flatMap((type) => {
    const schema = schemas[`Canonical${type}`];
    const text = SCHEMA_TEXTS[`Canonical${type}`];
    if (schema?.properties === undefined || text === undefined) throw new OperationUnknown(type);
    const { properties, required = [] } = schema;
    const rows = Object.entries(properties).map(([name, raw]) => {
      const field = Field.parse(raw);
      const need = required.includes(name) ? [element("br", {}), element("small", {}, inline(COLUMN_TEXTS.required))] : [];
      return [[element("code", {}, name), ...need], element("code", {}, kindOf(field)), inline({ en: field.description, zh: field["x-description-zh"] })];
    });
    return [
      element("h3", { id: type }, element("code", {}, type), " ", inline(text)),
      table([COLUMN_TEXTS.field, COLUMN_TEXTS.kind, COLUMN_TEXTS.meaning], rows),
    ];
  });
}

const heading = (id: string, text: Text): Markup => element("h2", { id }, inline(text));
const rules = [VENDOR_TEXTS.rule1, VENDOR_TEXTS.rule2, VENDOR_TEXTS.rule3, VENDOR_TEXTS.rule4];

/** Without a script: what is chosen hides the other language by a rule of style. */
const choice = ["both", "en", "zh"].map((id, at) =>
  element("input", { type: "radio", name: "language", id: `show-${id}`, ...(at === 0 ? { checked: "checked" } : {}) }),
);
const labels = element(
  "p",
  { class: "choice" },
  ...[
    ["both", "English + 中文"],
    ["en", "English"],
    ["zh", "中文"],
  ].map(([id, name]) => element("label", { for: `show-${id}` }, String(name))),
);

const contents = (): Markup =>
  element(
    "ul",
    { class: "contents" },
    ...[
      ["given", VENDOR_TEXTS.given],
      ["rules", VENDOR_TEXTS.rules],
      ["loop", VENDOR_TEXTS.loop],
      ["reports", VENDOR_TEXTS.reports],
      ["again", VENDOR_TEXTS.again],
      ["problems", VENDOR_TEXTS.problems],
      ["fields", VENDOR_TEXTS.fields],
    ].map(([id, text]) => element("li", {}, element("a", { href: `#${String(id)}` }, typeof text === "object" ? inline(text) : []))),
  );

export function vendorPage(): string {
  const main = element(
    "main",
    {},
    lines(
      element("h1", {}, inline(VENDOR_TEXTS.title)),
      labels,
      both("p", VENDOR_TEXTS.intro),
      contents(),
      heading("given", VENDOR_TEXTS.given),
      both("p", VENDOR_TEXTS.givenText),
      code(curlOf(operationOf("sendHeartbeat"), {})),
      heading("rules", VENDOR_TEXTS.rules),
      element("ol", {}, ...rules.map((rule) => element("li", {}, inline(rule)))),
      heading("loop", VENDOR_TEXTS.loop),
      both("p", VENDOR_TEXTS.loopText),
      ...AGENT.map((operationId) => operationSection(operationId)),
      heading("reports", VENDOR_TEXTS.reports),
      both("p", VENDOR_TEXTS.reportsText),
      operationSection("postDocuments"),
      ...reports(),
      operationSection("readResults", { connection: "mes-hamburg" }),
      heading("again", VENDOR_TEXTS.again),
      both("p", VENDOR_TEXTS.againText),
      heading("problems", VENDOR_TEXTS.problems),
      table([COLUMN_TEXTS.code, COLUMN_TEXTS.status, COLUMN_TEXTS.meaning, COLUMN_TEXTS.again], problemRows()),
      heading("fields", VENDOR_TEXTS.fields),
      both("p", VENDOR_TEXTS.fieldsText),
      ...fieldTables(),
    ),
  );
  const head = element(
    "head",
    {},
    element("meta", { charset: "utf-8" }),
    element("title", {}, `${VENDOR_TEXTS.title.en} · ${VENDOR_TEXTS.title.zh}`),
    element("style", {}, VENDOR_STYLE),
  );
  return `<!DOCTYPE html>\n<!-- Drawn by local/api/vendor-page.ts from core/api/; do not edit. -->\n${element("html", { lang: "en" }, head, element("body", {}, ...choice, main)).markup}\n`;
}
