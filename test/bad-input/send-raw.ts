import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { buffer } from "node:stream/consumers";

export type RawAnswer = { readonly status: number; readonly contentType: string | undefined; readonly text: string };
export type RawRequest = {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** Each value as a header line of its own, as it stands. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body?: Uint8Array;
};

/** One request, nothing added to it but host and length: no content type, no second try, no merged headers. */
export async function sendRaw({ method, url, headers, body }: RawRequest): Promise<RawAnswer> {
  const { host } = new URL(url);
  const lines = Object.entries(headers).flatMap(([name, values]) => values.flatMap((value) => [name, value]));
  const length = body === undefined ? [] : ["content-length", String(body.length)];
  const sent = request(url, { method, headers: ["host", host, ...length, ...lines], agent: false, setHost: false });
  const answered: Promise<unknown[]> = once(sent, "response");
  sent.end(body);
  const [answer] = await answered;
  return read(answer);
}

async function read(answer: unknown): Promise<RawAnswer> {
  if (!isMessage(answer)) throw new Error("no HTTP answer came");
  const text = (await buffer(answer)).toString("utf8");
  return { status: answer.statusCode === undefined ? 0 : answer.statusCode, contentType: answer.headers["content-type"], text };
}

const isMessage = (value: unknown): value is IncomingMessage => typeof value === "object" && value !== null && "statusCode" in value && "headers" in value;
