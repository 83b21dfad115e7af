import { createFakeSap, type FakeSap, type FakeSapOptions } from "../connectors/sap-idoc/fake.ts";
import { pageAnswer, type SapAnswer } from "../connectors/sap-idoc/fake-faults.ts";
import { createFakeHost, type FakeHost, type FakePart, type HostRequest } from "./fake-host.ts";

/** The fake SAP behind real HTTP, on loopback: its plain port for IDocs in XML. */

export type FakeSapServer = {
  /** Where it takes IDocs; for the connection's settings. */
  readonly url: string;
  readonly fake: FakeSap;
  close(): Promise<void>;
};

export type FakeSapPartOptions = Omit<FakeSapOptions, "clock"> & {
  /** The only value of the header `authorization` that it takes; any other gets 401. */
  readonly authorization: string;
};

export type FakeSapServerOptions = FakeSapPartOptions & {
  /** Where it listens, on 127.0.0.1; by default a free port. */
  readonly port?: number;
  readonly now?: () => number;
};

const PATH = "/sap/bc/idoc_xml";

/** The fake as a part of a host. */
export function fakeSapPart({ authorization, ...options }: FakeSapPartOptions, { clock }: FakeHost): FakePart & { readonly fake: FakeSap } {
  const fake = createFakeSap({ ...options, clock });
  return { path: PATH, fake, answer: (request) => answerTo(fake, authorization, request) };
}

/** Starts on loopback; a slow answer comes by a real timer. */
export async function startFakeSapServer({ port, now, ...options }: FakeSapServerOptions): Promise<FakeSapServer> {
  const host = createFakeHost(now);
  const part = fakeSapPart(options, host);
  const base = await host.listen([part], port);
  return { url: `${base}${PATH}`, fake: part.fake, close: host.close };
}

function answerTo(fake: FakeSap, authorization: string, { method, url, headers, body }: HostRequest): SapAnswer {
  if (headers.authorization !== authorization) return pageAnswer(401, "Logon failed");
  if (url !== PATH) return pageAnswer(404, "Not found");
  if (method !== "POST") return pageAnswer(405, "Method not allowed");
  const type = headers["content-type"];
  if (type === undefined || !/^(?:text|application)\/xml\b/.test(type)) return pageAnswer(415, "XML is expected");
  return body === undefined ? pageAnswer(413, "Too large") : fake.receive(body);
}
