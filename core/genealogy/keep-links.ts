import type { CanonicalDocument } from "../documents/canonical.ts";
import type { DocumentType } from "../documents/document-types.ts";
import type { Header } from "../ledger/items.ts";
import type { LedgerStore, Write } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Settings } from "../settings/settings.ts";
import { linkItems } from "./links.ts";

/** The types that may say something of a lot's way. */
export const NAMES_LOTS: readonly DocumentType[] = ["MaterialActual", "SegmentResponse", "TestResult", "MaterialLot"];

/** What fits into the transaction that settles the document, beside its lane and those it hands it to. */
const IN_TRANSACTION = 40;
const PUTS_AT_ONCE = 90;
const DAY_SECONDS = 86_400;

export type KeepLinksPorts = { readonly ledger: LedgerStore; readonly clock: Clock; readonly settings: Settings };

/**
 * The writes that keep a delivered document's links, for the transaction that settles it. More than fit are put before it: facts of the document, the same
 * however often they are written, and believed only once the document stands as delivered, so that a death in between leaves nothing that counts.
 */
export async function keepLinks(ports: KeepLinksPorts, header: Header, document: CanonicalDocument): Promise<Write[]> {
  const expiresAt = Math.floor(ports.clock.now() / 1000) + ports.settings.limits.genealogyDays * DAY_SECONDS;
  const puts = linkItems(header, document, expiresAt).map((item): Write => ({ kind: "put", item }));
  if (puts.length <= IN_TRANSACTION) return puts;
  for (let at = 0; at < puts.length; at += PUTS_AT_ONCE) await ports.ledger.write(puts.slice(at, at + PUTS_AT_ONCE));
  return [];
}
