import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type DocumentId, documentIdOf, hashOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { PayloadStore } from "../../core/ledger/ports.ts";

const newDocument = (): DocumentId =>
  documentIdOf(subjectKeyOf(SiteId.parse("hamburg"), randomBytes(8).toString("hex")), hashOf([randomBytes(8).toString("hex")]));

export function payloadStoreContract(name: string, make: () => Promise<PayloadStore>): void {
  describe(`the payload store, ${name}`, () => {
    let store: PayloadStore;
    beforeAll(async () => {
      store = await make();
    });

    it("knows nothing of a document that never was put", async () => {
      expect(await store.read(newDocument())).toBeUndefined();
    });

    it.each([
      ["empty", ""],
      ["a small JSON", '{"order":"000001000123","quantity":"12.500"}\r\n'],
      ["Chinese text", "订单 已确认 🏭".repeat(100)],
      ["two megabytes that compress well", "0123456789".repeat(200_000)],
      // 3/4 of a base64 text is what gzip leaves of it.
      ["beyond what an item holds", randomBytes(900 * 1024).toString("base64")],
      ["just below the table's limit after compression", randomBytes(330 * 1024).toString("base64")],
      ["above the table's limit after compression, though an item could hold it", randomBytes(380 * 1024).toString("base64")],
    ])("gives back a source that is %s", async (_what, source) => {
      const document = newDocument();
      await store.put(document, source);
      const back = await store.read(document);
      expect(back === source, `${back?.length} characters came back of ${source.length}`).toBe(true);
    });

    it.each([
      ["small", "first", "second"],
      ["large", `first${randomBytes(500 * 1024).toString("base64")}`, `second${randomBytes(500 * 1024).toString("base64")}`],
      ["small, then large", "first", `second${randomBytes(500 * 1024).toString("base64")}`],
      ["large, then small", `first${randomBytes(500 * 1024).toString("base64")}`, "second"],
    ])("never changes what was put: %s", async (_size, first, second) => {
      const document = newDocument();
      await store.put(document, first);
      await store.put(document, first);
      await store.put(document, second);
      expect((await store.read(document))?.slice(0, 5)).toBe("first");
    });
  });
}
