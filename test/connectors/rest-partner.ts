import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { createFakePartner, type FakePartner, type PartnerAnswer, type PartnerWords } from "../../connectors/rest/fake.ts";

export type PartnerServer = { readonly url: string; readonly fake: FakePartner; answerOnce(answer: PartnerAnswer): void; close(): Promise<void> };

/** The fake partner behind real HTTP, on loopback. */
export async function startPartner(words: PartnerWords, token: string): Promise<PartnerServer> {
  const fake = createFakePartner(words);
  const fixed: PartnerAnswer[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end();
        return;
      }
      const answer = fixed.shift() ?? fake.tell(request.url ?? "", body);
      if (answer.kind === "answer") response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    fake,
    answerOnce: (answer) => {
      fixed.push(answer);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the partner has no port"));
      else resolve(address.port);
    });
  });
}
