import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { OPERATIONS } from "../../../core/api/operations.ts";
import { problemAnswer, problemOf } from "../../../core/door/problems.ts";
import { apiDescription, describeApi } from "../../../local/api/describe-api.ts";
import { DOCUMENTED, misfit, type Observed, unlikeDocumented } from "../../openapi/documented.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FILE = join(ROOT, "docs", "openapi.json");
const folder = mkdtempSync(join(tmpdir(), "orderlane-openapi-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("docs/openapi.json is written from the table of operations and the schemas that the code uses (npm run docs)", () => {
  expect(readFileSync(FILE, "utf8")).toBe(apiDescription());
});

it("every operation of the table is described once, under its own name", () => {
  expect(DOCUMENTED.map(({ operationId }) => operationId).sort()).toEqual(OPERATIONS.map(({ operationId }) => operationId).sort());
  expect(new Set(OPERATIONS.map(({ operationId }) => operationId)).size).toBe(OPERATIONS.length);
  expect(new Set(OPERATIONS.map(({ method, path }) => `${method} ${path}`)).size).toBe(OPERATIONS.length);
});

it("no two problems have one code", () => {
  const names = new Set(OPERATIONS.flatMap(({ problems }) => problems));
  expect(new Set([...names].map((name) => problemOf(name, "").code)).size).toBe(names.size);
});

describe("the linter", () => {
  const Report = z.object({
    totals: z.object({ errors: z.number(), warnings: z.number() }),
    problems: z.array(z.object({ message: z.string(), ruleId: z.string() })),
  });

  function lint(file: string): z.infer<typeof Report> {
    const { stdout } = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules/@redocly/cli/bin/cli.js"), "lint", "--extends=recommended", "--format=json", file],
      {
        encoding: "utf8",
        cwd: folder,
        env: { PATH: process.env.PATH, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      },
    );
    return Report.parse(JSON.parse(stdout));
  }

  it("finds no error and no warning", () => {
    expect(lint(FILE)).toMatchObject({ totals: { errors: 0, warnings: 0 }, problems: [] });
  });

  it("finds what is wrong in a description that is", () => {
    const spoilt = join(folder, "spoilt.json");
    writeFileSync(
      spoilt,
      readFileSync(FILE, "utf8").replace('"operationId": "leaseDeliveries"', '"operationId": "postDocuments"').replace('"required": true', '"required": "yes"'),
    );
    expect(lint(spoilt).problems.map(({ ruleId }) => ruleId)).toEqual(expect.arrayContaining(["operation-operationId-unique", "struct"]));
  });
});

describe("examples", () => {
  type Media = Readonly<Record<string, { readonly examples?: Readonly<Record<string, { readonly value?: unknown }>> | undefined; readonly example?: unknown }>>;
  const valuesIn = (content: Media = {}) =>
    Object.entries(content).flatMap(([type, { example, examples = {} }]) =>
      [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)].map((value) => ({ type, value })),
    );

  it("fit the schemas that they stand beside; every request and every answer has one", () => {
    let seen = 0;
    for (const { operationId, operation, place } of DOCUMENTED) {
      const bodies = valuesIn(operation.requestBody?.content).map(({ type, value }) => ({ value, at: [...place, "requestBody", "content", type, "schema"] }));
      const answers = Object.entries(operation.responses).flatMap(([status, { content }]) => {
        const values = valuesIn(content);
        if (content !== undefined) expect({ operationId, status, examples: values.length > 0 }).toEqual({ operationId, status, examples: true });
        return values.map(({ type, value }) => ({ value, at: [...place, "responses", status, "content", type, "schema"] }));
      });
      if (operation.requestBody !== undefined) expect(bodies.length, operationId).toBeGreaterThan(0);
      for (const { value, at } of [...bodies, ...answers]) {
        seen += 1;
        expect({ at: at.join(" "), misfit: misfit(at, value) }).toEqual({ at: at.join(" "), misfit: undefined });
      }
    }
    expect(seen).toBeGreaterThan(100);
  });

  it("do not fit where they are spoilt", () => {
    const at = ["paths", "/v1/sites/{site}/deliveries/lease", "post", "requestBody", "content", "application/json", "schema"];
    expect(misfit(at, { max: 51 })).toContain("must be <= 50");
    expect(misfit(at, { max: 1, more: true })).toContain("additional properties");
  });
});

describe("what the running API is held to (test/openapi)", () => {
  const unavailable = problemAnswer(problemOf("access-unavailable", "nothing was taken"));
  const heard: Observed = {
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"serverTime":"2026-03-02T08:15:02.417Z","pollAfterSeconds":15}',
  };

  it("takes what is documented", () => {
    expect(unlikeDocumented("postDocuments", unavailable)).toBeUndefined();
    expect(unlikeDocumented("sendHeartbeat", heard)).toBeUndefined();
  });

  it.each([
    ["a status that is not documented", "sendHeartbeat", { ...heard, status: 202 }, "status 202 is not documented"],
    ["another media type", "sendHeartbeat", { ...heard, headers: { "content-type": "text/plain" } }, "media type text/plain is not documented"],
    ["a field more", "sendHeartbeat", { ...heard, body: heard.body.replace("{", '{"more":1,') }, "must NOT have additional properties"],
    ["a field less", "sendHeartbeat", { ...heard, body: '{"pollAfterSeconds":15}' }, "must have required property 'serverTime'"],
    ["a code that the operation does not document", "sendHeartbeat", problemAnswer(problemOf("verdict-differs", "x")), "status 409 is not documented"],
    [
      "a code of its status that the operation does not document",
      "sendHeartbeat",
      problemAnswer(problemOf("xml-malformed", "x")),
      "must be equal to one of the allowed values",
    ],
    [
      "a header that is promised and missing",
      "postDocuments",
      { ...unavailable, headers: { "content-type": "application/problem+json" } },
      "the header Retry-After is missing",
    ],
  ])("tells %s", (_case, operationId, answer, told) => {
    expect(unlikeDocumented(operationId, answer)).toContain(told);
  });
});

describe("both languages", () => {
  /** Names that are the same in both, and texts of the gateway's own address. */
  const MEMBERS = ["summary", "description", "title"] as const;

  function untranslated(value: unknown, at: string): string[] {
    if (typeof value !== "object" || value === null) return [];
    const entries = Object.entries(value);
    const here = MEMBERS.flatMap((member) => {
      const text = entries.find(([name]) => name === member)?.[1];
      const chinese = entries.find(([name]) => name === `x-${member}-zh`)?.[1];
      return typeof text === "string" && !/\p{Script=Han}/u.test(String(chinese)) ? [`${at}.${member}`] : [];
    });
    // Values of examples are data.
    return [...here, ...entries.flatMap(([name, inner]) => (name === "example" || name === "value" ? [] : untranslated(inner, `${at}.${name}`)))];
  }

  it("stand beside each other at every summary, description and problem's title", () => {
    expect(untranslated(describeApi(), "api")).toEqual(["api.info.title"]);
  });
});
