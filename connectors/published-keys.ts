import type { Jwks } from "../core/access/key-sets.ts";
import type { Clock } from "../core/ledger/ports.ts";
import { targetUrlOf } from "./outgoing-address.ts";
import { createOutgoingCall } from "./outgoing-call.ts";

/** A sender waits for this. */
const FETCH_MS = 3_000;

class NotFetched extends Error {}

/** The key sets that issuers publish, from https and public addresses only; plain http to a loopback address only where `allowLoopbackHttp`. */
export function publishedKeys(options: { readonly clock: Clock; readonly allowLoopbackHttp: boolean }): Jwks {
  const call = createOutgoingCall(options);
  return {
    async fetch(text) {
      const url = keysUrlOf(text, options.allowLoopbackHttp);
      const headers = { accept: "application/jwk-set+json, application/json", "user-agent": "orderlane" };
      const answer = await call({ method: "GET", url, headers, deadline: options.clock.now() + FETCH_MS });
      if (answer.kind !== "answered") throw new NotFetched(answer.why);
      if (answer.status !== 200) throw new NotFetched(`it answered ${answer.status}`);
      return jsonIn(answer.body);
    },
  };
}

/** Some issuers tell their sets apart by a query, which a target's base URL may not have. */
function keysUrlOf(text: string, allowLoopbackHttp: boolean): URL {
  const [bare = "", ...query] = text.split("?");
  const checked = targetUrlOf(bare, allowLoopbackHttp);
  if (checked.kind === "refused") throw new NotFetched(checked.why);
  if (query.length > 0) checked.url.search = query.join("?");
  return checked.url;
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // A parser's message quotes what came: a page, or worse.
    throw new NotFetched("it answered what is no JSON");
  }
}
