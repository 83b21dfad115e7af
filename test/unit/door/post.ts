import { AcceptedBody, type LineResult } from "../../../core/door/line-results.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { Header, parseItem } from "../../../core/ledger/items.ts";
import { type BadInputCase, buildRequest } from "../../bad-input/build-request.ts";
import { json } from "../../bad-input/documents.ts";
import { type DoorWorld, SECRET, START, TOKENS } from "./door-world.ts";

export const runner = { nowSeconds: Math.floor(START / 1000), unique: "u1", webhookSecret: SECRET, tokens: TOKENS };

export type Sent = {
  readonly by?: "signed" | "bearer";
  readonly id?: string;
  readonly key?: string;
  readonly sourceIp?: string;
  readonly path?: { site?: string; connection: string };
};
export async function post(world: DoorWorld, body: unknown, { by = "signed", id = "m1", key, sourceIp = "192.0.2.1", path }: Sent = {}) {
  const bytes = body instanceof Uint8Array ? body : json(body);
  const base: BadInputCase = { class: "", name: "", by, body: () => bytes, signing: { id }, expected: { status: 202 } };
  const request = buildRequest(
    { ...base, ...(key === undefined ? {} : { headers: { "idempotency-key": [key] } }), ...(path === undefined ? {} : { path }) },
    runner,
  );
  return world.receive({ ...request, sourceIp });
}
export const linesOf = (answer: { readonly body: string; readonly status: number }): readonly LineResult[] => {
  const body: unknown = JSON.parse(answer.body);
  return answer.status === 202 ? AcceptedBody.parse(body).lines : (ProblemBody.parse(body).lines ?? []);
};
export const resultsOf = (answer: { readonly body: string; readonly status: number }): string[] => linesOf(answer).map((line) => line.result);
export const headersIn = (world: DoorWorld): Header[] =>
  world
    .written()
    .filter((item) => item.sk.startsWith("DOC#"))
    .map((item) => parseItem(Header, item));
export const queuedIn = (world: DoorWorld, target: string): string[] =>
  world.settings.connections.filter(({ id }) => id === target).flatMap(({ id }) => world.queue.receive(id, 10).map(({ body }) => body));
