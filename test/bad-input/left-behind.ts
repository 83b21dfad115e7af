import { expect, vi } from "vitest";
import type { DocumentId } from "../../core/documents/ids.ts";
import { Header, parseItem } from "../../core/ledger/items.ts";
import { headerKey } from "../../core/ledger/keys.ts";
import type { ApiRig, Left } from "./api-rig.ts";

/** What came into table and bucket between two looks. */
export const added = (before: Left, after: Left) => ({
  partitions: [...after.partitions].filter((one) => !before.partitions.has(one)),
  objects: [...after.objects].filter((one) => !before.objects.has(one)),
});

/** The members that are there. */
export const only = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The header of a document, once its lane has looked at it. */
export const seenByItsLane = (rig: ApiRig, document: DocumentId): Promise<Header> =>
  vi.waitFor(
    async () => {
      const item = await rig.ledger.read(headerKey(document));
      if (item === undefined) throw new Error(`there is no header of ${document}`);
      const header = parseItem(Header, item);
      expect(header.state).not.toBe("received");
      return header;
    },
    { timeout: 30_000, interval: 20 },
  );
