import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { localCloud } from "../support/local-cloud.ts";
import { type ApiRig, openRig } from "./rig.ts";

const cloud = localCloud();
let rig: ApiRig;
beforeAll(async () => {
  rig = await openRig(cloud);
});
afterAll(() => rig.close());

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "mes-vendor.html"), "utf8");
const plain = (text: string): string => text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

type Line = { readonly method: string; readonly path: string; readonly body?: string };
const LINE =
  /curl -sS -X (?<method>GET|POST) -H "Authorization: Bearer \$TOKEN"(?: -H "Content-Type: application\/json" --data-binary '(?<body>[^']*)')? "\$API(?<path>[^"]+)"/g;
const linesIn = (text: string): Line[] =>
  [...plain(text).matchAll(LINE)].map(({ groups = {} }) => ({
    method: String(groups.method),
    path: String(groups.path),
    ...(groups.body === undefined ? {} : { body: groups.body }),
  }));

it("every line for a shell that the MES vendors' page shows is taken by the running API", async () => {
  const lines = linesIn(page);
  expect(lines).toHaveLength((page.match(/curl /g) ?? []).length);
  expect(lines.length).toBeGreaterThanOrEqual(6);
  for (const { method, path, body } of lines) {
    const headers = { authorization: `Bearer ${rig.tokens.whole}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(`${cloud.apiUrl}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    expect([path, answer.ok, await answer.text()]).toEqual([path, true, expect.any(String)]);
  }
});
