import * as z from "zod";
import { createFakeErp, type FakeErp, type FakeErpOptions } from "../connectors/plain-json/fake.ts";
import { answerWith, type FakeAnswer } from "../connectors/plain-json/fake-faults.ts";
import { CanonicalDocument } from "../core/documents/canonical.ts";
import { ACTIONS } from "../core/effects/target-system.ts";
import { createFakeHost, type FakeHost, type FakePart, type HostRequest } from "./fake-host.ts";

/** The fake ERP behind real HTTP, on loopback: the postings API of connectors/plain-json/README.md. */

const Problem = z.object({ code: z.string(), message: z.string() });
const PostRequest = z.object({
  key: z.string(),
  action: z.enum(ACTIONS),
  document: CanonicalDocument,
  plantReference: z.string().optional(),
  reason: Problem.optional(),
});
const ReversalRequest = z.object({ key: z.string(), original: z.object({ key: z.string(), reference: z.string() }), reason: Problem.optional() });

export type FakeErpServer = Pick<FakeHost, "connections" | "stopListening" | "listenAgain" | "close"> & {
  /** Base URL, for the connection's settings. */
  readonly url: string;
  readonly fake: FakeErp;
};

export type FakeErpPartOptions = Omit<FakeErpOptions, "clock" | "schedule"> & {
  /** The bearer token it takes; any other gets 401. */
  readonly token: string;
};

export type FakeErpServerOptions = FakeErpPartOptions & {
  /** Where it listens, on 127.0.0.1; by default a free port. */
  readonly port?: number;
  readonly now?: () => number;
};

/** The fake as a part of a host. */
export function fakeErpPart({ token, ...options }: FakeErpPartOptions, { clock, schedule }: FakeHost): FakePart & { readonly fake: FakeErp } {
  const fake = createFakeErp({ ...options, clock, schedule });
  return { path: "/postings", fake, answer: (request) => answerTo(fake, token, request) };
}

/** Starts on loopback; late commits come by real timers. */
export async function startFakeErpServer({ port, now, ...options }: FakeErpServerOptions): Promise<FakeErpServer> {
  const host = createFakeHost(now);
  const part = fakeErpPart(options, host);
  return { ...host, url: await host.listen([part], port), fake: part.fake };
}

function answerTo(fake: FakeErp, token: string, request: HostRequest): FakeAnswer {
  if (request.headers.authorization !== `Bearer ${token}`) return answerWith(401, { code: "unauthorized", message: "the token is not known" });
  const { pathname, searchParams } = new URL(request.url, "http://fake");
  const [, , key, tail] = pathname.split("/");
  if (request.method === "GET" && key !== undefined && tail === undefined) return fake.lookUp(key);
  const [order, number] = [searchParams.get("order"), searchParams.get("number")];
  if (request.method === "GET" && key === undefined && number !== null) return fake.find(number);
  if (request.method === "GET" && key === undefined && order !== null) return fake.booksOf(order);
  if (request.method !== "POST") return answerWith(405, { code: "no-such-method", message: `${request.method} ${pathname}` });
  const body = jsonIn(request.body);
  if (key === undefined) return checked(PostRequest, body, request, (call) => fake.post(withoutUndefined(call)));
  if (tail !== "reversal") return answerWith(404, { code: "no-such-address", message: pathname });
  return checked(ReversalRequest, body, request, (call) =>
    call.original.key === key
      ? fake.reverse(withoutUndefined(call))
      : answerWith(400, { code: "key-mismatch", message: "path and body name different postings" }),
  );
}

function checked<T extends { readonly key: string }>(schema: z.ZodType<T>, body: unknown, request: HostRequest, work: (call: T) => FakeAnswer): FakeAnswer {
  const call = schema.safeParse(body);
  if (!call.success) return answerWith(400, { code: "malformed", message: z.prettifyError(call.error) });
  if (request.headers["idempotency-key"] !== call.data.key) return answerWith(400, { code: "key-mismatch", message: "header and body carry different keys" });
  return work(call.data);
}

/** zod's optional fields may hold undefined; the fake's may not. */
function withoutUndefined<T extends { readonly plantReference?: string | undefined; readonly reason?: z.infer<typeof Problem> | undefined }>(call: T) {
  const { plantReference, reason, ...rest } = call;
  return { ...rest, ...(plantReference === undefined ? {} : { plantReference }), ...(reason === undefined ? {} : { reason }) };
}

function jsonIn(body: Buffer | undefined): unknown {
  try {
    const parsed: unknown = body === undefined ? undefined : JSON.parse(body.toString("utf8"));
    return parsed;
  } catch {
    return undefined;
  }
}
