import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { AwsCaller } from "../../../core/access/aws-identity.ts";
import type { AccessWorld, Asked } from "../access/access-world.ts";

export type SeenRequest = { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** The routes of access over a world, on a free port of loopback. A request under /aws counts as signed by `signer`, as it is behind a gateway that has checked it. */
export async function accessServer(world: AccessWorld, signer: AwsCaller) {
  const seen: SeenRequest[] = [];
  const answer = async (incoming: IncomingMessage) => {
    const body = await buffer(incoming);
    const path = String(incoming.url).replace(/^\/live/, "");
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    seen.push({ method: String(incoming.method), path, headers, body: body.toString() });
    const asked: Asked = {
      method: incoming.method === "POST" ? "POST" : "GET",
      path: path.replace(/^\/aws/, ""),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      ...(body.length === 0 ? {} : { body: body.toString() }),
    };
    return world.ask(path.startsWith("/aws/") ? { ...asked, aws: signer } : asked);
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming).then(
      ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
      (error: unknown) => outgoing.writeHead(500).end(JSON.stringify({ title: String(error) })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `http://127.0.0.1:${address.port}/live`, seen, close: () => new Promise((resolve) => server.close(resolve)) };
}
