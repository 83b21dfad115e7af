import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { CloudParts } from "../cloud.ts";
import { ASKS, type Asked, consumptionOf, grantFor, ORDER, type Standing } from "./asks.ts";
import { type Presents, type Principal, principalsOf } from "./principals.ts";
import { type Row, TableWrong } from "./table.ts";

/** Every route of docs/openapi.json × every principal × site, over HTTP, against the table that was written by hand. */

export type Wrong = { readonly operationId: string; readonly target: string; readonly principal: string; readonly expected: number; readonly came: number };
export type Matrix = { readonly cells: number; readonly wrong: readonly Wrong[] };

const Routes = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))) });
type Route = { readonly method: string; readonly path: string };

/** By operation. */
export function routesOf(description = readFileSync(join(import.meta.dirname, "..", "..", "docs", "openapi.json"), "utf8")): ReadonlyMap<string, Route> {
  const { paths } = Routes.parse(JSON.parse(description));
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [operationId, { method: method.toUpperCase(), path }] as const),
    ),
  );
}

/** What the table and the routes do not agree about: an operation that one of them has not. */
export function gapsOf(rows: readonly Row[], routes: ReadonlyMap<string, Route>): string[] {
  const listed = new Set(rows.map(({ operationId }) => operationId));
  return [
    ...[...routes.keys()].filter((operationId) => !listed.has(operationId)).map((operationId) => `the table has no row for ${operationId}`),
    ...[...listed].filter((operationId) => !routes.has(operationId)).map((operationId) => `docs/openapi.json has no ${operationId}`),
    ...[...listed].filter((operationId) => ASKS[operationId] === undefined).map((operationId) => `nothing is asked of ${operationId}`),
  ];
}

/** Requests at once: functions are processes of a machine of two cores. */
const AT_ONCE = 4;

/** @throws TableWrong where the table does not cover the routes, or names a principal that there is not */
export async function runMatrix(cloud: CloudParts, rows: readonly Row[], routes = routesOf()): Promise<Matrix> {
  const gaps = gapsOf(rows, routes);
  if (gaps.length > 0) throw new TableWrong(gaps.join("; "));
  const principals = await principalsOf(cloud);
  const standing = await standingOf(cloud, principals, routes);
  const cells = rows.flatMap(({ operationId, target, statuses }) =>
    Object.entries(statuses).map(([principal, expected]) => ({ operationId, target, principal, expected })),
  );
  const wrong: Wrong[] = [];
  const waiting = [...cells];
  const worker = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      const came = (await ask(cloud, routes, cell.operationId, askOf(cell, standing), principalOf(principals, cell.principal))).status;
      if (came !== cell.expected) wrong.push({ ...cell, came });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { cells: cells.length, wrong };
}

function principalOf(principals: Readonly<Record<string, Principal>>, name: string): Principal {
  const principal = principals[name];
  if (principal === undefined) throw new TableWrong(`there is no principal ${name}`);
  return principal;
}

function askOf({ operationId, target }: { readonly operationId: string; readonly target: string }, standing: Standing): Asked {
  const make = ASKS[operationId];
  if (make === undefined) throw new TableWrong(`nothing is asked of ${operationId}`);
  return make(target, standing);
}

const GivenGrant = z.object({ id: z.string() });
const Taken = z.object({ lines: z.array(z.object({ document: z.string() })).length(1) });

/** Posts one document and gives one grant for each site, so that there is something to see. */
async function standingOf(cloud: CloudParts, principals: Readonly<Record<string, Principal>>, routes: ReadonlyMap<string, Route>): Promise<Standing> {
  const documents: Record<string, string> = {};
  for (const site of ["hamburg", "suzhou"]) {
    const asked = { path: { site, connection: `mes-${site}` }, type: "application/json", body: consumptionOf(site) };
    const answer = await ask(cloud, routes, "postDocuments", asked, principalOf(principals, "both"));
    documents[site] = String(Taken.parse(await answer.json()).lines[0]?.document);
  }
  const grants: Record<string, string> = {};
  for (const site of ["hamburg", "suzhou"]) {
    const answer = await ask(cloud, routes, "createGrant", grantFor(site), principalOf(principals, "both"));
    grants[site] = GivenGrant.parse(await answer.json()).id;
  }
  return { documents, order: ORDER, grants };
}

async function ask(cloud: CloudParts, routes: ReadonlyMap<string, Route>, operationId: string, asked: Asked, principal: Principal): Promise<Response> {
  const route = routes.get(operationId);
  if (route === undefined) throw new TableWrong(`docs/openapi.json has no ${operationId}`);
  const { path, query = {}, type, body } = asked;
  const filled = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const plain = withQuery(`${cloud.apiUrl}${principal.under ?? ""}${filled}`, query);
  const shown: Presents = await principal.present({ method: route.method, url: plain, body: body === undefined ? "" : body });
  return fetch(withQuery(plain, shown.query ?? {}), {
    method: route.method,
    headers: { ...(type === undefined ? {} : { "content-type": type }), ...shown.headers },
    ...(body === undefined ? {} : { body }),
  });
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query).toString();
  return search === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${search}`;
}
