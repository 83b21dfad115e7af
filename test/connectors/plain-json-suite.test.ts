import { createPlainJsonTarget } from "../../connectors/plain-json/target-system.ts";
import { MaterialActual } from "../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import { startFakeErpServer } from "../../local/fake-erp-server.ts";
import { everyConnector, type Rig, type Trouble } from "./every-connector.ts";

const clock = { now: () => Date.now() };
const site = SiteId.parse("hamburg");
const COMMIT_LATE_MS = 2_500;

const FAULTS = {
  "lose-answer": { kind: "lose-answer" },
  "commit-late": { kind: "commit-late", afterMs: COMMIT_LATE_MS },
  locked: { kind: "locked" },
  "rate-limit": { kind: "rate-limit", retryAfterSeconds: 1 },
  "session-ended": { kind: "session-expired" },
  "no-effect": { kind: "no-effect" },
  fails: { kind: "fail-before-commit" },
} as const;

everyConnector("plain-json", async (): Promise<Rig> => {
  let numbers = 0;
  const refused = new Set<string>();
  const erp = await startFakeErpServer({
    token: "right",
    refuses: ({ document }) => (refused.has(document.id) ? { code: "order-closed", message: "the order is closed" } : undefined),
  });
  const target = createPlainJsonTarget({ url: erp.url, token: async () => "right", clock, allowLoopbackHttp: true });
  const call = async (): Promise<EffectCall> => {
    numbers += 1;
    const document = MaterialActual.parse({
      type: "MaterialActual",
      id: `C-${numbers}`,
      hierarchyScope: site,
      operationsRequestId: "1000123",
      materialDefinitionId: "4711",
      materialUse: "Consumed",
      quantity: { value: "12.500", unit: "KGM" },
      actualTime: "2026-11-24T10:00:00Z",
    });
    const documentId = documentIdOf(subjectKeyOf(site, "1000123"), subjectKeyOf(site, document.id));
    return { key: postingKeyOf(documentId, "post", 0), action: "post", document, documentId, deadline: 0 };
  };
  return {
    target,
    call,
    refusedCall: async () => {
      const made = await call();
      refused.add(made.document.id);
      return made;
    },
    undoOf: (made, reference) => ({ ...made, key: postingKeyOf(made.documentId, "post", 0, true), original: { key: made.key, reference } }),
    inForce: async ({ key }) =>
      erp.fake.books().filter((posting) => posting.key === key && posting.reverses === undefined && posting.reversedBy === undefined).length,
    trouble: async (trouble: Trouble) => {
      if (trouble === "down") await erp.stopListening();
      else erp.fake.faultNext(FAULTS[trouble]);
    },
    recover: async () => {
      await erp.listenAgain().catch(() => undefined);
    },
    close: () => erp.close(),
  };
});
