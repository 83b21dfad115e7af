import type { LocalJWKSet } from "jose/jwks/local";
import * as z from "zod";
import type { Clock } from "../ledger/ports.ts";

/** The published keys of OAuth2 issuers (RFC 7517), asked for seldom, whatever strangers send. */

export interface Jwks {
  /** What stands at the address now, parsed from JSON. Rejects where it cannot be fetched or is no JSON. */
  fetch(url: string): Promise<unknown>;
}

export type KeySet = {
  readonly find: LocalJWKSet;
  /** Clock milliseconds. */
  readonly askedAt: number;
};

export interface KeySets {
  /** Keys at most ten minutes old. @throws KeysUnavailable */
  current(url: string): Promise<KeySet>;
  /** Newer keys than those, where a token names a key that is not among them; undefined where they were asked for so lately that they count as all there are. @throws KeysUnavailable */
  newer(url: string, than: KeySet): Promise<KeySet | undefined>;
}

/** Nobody can be checked: fail closed. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

/** A key that its issuer withdrew is believed no longer than this. */
const FRESH_MS = 10 * 60_000;
/** However many tokens name unknown keys, an issuer is asked once in this time. */
const UNKNOWN_KEY_MS = 30_000;
/** An issuer that does not answer is left alone so long; as long as senders are told to wait. */
const FAILURE_MS = 5_000;

type Entry = { readonly set?: KeySet; readonly failedAt?: number; readonly asking?: Promise<KeySet> };

export function cachedKeySets({ jwks, clock }: { readonly jwks: Jwks; readonly clock: Clock }): KeySets {
  const entries = new Map<string, Entry>();
  const entryOf = (url: string): Entry => entries.get(url) ?? {};

  const load = async (url: string, askedAt: number): Promise<KeySet> => {
    try {
      const set: KeySet = { find: await finderOf(await jwks.fetch(url)), askedAt };
      entries.set(url, { set });
      return set;
    } catch (cause) {
      entries.set(url, { ...withoutAsking(entryOf(url)), failedAt: clock.now() });
      throw new KeysUnavailable(`the keys at ${url} cannot be had: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  };

  /** One question at a time for each address; everyone who waits gets its answer. */
  const ask = (url: string): Promise<KeySet> => {
    const { asking, failedAt, ...entry } = entryOf(url);
    if (asking !== undefined) return asking;
    if (failedAt !== undefined && clock.now() - failedAt < FAILURE_MS)
      return Promise.reject(new KeysUnavailable(`the keys at ${url} could not be had a moment ago`));
    const loading = load(url, clock.now());
    entries.set(url, { ...entry, asking: loading });
    return loading;
  };

  const fresh = (url: string): KeySet | undefined => {
    const { set } = entryOf(url);
    return set !== undefined && clock.now() - set.askedAt < FRESH_MS ? set : undefined;
  };

  return {
    current: async (url) => fresh(url) ?? (await ask(url)),
    newer: async (url, than) => {
      const known = fresh(url);
      if (known !== undefined && known.askedAt > than.askedAt) return known;
      return clock.now() - than.askedAt < UNKNOWN_KEY_MS ? undefined : await ask(url);
    },
  };
}

const withoutAsking = ({ set }: Entry): Entry => (set === undefined ? {} : { set });

/**
 * Of a key, only what is public: a secret one (`oct`) has no place in a published set, and nothing is ever checked by it.
 * Made when keys are fetched: every cold start would pay for it, and few connections have such senders.
 */
function publicKeyShape() {
  const text = z.string().exactOptional();
  const key_ops = z.array(z.string()).exactOptional();
  return z.object({ kty: z.enum(["RSA", "EC", "OKP"]), kid: text, alg: text, use: text, key_ops, n: text, e: text, crv: text, x: text, y: text });
}

const Published = z.object({ keys: z.array(z.unknown()).max(100) });

class NoKeys extends Error {}

/** The keys of a set that we can use; the others are passed over, as RFC 7517 asks. */
async function finderOf(published: unknown): Promise<LocalJWKSet> {
  const answer = Published.safeParse(published);
  const shape = publicKeyShape();
  const keys = (answer.success ? answer.data.keys : []).flatMap((key) => {
    const parsed = shape.safeParse(key);
    return parsed.success ? [parsed.data] : [];
  });
  if (keys.length === 0) throw new NoKeys("there is no set of public keys at this address");
  const { createLocalJWKSet } = await import("jose/jwks/local");
  return createLocalJWKSet({ keys });
}
