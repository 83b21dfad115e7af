import type { CanonicalDocument } from "../core/documents/canonical.ts";
import type { DocumentId } from "../core/documents/ids.ts";
import { parseKeptText } from "../core/documents/kept-text.ts";
import type { MappingAnswer } from "../core/documents/source-format.ts";
import { readHeader } from "../core/effects/effect.ts";
import type { Header } from "../core/ledger/items.ts";
import type { LedgerStore } from "../core/ledger/ledger-store.ts";
import type { PayloadStore } from "../core/ledger/ports.ts";
import { mappingContext } from "../core/mapping/context.ts";
import { connectionOf, type Settings, siteOf } from "../core/settings/settings.ts";
import { sourceOf } from "./registry.ts";

class NotMappable extends Error {}

/** The canonical form of a stored document, mapped from what came: the same mapping version gives the same text. Undefined when the payload is gone. */
export function createMap(payloads: PayloadStore, settings: Settings): (header: Header) => Promise<MappingAnswer | undefined> {
  return async (header) => {
    const source = await payloads.read(header.id);
    if (source === undefined) return undefined;
    const parsed = parseKeptText(source);
    if (parsed.kind !== "parsed") throw new NotMappable(`the stored payload of ${header.id} is not what the door let in`);
    const connection = connectionOf(settings, header.connection);
    return sourceOf(connection).toCanonical(parsed.value, mappingContext(connection, siteOf(settings, header.site), header.receivedAt));
  };
}

/**
 * The same by document id, for what is in a mailbox: it was mapped before. Undefined when its payload is gone.
 */
export function createCanonicalOf(
  ledger: LedgerStore,
  map: (header: Header) => Promise<MappingAnswer | undefined>,
): (document: DocumentId) => Promise<CanonicalDocument | undefined> {
  return async (id) => {
    const header = await readHeader(ledger, id);
    const mapped = header === undefined ? undefined : await map(header);
    return mapped?.kind === "canonical" ? mapped.document : undefined;
  };
}
