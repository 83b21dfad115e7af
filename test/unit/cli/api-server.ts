import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { authorize } from "../../../core/access/authorize.ts";
import { connectionsAnswer } from "../../../core/connections/connection-states.ts";
import { guarded } from "../../../core/door/guarded.ts";
import { type HttpAnswer, jsonAnswer, problemAnswer, problemOf } from "../../../core/door/problems.ts";
import { CommandRequest } from "../../../core/lanes/command-bodies.ts";
import { LeaseRequest, VerdictsRequest } from "../../../core/mailbox/bodies.ts";
import { siteOf } from "../../../core/settings/settings.ts";
import { answerOf } from "../../../functions/command-document/command-document.ts";
import type { AskWorld } from "../asking/ask-world.ts";
import { ROOT } from "./run-cli.ts";

export type SeenRequest = { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> };

type Request = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
};

const DOCUMENTS = /^\/v1(?:\/sites\/([^/]+))?\/connections\/([^/]+)\/documents$/;
const COMMANDS = /^\/v1\/sites\/([^/]+)\/documents\/([^/]+)\/commands$/;
const DELIVERIES = /^\/v1\/sites\/([^/]+)\/deliveries\/(lease|verdicts)$/;
const CONNECTIONS = /^\/v1\/sites\/([^/]+)\/connections$/;
const QUESTION = /^\/v1\/sites\/([^/]+)(\/orders\/balance|\/orders|\/results|\/open|\/master|\/documents\/([^/]+))$/;

/** The API over a world: real HTTP on a free port of loopback in front, the real functions' logic behind. */
export async function apiServer(world: AskWorld) {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    bodyOf(incoming)
      .then((body) => answer(world, requestOf(incoming, body, seen)))
      .then(
        ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
        (error: unknown) => outgoing.writeHead(500).end(String(error)),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/live`,
    seen,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function requestOf(incoming: IncomingMessage, body: Uint8Array, seen: SeenRequest[]): Request {
  const url = new URL((incoming.url ?? "/").replace(/^\/live/, ""), "http://localhost");
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, [String(value)]]));
  const method = incoming.method ?? "";
  seen.push({ method, path: url.pathname + url.search, headers: Object.fromEntries(Object.entries(headers).map(([name, [value]]) => [name, String(value)])) });
  return { url, method, headers, body };
}

function answer(world: AskWorld, request: Request): Promise<HttpAnswer> {
  const path = request.url.pathname;
  const [, plant, work] = DELIVERIES.exec(path) ?? [];
  if (plant !== undefined) return refuseWork(world, plant, work === "lease" ? "lease" : "verdict", request);
  if (request.method === "POST") return DOCUMENTS.test(path) ? receive(world, request) : takeCommand(world, request);
  return path === "/v1/openapi.json" ? description() : asked(world, request);
}

const description = async (): Promise<HttpAnswer> => jsonAnswer(200, JSON.parse(readFileSync(join(ROOT, "docs", "openapi.json"), "utf8")));

async function asked(world: AskWorld, request: Request): Promise<HttpAnswer> {
  const path = request.url.pathname;
  if (path === "/v1/access/grants") return administered(request, world);
  const [, standing] = CONNECTIONS.exec(path) ?? [];
  if (standing !== undefined) return connectionsOf(world, standing, request);
  const [, site, resource = "", id] = QUESTION.exec(path) ?? [];
  if (site === undefined) return problemAnswer(problemOf("path-malformed", path));
  const parameters = id === undefined ? { site } : { site, id: decodeURIComponent(id) };
  return world.answer({ resource, path: parameters, query: Object.fromEntries(request.url.searchParams), headers: request.headers });
}

/** Nobody's token of these tests administers. */
async function administered({ headers }: Request, world: AskWorld): Promise<HttpAnswer> {
  const authorized = await authorize({ headers }, { action: "administer" }, world);
  return authorized.kind === "refused" ? problemAnswer(authorized.problem) : jsonAnswer(200, { grants: [] });
}

async function connectionsOf(world: AskWorld, site: string, { headers }: Request): Promise<HttpAnswer> {
  const authorized = await authorize({ headers }, { action: "read", site }, world);
  return authorized.kind === "refused" ? problemAnswer(authorized.problem) : jsonAnswer(200, await connectionsAnswer(world, siteOf(world.settings, site)));
}

/** The agents' routes, for whoever tries what a token may: a body that is none. */
const refuseWork = (world: AskWorld, site: string, action: "lease" | "verdict", { headers, body }: Request): Promise<HttpAnswer> =>
  guarded({ path: { site }, headers, body }, world, { action, body: action === "lease" ? LeaseRequest : VerdictsRequest }, async () => jsonAnswer(200, {}));

function receive(world: AskWorld, { url, headers, body }: Request): Promise<HttpAnswer> {
  const [, site, connection = ""] = DOCUMENTS.exec(url.pathname) ?? [];
  return world.functions.receive({ path: { connection, ...(site === undefined ? {} : { site }) }, headers, body, sourceIp: "127.0.0.1" });
}

function takeCommand(world: AskWorld, { url, headers, body }: Request): Promise<HttpAnswer> {
  const [, site = "", id = ""] = COMMANDS.exec(url.pathname) ?? [];
  return guarded({ path: { site, id }, headers, body }, world, { action: "command", body: CommandRequest }, async (at, wanted, who) => {
    return answerOf(await world.command(at, id, wanted, { who, from: "127.0.0.1" }));
  });
}
