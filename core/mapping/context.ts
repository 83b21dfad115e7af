import type { MappingContext } from "../documents/source-format.ts";
import type { Connection, Site } from "../settings/settings.ts";

/**
 * What mapping a document of this connection, for this site, needs beside the document.
 * @param receivedAt when it came, in milliseconds: of one document always the same, so that it is mapped the same each time
 */
export function mappingContext(connection: Connection, site: Pick<Site, "id" | "codes">, receivedAt?: number): MappingContext {
  const codes = [connection.codes, site.codes].filter((tables) => tables !== undefined);
  return {
    site: site.id,
    timeZone: connection.source.timeZone,
    decimalSeparator: connection.decimalSeparator === undefined ? "." : connection.decimalSeparator,
    codes,
    ...(receivedAt === undefined ? {} : { receivedAt }),
  };
}
