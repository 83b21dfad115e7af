import type { Capabilities, TargetSystem } from "../../core/effects/target-system.ts";
import { readBooks } from "./books.ts";
import { createTrytonClient, type TrytonClientOptions } from "./client.ts";
import { findNumber } from "./find-number.ts";
import { lookUpEffect } from "./look-up.ts";
import { postEffect } from "./post-effect.ts";
import { reverseEffect } from "./reverse-effect.ts";

const TRYTON_CAPABILITIES: Capabilities = { lookup: true, reverse: true, idempotent: false, asynchronous: false };

/** Settings of the connection beside those of its calls. */
export type TrytonTargetOptions = TrytonClientOptions & {
  /** What one posting may lose to the digits of the ERP's unit, in that unit. */
  readonly remainderTolerance?: string;
};

/** A Tryton 8.0 as a target of effects (README.md). Each method is several requests, of which one makes the effect; nothing is thrown for what a partner or a network does. */
export function createTrytonTarget({ remainderTolerance = "0", ...options }: TrytonTargetOptions): TargetSystem {
  const client = createTrytonClient(options);
  return {
    capabilities: TRYTON_CAPABILITIES,
    post: (call) => postEffect(client, call, remainderTolerance),
    reverse: (undo) => reverseEffect(client, undo),
    find: (number, action, deadline) => findNumber(client, number, action, deadline),
    lookUp: (key, deadline) => lookUpEffect(client, key, deadline),
    books: (order, deadline) => readBooks(client, order, deadline),
  };
}
