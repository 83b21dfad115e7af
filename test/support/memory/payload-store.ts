import type { DocumentId } from "../../../core/documents/ids.ts";
import type { PayloadStore } from "../../../core/ledger/ports.ts";

export type MemoryPayloadStore = PayloadStore & {
  /** Its retention has passed. */
  forget(document: DocumentId): void;
};

export function memoryPayloadStore(): MemoryPayloadStore {
  const sources = new Map<DocumentId, string>();
  return {
    put: async (document, source) => {
      if (!sources.has(document)) sources.set(document, source);
    },
    read: async (document) => sources.get(document),
    forget: (document) => {
      sources.delete(document);
    },
  };
}
