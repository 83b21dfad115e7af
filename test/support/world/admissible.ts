import type { Facts, ObjectFacts } from "./facts.ts";
import { isNewer } from "./facts.ts";
import type { Outcome } from "./outcome.ts";
import { kindOf } from "./planned-documents.ts";

/**
 * Which ends of a document other than "delivered" a plan explains. Each is tied to something that the world planted, and to nothing that the ledger says of itself:
 * a reason code only chooses which planted cause must be there.
 */
export type Admissible = {
  /** A parked document with this reason. */
  park(facts: Facts, code: string): boolean;
  /** Its plant, or its ERP, refused it. */
  reject(facts: Facts): boolean;
  /** A newer version or a cancel of its object was taken on. */
  supersede(facts: Facts): boolean;
  /** It was applied, or may have been, and then undone. */
  undo(facts: Facts): boolean;
};

/** Kills, failures and freezes of a world that may together count as "it crashes again and again". */
const CRASHES = 5;
const DEPENDENCY_MS = 1_700_000;

export function admissibleIn(outcome: Outcome, objects: readonly ObjectFacts[]): Admissible {
  const { plan, causes, plants } = outcome;
  const othersOf = (facts: Facts): readonly Facts[] => {
    const object = objects.find(({ documents }) => documents.includes(facts));
    return object === undefined ? [] : object.documents.filter((other) => other !== facts);
  };

  const mayBeReplaced = (facts: Facts): boolean => othersOf(facts).some((other) => isNewer(other, facts));

  /** Whether an answer of the site's plant may come later than its MES decided. */
  const isUnpunctual = (site: string): boolean => {
    const habits = plan.habits[site];
    const restless = habits !== undefined && (habits.dies > 0 || habits.dawdles > 0 || habits.away.length > 0 || habits.holdsBack !== undefined);
    return restless || causes.disturbed > 0 || plan.lossRate > 0;
  };
  const mayBeLate = ({ document }: Facts): boolean => isUnpunctual(document.site) || document.traits.plantNeeds !== undefined;

  /** An operator took the material away again. */
  const isUndone = (site: string, material: string): boolean =>
    outcome.sent.some(
      ({ id, document }) =>
        document.type === "MaterialDefinition" &&
        document.site === site &&
        document.subject === material &&
        causes.commands.some(({ document: of, command }) => of === id && command === "undo"),
    );

  /** Where it needs a material that its MES never accepted, or accepted only after it had waited its time. */
  const lacksMaterial = ({ document, firstArrivedAt }: Facts): boolean => {
    const lines = document.wire.materialRequirements;
    const names = Array.isArray(lines) ? lines.flatMap((line: unknown) => materialIn(line)) : [];
    return names.some((name) => {
      if (plan.knownMaterials.includes(name)) return false;
      const came = plants
        .get(document.site)
        ?.journal()
        .find((line) => line.type === "MaterialDefinition" && line.subject === name && line.result === "applied");
      return came === undefined || came.at > firstArrivedAt + DEPENDENCY_MS || isUnpunctual(document.site) || isUndone(document.site, name);
    });
  };

  const sameVersionElsewhere = (facts: Facts): boolean =>
    othersOf(facts).some(({ document }) => document.version !== undefined && document.version === facts.document.version);

  /** One that is in doubt with others is not posted apart from them: they wait, and park, as one. */
  const kinLacksStock = ({ document }: Facts): boolean =>
    plan.settings.windows !== undefined &&
    outcome.sent.some((line) => line.document.traits.lacksStockUntil !== undefined && kindOf(line.document) === kindOf(document));

  /** What was posted together is reversed as one. */
  const kinRefusesReversal = ({ document }: Facts): boolean =>
    plan.settings.windows !== undefined &&
    outcome.sent.some(
      (line) => line.document.traits.reversalRefused !== undefined && line.document.site === document.site && line.document.subject === document.subject,
    );

  /** It posts the rest of what it takes one out of. */
  const restReversed = ({ document }: Facts): boolean =>
    plan.settings.windows !== undefined &&
    (document.cancel || document.version !== undefined) &&
    outcome.sent.some((line) => causes.reversed.has(line.document.tag) && line.document.site === document.site && line.document.subject === document.subject);

  /** Reasons that no mending takes away. */
  const forGood = (facts: Facts, code: string): boolean => {
    switch (code) {
      case "ORL-LANE-001":
        return sameVersionElsewhere(facts);
      case "ORL-LANE-003":
        return facts.document.type === "OperationsRequest" && lacksMaterial(facts);
      // Its message went to the dead-letter queue before its document was settled.
      case "ORL-LANE-006":
        return causes.buried.has(facts.id);
      // It stands in the ERP's book, and no command of this issue says so (LANES.md: resolve).
      case "ORL-EFFECT-001":
        return !plan.erp.lookup && !plan.erp.idempotent && [facts, ...othersOf(facts)].some(({ postings }) => postings.length > 0);
      default:
        return facts.document.traits.invalid === true && code.startsWith("ORL-MAP");
    }
  };

  const forNow = (facts: Facts, code: string): boolean => {
    const { traits, cancel } = facts.document;
    switch (code) {
      case "ORL-LANE-003":
        return traits.lacksStockUntil !== undefined || kinLacksStock(facts);
      case "ORL-LANE-004":
        return causes.disturbed >= CRASHES;
      case "ORL-LANE-006":
        return causes.frozen > 0;
      case "ORL-EFFECT-001":
        return !plan.erp.lookup && !plan.erp.idempotent;
      case "ORL-EFFECT-002":
        return causes.reversed.has(facts.document.tag) || restReversed(facts);
      // What a person entered, a person reverses.
      case "ORL-EFFECT-017":
        return [facts, ...othersOf(facts)].some(({ commands }) => commands.includes("resolve"));
      case "ORL-EFFECT-003":
        return (
          traits.withdrawalRefused !== undefined ||
          (facts.document.report !== undefined && othersOf(facts).some((o) => o.document.traits.withdrawalRefused !== undefined))
        );
      case "ORL-EFFECT-008":
        return traits.plantRefuses !== undefined;
      case "ORL-EFFECT-009":
        return traits.stepRefused !== undefined;
      // The reversal of it, or of what it takes back, is refused.
      case "ORL-EFFECT-011":
        return [facts, ...othersOf(facts)].some(({ document }) => document.traits.reversalRefused !== undefined) || kinRefusesReversal(facts);
      case "ORL-LANE-007":
        return traits.stepRefused !== undefined || traits.postingRefused === true;
      case "ORL-EFFECT-004":
        return traits.badNewsRefused === true;
      case "ORL-EFFECT-005":
        return cancel && traits.acceptanceRefused !== undefined;
      default:
        return false;
    }
  };

  /** Another one of its lane that no mending helps holds it: a replay has to wait for that. */
  const isBehindForGood = (facts: Facts): boolean =>
    othersOf(facts).some((other) => other.disclosed?.state === "parked" && forGood(other, other.disclosed.code));

  return {
    park: (facts, code) => forGood(facts, code) || (forNow(facts, code) && (!plan.mends || isBehindForGood(facts))),
    reject: ({ document: { report, traits } }) =>
      report === undefined ? traits.plantRefuses !== undefined : traits.postingRefused === true || traits.stepRefused === report.due[0],
    supersede: mayBeReplaced,
    undo: (facts) =>
      facts.document.traits.stepRefused !== undefined ||
      (plan.settings.undoesFirst === true && mayBeReplaced(facts)) ||
      facts.document.traits.acceptanceRefused !== undefined ||
      facts.commands.includes("undo") ||
      // Told that it was rejected, applied after a replay, and not told so when the newer one came.
      (mayBeReplaced(facts) && facts.commands.includes("replay") && facts.postings.some(({ action }) => action === "tell-rejected")) ||
      mayBeLate(facts),
  };
}

const materialIn = (line: unknown): string[] =>
  typeof line === "object" && line !== null && "materialDefinitionId" in line && typeof line.materialDefinitionId === "string"
    ? [line.materialDefinitionId]
    : [];
