import type { Capabilities, TargetSystem } from "../../core/effects/target-system.ts";
import { createTrytonClient, type TrytonClientOptions } from "./client.ts";
import { postConsumption } from "./post-consumption.ts";
import { lookUpConsumption, reverseConsumption } from "./reverse-consumption.ts";

const TRYTON_CAPABILITIES: Capabilities = { lookup: true, reverse: true, idempotent: false, asynchronous: false };

/** A Tryton 8.0 as a target of effects (README.md). Each method is several requests, of which one books; nothing is thrown for what a partner or a network does. */
export function createTrytonTarget(options: TrytonClientOptions): TargetSystem {
  const client = createTrytonClient(options);
  return {
    capabilities: TRYTON_CAPABILITIES,
    post: (call) => postConsumption(client, call),
    reverse: (undo) => reverseConsumption(client, undo),
    lookUp: (key, deadline) => lookUpConsumption(client, key, deadline),
  };
}
