import { createFakeB2mml, type FakeB2mml, type FakeB2mmlOptions } from "../connectors/b2mml/fake.ts";
import { answerWith, type FakeAnswer } from "../connectors/b2mml/fake-faults.ts";
import { createFakeHost, type FakeHost, type FakePart, type HostRequest } from "./fake-host.ts";

/** The fake B2MML ERP behind real HTTP, on loopback: it takes messages posted to its one address (connectors/b2mml/README.md). */

export type FakeB2mmlServer = {
  /** For the connection's settings. */
  readonly url: string;
  readonly fake: FakeB2mml;
  close(): Promise<void>;
};

export type FakeB2mmlPartOptions = Omit<FakeB2mmlOptions, "clock" | "schedule"> & {
  /** The bearer token it takes; any other gets 401. */
  readonly token: string;
};

export type FakeB2mmlServerOptions = FakeB2mmlPartOptions & {
  /** Where it listens, on 127.0.0.1; by default a free port. */
  readonly port?: number;
  readonly now?: () => number;
};

const PATH = "/messages";

/** The fake as a part of a host. */
export function fakeB2mmlPart({ token, ...options }: FakeB2mmlPartOptions, { clock, schedule }: FakeHost): FakePart & { readonly fake: FakeB2mml } {
  const fake = createFakeB2mml({ ...options, clock, schedule });
  return { path: PATH, fake, answer: (request) => answerTo(fake, token, request) };
}

/** Starts on loopback; what is taken late is taken by real timers. */
export async function startFakeB2mmlServer({ port, now, ...options }: FakeB2mmlServerOptions): Promise<FakeB2mmlServer> {
  const host = createFakeHost(now);
  const part = fakeB2mmlPart(options, host);
  const base = await host.listen([part], port);
  return { url: `${base}${PATH}`, fake: part.fake, close: host.close };
}

function answerTo(fake: FakeB2mml, token: string, { method, url, headers, body }: HostRequest): FakeAnswer {
  if (headers.authorization !== `Bearer ${token}`) return answerWith(401, "the token is not known");
  if (method !== "POST" || url !== PATH) return answerWith(404, "no such address");
  if (headers["content-type"] !== "application/xml; charset=utf-8") return answerWith(415, "XML is expected");
  return body === undefined ? answerWith(413, "too long") : fake.receive(body.toString("utf8"));
}
