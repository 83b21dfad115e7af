import type { Posting } from "../../../connectors/plain-json/fake.ts";
import type { Admissible } from "./admissible.ts";
import { type Facts, isNewer, type ObjectFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Reports, their corrections and their cancels, by the ERP's book alone. Of a report either all its steps are in force, once each, or none; of the documents of one number at
 * most one is; a cancel that came to its end leaves none. Steps come in their order and go in the reverse one, and nothing is reversed twice.
 */

const name = (facts: Facts): string => facts.document.name;
const entered = ({ postings }: Facts): Posting[] => postings.filter(({ action }) => action !== "reversal");
/** The steps of a report that are in force. */
const standingOf = (facts: Facts): string[] =>
  entered(facts)
    .filter(({ reversedBy }) => reversedBy === undefined)
    .map(({ action }) => action);

/** Taken back by somebody in the ERP. */
const isReversedByClerk = (outcome: Outcome, { document, postings }: Facts): boolean =>
  outcome.causes.reversed.has(document.tag) && postings.some(({ reversedBy }) => reversedBy !== undefined);

/** Whether what stands of it is what its end says, for one that is neither parked, rejected nor superseded. */
export function isReportDone(outcome: Outcome, all: readonly Facts[], facts: Facts, object: ObjectFacts, admissible: Admissible): boolean {
  if (facts.document.cancel) return object.documents.every((other) => !isNewer(facts, other) || standingOf(other).length === 0);
  const standing = standingOf(facts);
  if (isWhole(facts, standing)) return true;
  const kin = outcome.plan.settings.windows === undefined ? object.documents : all.filter(({ document }) => isOfOneOrder(document, facts.document));
  if (kin.some((other) => other !== facts && mayHaveStoppedHalfway(other, admissible))) return true;
  if (standing.length > 0) return false;
  return isReversedByClerk(outcome, facts) || admissible.supersede(facts) || admissible.undo(facts);
}

const isOfOneOrder = (one: Facts["document"], other: Facts["document"]): boolean =>
  one.site === other.site && one.subject === other.subject && one.type === other.type;

function isWhole({ document: { report } }: Facts, standing: readonly string[]): boolean {
  if (report === undefined) return false;
  const missing = report.due.filter((step) => !standing.includes(step));
  return standing.every((step) => report.due.includes(step)) && missing.every((step) => report.perhaps?.includes(step) === true);
}

/** Parked by a planted cause while it takes another back. */
const mayHaveStoppedHalfway = (facts: Facts, admissible: Admissible): boolean =>
  (facts.document.cancel || facts.document.version !== undefined) && facts.disclosed?.state === "parked" && admissible.park(facts, facts.disclosed.code);

/** What may be said of a report's number as a whole. */
export function reportObject(object: ObjectFacts): Finding[] {
  if (object.documents.every(({ document }) => document.report === undefined)) return [];
  const standing = object.documents.filter((facts) => standingOf(facts).length > 0);
  const twice: Finding[] = standing.length > 1 ? [{ measure: "doubled", what: `${standing.map(name).join(" and ")}: in force beside one another` }] : [];
  const dead = object.documents.filter(({ disclosed }) => disclosed?.state === "superseded" || disclosed?.state === "rejected");
  const left = dead.filter((facts) => standingOf(facts).length > 0);
  return [
    ...twice,
    ...left.map((facts): Finding => ({ measure: "lost", what: `${name(facts)}: ${facts.disclosed?.state}, and ${standingOf(facts)} in force` })),
  ];
}

/** No step twice in force, no reversal twice; as often as an operator asked for it anew, or somebody reversed it, and no more. */
export function reportRepeats(outcome: Outcome, all: readonly Facts[], facts: Facts): Finding[] {
  const findings: Finding[] = [];
  // The rest is posted anew when one of those posted together is taken back.
  const others = outcome.plan.settings.windows === undefined ? [] : all.filter(({ document }) => isOfOneOrder(document, facts.document));
  const takenOut = others.filter(({ document }) => document.cancel || document.version !== undefined).length;
  const anew = takenOut + facts.commands.filter((command) => command === "replay" || command === "undo" || command === "resolve").length;
  for (const [action, made] of Map.groupBy(entered(facts), (posting) => posting.action)) {
    const inForce = made.filter(({ reversedBy }) => reversedBy === undefined).length;
    if (inForce > 1) findings.push({ measure: "doubled", what: `${name(facts)}: ${action} ${inForce} times in force` });
    if (made.length > 1 + anew) findings.push({ measure: "doubled", what: `${name(facts)}: ${action} ${made.length} times` });
  }
  for (const posting of entered(facts)) {
    const reversals = facts.postings.filter(({ reverses }) => reverses === posting.reference).length;
    if (reversals > 1) findings.push({ measure: "doubled", what: `${name(facts)}: ${posting.action} ${posting.reference} reversed ${reversals} times` });
  }
  return isReversedByClerk(outcome, facts) ? findings.filter(({ what }) => !what.includes("reversed")) : findings;
}

/** Each step is entered while all before it are in force, and taken back when none behind it is. */
export function stepOrder(facts: Facts): Finding[] {
  const { report } = facts.document;
  if (report === undefined) return [];
  const standing = new Set<string>();
  return facts.postings.flatMap((posting) => {
    const found = stepFinding(facts, report.due, posting, standing);
    return found === undefined ? [] : [found];
  });
}

function stepFinding(facts: Facts, due: readonly string[], posting: Posting, standing: Set<string>): Finding | undefined {
  const goes = posting.action === "reversal";
  const action = String(goes ? entered(facts).find(({ reference }) => reference === posting.reverses)?.action : posting.action);
  const place = due.indexOf(action);
  const early = goes ? [] : due.slice(0, place).filter((step) => !standing.has(step));
  const late = due.slice(place + 1).filter((step) => standing.has(step));
  if (goes) standing.delete(action);
  else standing.add(action);
  if (place < 0) return { measure: "doubled", what: `${name(facts)}: ${action} is no step of it` };
  if (early.length > 0) return { measure: "inverted", what: `${name(facts)}: ${action} before ${early}` };
  return late.length > 0 ? { measure: "inverted", what: `${name(facts)}: ${posting.action} of ${action} while ${late} is in force` } : undefined;
}
