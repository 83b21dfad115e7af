import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { EXIT, Failure, usage } from "./failure.ts";

/** Signs a request to API Gateway with this machine's AWS credentials, wherever the AWS CLI would find them (variables, profile, SSO, instance). */

type Bytes = string | ArrayBuffer | ArrayBufferView;

const bufferOf = (data: Bytes): Buffer => {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
};

/** SHA-256, with a key HMAC-SHA256, in the shape that the signer asks for. */
class Sha256 {
  private readonly secret: Buffer | undefined;
  private hash: Hash | Hmac;

  constructor(secret?: Bytes) {
    this.secret = secret === undefined ? undefined : bufferOf(secret);
    this.hash = this.begin();
  }

  private begin(): Hash | Hmac {
    return this.secret === undefined ? createHash("sha256") : createHmac("sha256", this.secret);
  }

  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }

  reset(): void {
    this.hash = this.begin();
  }
}

type ToSign = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
};

/** The headers that make the request a signed one. @throws Failure without credentials or region */
export async function signatureOf({ method, url, headers, body }: ToSign): Promise<Readonly<Record<string, string>>> {
  const address = new URL(url);
  const signer = new SignatureV4({ service: "execute-api", region: regionOf(address), credentials: defaultProvider(), sha256: Sha256 });
  const signed = await signer
    .sign({
      method,
      protocol: address.protocol,
      hostname: address.hostname,
      ...(address.port === "" ? {} : { port: Number(address.port) }),
      path: address.pathname,
      query: queryOf(address),
      headers: { host: address.host, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    .catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new Failure({ what: "the request cannot be signed", why, next: "sign in to AWS (aws sso login), or choose AWS_PROFILE", exit: EXIT.failed });
    });
  const { host: _fetchWritesIt, ...made } = signed.headers;
  return made;
}

function queryOf({ searchParams }: URL): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  for (const name of new Set(searchParams.keys())) query[name] = searchParams.getAll(name);
  return query;
}

/** From the API's own address, else the variables of the AWS CLI: behind an own domain the address does not say it. */
function regionOf({ hostname }: URL): string {
  const named = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (named !== undefined && named !== "") return named;
  throw usage("the request cannot be signed", "the API's address does not say its AWS region", "set AWS_REGION");
}
