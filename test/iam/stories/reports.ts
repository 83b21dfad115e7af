import { fromPlant, headerOf, plantAt, type StageSet, settles, until } from "../stage-set.ts";
import type { Story } from "../story.ts";

/** What plants report, and its taking back. */

const TIME = "2026-03-01T08:00:00Z";

export const consumption = (set: StageSet, site: string) => ({
  type: "MaterialActual",
  id: `C-${set.number()}`,
  hierarchyScope: site,
  operationsRequestId: set.number(),
  materialDefinitionId: "RAW",
  materialUse: "Consumed",
  quantity: { value: "1.5", unit: "KGM" },
  actualTime: TIME,
});

export const operation = (set: StageSet, site: string) => ({
  type: "SegmentResponse",
  id: `P-${set.number()}`,
  hierarchyScope: site,
  operationsRequestId: set.number(),
  segmentRequirementId: "10",
  segmentState: "Completed",
  responseState: "Completed",
  actualEndTime: TIME,
  goodQuantity: { value: "2.000", unit: "KGM" },
  materialActuals: [
    { id: "1", materialUse: "Consumed", materialDefinitionId: "RAW", quantity: { value: "4.200", unit: "KGM" } },
    { id: "2", materialUse: "Produced", materialDefinitionId: "FIN", materialLotId: `LOT-${set.number()}`, quantity: { value: "2.000", unit: "KGM" } },
  ],
});

export const inspection = (set: StageSet, site: string, materialLotId: string, evaluatedCriterionResult: "Pass" | "Fail") => ({
  type: "TestResult",
  id: `T-${set.number()}`,
  hierarchyScope: site,
  materialLotId,
  materialDefinitionId: "FIN",
  evaluationDate: TIME,
  evaluatedCriterionResult,
  propertyMeasurements: [],
});

async function posted(set: StageSet, signal: AbortSignal, site: string, document: object, states: readonly string[] = ["delivered"]): Promise<string> {
  const [id = ""] = await fromPlant(set, site, document);
  await settles(set, signal, site, id, states);
  return id;
}

/** The ERP that is polled knows nothing of what is reported here: all that matters is that it is asked. */
const ENDS = ["delivered", "parked", "waiting-by-name"];

const consumed = (site: string, states: readonly string[]): Story => ({
  name: `consumption, ${site}`,
  tell: async (set, signal) => {
    await posted(set, signal, site, consumption(set, site), states);
  },
});

const takenBack: Story = {
  name: "consumption and its cancel",
  tell: async (set, signal) => {
    const document = consumption(set, "hamburg");
    await posted(set, signal, "hamburg", document);
    await posted(set, signal, "hamburg", { ...document, verb: "Cancel" });
  },
};

const performed: Story = {
  name: "operation report and its cancel",
  tell: async (set, signal) => {
    const document = operation(set, "hamburg");
    await posted(set, signal, "hamburg", document);
    await posted(set, signal, "hamburg", { ...document, verb: "Cancel" });
  },
};

/** Of a consumption that never was: that it does not come meanwhile is a condition of the ledger's transaction. */
const cancelOfNothing: Story = {
  name: "cancel of a consumption that never was",
  tell: async (set, signal) => {
    await posted(set, signal, "hamburg", { ...consumption(set, "hamburg"), verb: "Cancel" });
  },
};

const held: Story = {
  name: "lot held and released",
  tell: async (set, signal) => {
    const lot = `LOT-${set.number()}`;
    await posted(set, signal, "hamburg", inspection(set, "hamburg", lot, "Fail"));
    await posted(set, signal, "hamburg", inspection(set, "hamburg", lot, "Pass"));
  },
};

const harmless = (site: string): Story => ({
  name: `inspection without a consequence, ${site}`,
  tell: async (set, signal) => {
    await posted(set, signal, site, inspection(set, site, `LOT-${set.number()}`, "Pass"), ENDS);
  },
});

/** Cancelled while the plant has not leased the hold: everything is undone. */
const heldAndCancelled: Story = {
  name: "hold cancelled before it is leased",
  tell: async (set, signal) => {
    const lot = `LOT-${set.number()}`;
    const failed = inspection(set, "hamburg", lot, "Fail");
    const [first = ""] = await fromPlant(set, "hamburg", failed);
    await until("the hold is in the mailbox", signal, async () => (await headerOf(set, first))?.markers.deliver?.state === "queued");
    const [second = ""] = await fromPlant(set, "hamburg", { ...failed, verb: "Cancel" });
    await until("its cancel is settled", signal, async () => (await headerOf(set, second))?.state === "delivered");
    await plantAt(set, "hamburg").agent.round();
  },
};

export const REPORTS: readonly Story[] = [
  consumed("hamburg", ["delivered"]),
  consumed("suzhou", ["delivered"]),
  consumed("ningbo", ENDS),
  takenBack,
  performed,
  cancelOfNothing,
  held,
  harmless("hamburg"),
  harmless("ningbo"),
  heldAndCancelled,
];
