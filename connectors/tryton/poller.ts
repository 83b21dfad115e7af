import type { Poller } from "../../core/polling/poller.ts";
import { createTrytonClient, type TrytonClientOptions } from "./client.ts";
import { orderPoller } from "./poll.ts";
import { ordersThere } from "./read-orders.ts";

/** The poller of a Tryton 8.0. @param callSeconds the longest that one question may take */
export function createTrytonPoller({ callSeconds, ...options }: TrytonClientOptions & { readonly callSeconds: number }): Poller {
  const client = createTrytonClient(options);
  return orderPoller(ordersThere(client, () => options.clock.now() + callSeconds * 1000));
}
