import { LambdaClient, ResourceConflictException, ResourceInUseException, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { EventSources } from "../core/connections/event-sources.ts";
import { clientOptions, type Surroundings } from "./clients.ts";

/**
 * The event source mappings of the targets' queues. Calls: one UpdateEventSourceMapping. A disabled one keeps the backlog, and enabled again goes on in order.
 * @param mappings UUID of the mapping by connection id
 * @throws RangeError for a connection without one; what AWS throws but for a change under way
 */
export function eventSources(surroundings: Surroundings, mappings: ReadonlyMap<string, string>): EventSources {
  const client = new LambdaClient(clientOptions(surroundings));
  return {
    async set(connection, isConsumed) {
      const UUID = mappings.get(connection);
      if (UUID === undefined) throw new RangeError(`EVENT_SOURCES has no mapping of connection ${connection}`);
      try {
        await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: isConsumed }));
        return "set";
      } catch (error) {
        if (error instanceof ResourceInUseException || error instanceof ResourceConflictException) return "busy";
        throw error;
      }
    },
  };
}
