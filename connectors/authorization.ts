export type Credentials = {
  /** The bearer token now valid, or `user:password`; asked before every call, so that a rotated one is used at once. */
  readonly token: () => Promise<string>;
  /** Default: bearer. */
  readonly scheme?: "bearer" | "basic";
};

/** The header `authorization`; undefined where the secrets cannot be asked, or hold what no header can carry: nothing is called without credentials. */
export async function authorizationOf({ token, scheme }: Credentials): Promise<string | undefined> {
  try {
    const secret = await token();
    if (scheme === "basic") return secret.includes(":") ? `Basic ${Buffer.from(secret, "utf8").toString("base64")}` : undefined;
    return /^[\x21-\x7e]+$/.test(secret) ? `Bearer ${secret}` : undefined;
  } catch {
    // The secrets port throws to fail closed; surely nothing was sent, so the document waits.
    return undefined;
  }
}
