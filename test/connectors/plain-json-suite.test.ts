import { createPlainJsonTarget } from "../../connectors/plain-json/target-system.ts";
import { CanonicalDocument } from "../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { Action, EffectCall } from "../../core/effects/target-system.ts";
import { startFakeErpServer } from "../../local/fake-erp-server.ts";
import { everyConnector, type Rig, type Trouble } from "./every-connector.ts";

const clock = { now: () => Date.now() };
const site = SiteId.parse("hamburg");
const COMMIT_LATE_MS = 700;
const LOST_WITHIN_MS = 300;

const FAULTS = {
  "lose-answer": { kind: "lose-answer" },
  "commit-late": { kind: "commit-late", afterMs: COMMIT_LATE_MS },
  locked: { kind: "locked" },
  "rate-limit": { kind: "rate-limit", retryAfterSeconds: 1 },
  "session-ended": { kind: "session-expired" },
  "no-effect": { kind: "no-effect" },
  fails: { kind: "fail-before-commit" },
} as const;

const quantity = { value: "12.500", unit: "KGM" };
const common = { hierarchyScope: site, operationsRequestId: "1000123" };
const material = { materialDefinitionId: "4711", materialLotId: "000L1", quantity };

/** What a plant reports, for the actions that it is posted by. */
const REPORTS = {
  MaterialActual: { ...common, ...material, materialUse: "Consumed", actualTime: "2026-11-24T10:00:00Z" },
  SegmentResponse: {
    ...common,
    segmentRequirementId: "10",
    segmentState: "Completed",
    responseState: "Completed",
    goodQuantity: quantity,
    materialActuals: [
      { id: "1", materialUse: "Consumed", ...material },
      { id: "2", materialUse: "Produced", ...material },
    ],
  },
  TestResult: {
    hierarchyScope: site,
    materialDefinitionId: "4711",
    materialLotId: "000L1",
    evaluationDate: "2026-11-24T10:00:00Z",
    evaluatedCriterionResult: "Fail",
    propertyMeasurements: [],
  },
} as const;

const ACTIONS = [
  ["post", "MaterialActual"],
  ["confirm-operation", "SegmentResponse"],
  ["post-backflush", "SegmentResponse"],
  ["receive-output", "SegmentResponse"],
  ["set-order-state", "SegmentResponse"],
  ["record-inspection", "TestResult"],
  ["block-lot", "TestResult"],
  ["release-lot", "TestResult"],
] as const satisfies readonly (readonly [Action, keyof typeof REPORTS])[];

for (const [action, type] of ACTIONS) everyConnector(`plain-json, ${action}`, () => startRig(action, type));

async function startRig(action: Action, type: keyof typeof REPORTS): Promise<Rig> {
  let numbers = 0;
  const refused = new Set<string>();
  const erp = await startFakeErpServer({
    token: "right",
    refuses: ({ document }) => (refused.has(document.id) ? { code: "order-closed", message: "the order is closed" } : undefined),
  });
  const target = createPlainJsonTarget({ url: erp.url, token: async () => "right", clock, allowLoopbackHttp: true });
  const call = async (): Promise<EffectCall> => {
    numbers += 1;
    const document = CanonicalDocument.parse({ type, id: `C-${numbers}`, ...REPORTS[type] });
    const documentId = documentIdOf(subjectKeyOf(site, "1000123"), subjectKeyOf(site, document.id));
    return { key: postingKeyOf(documentId, action, 0), action, document, documentId, deadline: 0 };
  };
  return {
    target,
    lostWithinMs: LOST_WITHIN_MS,
    call,
    refusedCall: async () => {
      const made = await call();
      refused.add(made.document.id);
      return made;
    },
    undoOf: (made, reference) => ({ ...made, key: postingKeyOf(made.documentId, action, 0, true), original: { key: made.key, reference } }),
    inForce: async ({ key }) =>
      erp.fake
        .books()
        .filter((posting) => posting.key === key && posting.action === action && posting.reverses === undefined && posting.reversedBy === undefined).length,
    trouble: async (trouble: Trouble) => {
      if (trouble === "down") await erp.stopListening();
      else erp.fake.faultNext(FAULTS[trouble]);
    },
    recover: async () => {
      await erp.listenAgain().catch(() => undefined);
    },
    close: () => erp.close(),
  };
}
