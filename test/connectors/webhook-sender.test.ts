import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSigned, readWebhookClaims } from "../../core/access/standard-webhooks.ts";
import { signatureOf, standardWebhooks } from "../../local/sender-credentials.ts";
import { createWebhookSender } from "../../local/webhook-sender.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW = 1_790_000_000_000;

type Arrived = { readonly headers: Readonly<Record<string, readonly string[]>>; readonly body: Buffer };

describe("the sending side of the demo's ERP", () => {
  let answers: { readonly status: number; readonly retryAfter?: string }[];
  let arrived: Arrived[];
  let url: string;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, [value]]] : [])));
      arrived.push({ headers, body: Buffer.concat(chunks) });
      const answer = answers.shift() ?? { status: 202 };
      response.writeHead(answer.status, answer.retryAfter === undefined ? {} : { "retry-after": answer.retryAfter }).end("{}");
    });
  });

  beforeEach(async () => {
    answers = [];
    arrived = [];
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/documents`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const sender = () => createWebhookSender({ url, credentials: standardWebhooks(SECRET), now: () => NOW });

  it("signs as the Standard Webhooks specification's own example does", () => {
    expect(signatureOf(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, '{"test": 2432232314}')).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("signs what our door takes as signed", async () => {
    await sender().send("msg-1", '{"批":"α"}');
    const [message] = arrived;
    const claims = readWebhookClaims(message?.headers ?? {}, NOW, 300);
    if (claims.kind === "refused" || message === undefined) throw new Error("not signed");
    expect(isSigned(claims, message.body, [SECRET])).toBe(true);
    expect(isSigned(claims, Buffer.concat([message.body, Buffer.from(" ")]), [SECRET])).toBe(false);
  });

  it("sends the same id and body until it is taken, and logs every attempt", async () => {
    answers = [
      { status: 503, retryAfter: "0" },
      { status: 429, retryAfter: "0" },
    ];
    const erp = sender();
    expect(await erp.deliver("msg-1", "{}")).toMatchObject({ status: 202 });
    expect(erp.log().map(({ id, status }) => `${id} ${status}`)).toEqual(["msg-1 503", "msg-1 429", "msg-1 202"]);
  });

  it("does not repeat what is refused for good", async () => {
    answers = [{ status: 422 }];
    expect(await sender().deliver("msg-1", "{}")).toMatchObject({ status: 422 });
    expect(arrived).toHaveLength(1);
  });

  it("logs an attempt without an answer as one", async () => {
    server.closeAllConnections();
    const nobody = createWebhookSender({ url: "http://127.0.0.1:1/", credentials: standardWebhooks(SECRET), now: () => NOW });
    expect(await nobody.send("msg-1", "{}")).toEqual({ id: "msg-1", body: "{}", at: NOW });
  });
});
