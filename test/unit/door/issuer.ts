import { createHmac, createPublicKey, createSign, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";

/** An issuer of access tokens of the tests' own: keys, tokens written by hand, and a real HTTP server that publishes the keys. */

export const ISSUER = "https://issuer.example.com/";
export const AUDIENCE = "https://orderlane.example.com";

export type IssuerKey = {
  readonly kid: string;
  readonly alg: "RS256" | "ES256";
  readonly privateKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
};

export function issuerKey(kid: string, alg: "RS256" | "ES256" = "ES256", more: Readonly<Record<string, unknown>> = {}): IssuerKey {
  const { privateKey, publicKey } = alg === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig", ...more } };
}

const part = (value: unknown): string => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

export type Token = { readonly header?: Readonly<Record<string, unknown>>; readonly claims?: Readonly<Record<string, unknown>> };

const claimsAt = (seconds: number): Readonly<Record<string, unknown>> => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "erp-client",
  client_id: "erp-client",
  scope: "documents:read documents:post",
  iat: seconds,
  exp: seconds + 300,
  jti: "1",
});

/** A token of the key, what is named otherwise: a value of undefined takes the member away. */
export function tokenOf(key: IssuerKey, seconds: number, { header = {}, claims = {} }: Token = {}): string {
  const head = { alg: key.alg, typ: "at+jwt", kid: key.kid, ...header };
  const input = `${part(head)}.${part({ ...claimsAt(seconds), ...claims })}`;
  const signature =
    key.alg === "ES256"
      ? sign("sha256", Buffer.from(input), { key: key.privateKey, dsaEncoding: "ieee-p1363" })
      : createSign("sha256").update(input).sign(key.privateKey);
  return `${input}.${signature.toString("base64url")}`;
}

/** A token without a signature, as `alg: none` has it. */
export const unsignedToken = (key: IssuerKey, seconds: number, signature = ""): string =>
  `${part({ alg: "none", typ: "at+jwt", kid: key.kid })}.${part(claimsAt(seconds))}.${signature}`;

/** The old confusion: the public key, which everybody has, as the secret of an HMAC. */
export function hmacToken(key: IssuerKey, seconds: number, form: "pem" | "jwk"): string {
  const pem = createPublicKey(key.privateKey).export({ format: "pem", type: "spki" });
  const secret = form === "pem" ? pem : JSON.stringify(key.jwk);
  const input = `${part({ alg: "HS256", typ: "at+jwt", kid: key.kid })}.${part(claimsAt(seconds))}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

export type KeyServer = {
  readonly url: string;
  /** Requests so far. */
  asked(): number;
  /** From now on each request is answered so. */
  answer(how: (response: ServerResponse) => void): void;
  publish(...keys: readonly IssuerKey[]): void;
  close(): Promise<void>;
};

/** Publishes keys over HTTP on a free port of loopback. */
export async function keyServer(): Promise<KeyServer> {
  let asked = 0;
  let how: (response: ServerResponse) => void = (response) => void response.writeHead(404).end();
  const server = createServer((_request, response) => {
    asked += 1;
    how(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const answer = (next: typeof how) => {
    how = next;
  };
  return {
    url: `http://127.0.0.1:${port}/keys`,
    asked: () => asked,
    answer,
    publish: (...keys) =>
      answer((response) => response.setHeader("content-type", "application/jwk-set+json").end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
