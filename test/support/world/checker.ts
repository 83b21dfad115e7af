import { type Admissible, admissibleIn } from "./admissible.ts";
import { agreement } from "./agreement.ts";
import { type Facts, factsOf, isNewer, type ObjectFacts, objectsOf } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { lots } from "./lots.ts";
import { tagsOf, UNEXPLAINED } from "./members.ts";
import { journalOrder, postingOrder, tellingOrder } from "./order-of-effects.ts";
import type { Outcome } from "./outcome.ts";
import { isReportDone, reportObject, reportRepeats, stepOrder } from "./report-ends.ts";
import { results } from "./results.ts";

/**
 * Judges a world that has come to rest by the ERP's book, the MES's book and the sender's log. Of the ledger it reads only which documents exist and which of them say
 * `parked`, `rejected` or `superseded`; each of these must have its planted cause. That a document is `delivered` is never believed.
 *
 * Admissible ends of an order's document that was taken on (a 202, or stored although its sender gave up):
 * - told `accepted`, and it is what the MES has in force, or something newer that was told `accepted` is;
 * - told `rejected`, and the plant was planted to refuse it; its forerunner, if there was one, stays in force;
 * - told `undone`, and there was a cause (the ERP refused its acceptance, an operator's undo, a verdict that may have been late, a newer one before a replayed one was told accepted); the MES does not have it in force;
 * - told nothing: it is superseded by a newer one that was taken on; or parked by a planted cause; or it waits behind such a one in its lane; or it was skipped by an operator, and
 *   the MES does not have it in force; or it is a cancel, and the MES has nothing of its order in force that is older.
 * Of a material's: the MES has it, or a newer one; or rejected, superseded, parked, skipped in the same way. Of a report: all its steps in force, once each; or none, and it is
 * rejected, parked, skipped, undone, taken back or held behind a parked one in the same way (report-ends.ts).
 */
export function judge(outcome: Outcome): Finding[] {
  const findings: Finding[] = outcome.defects.map((what) => ({ measure: "defect", what }));
  const { facts, missing } = factsOf(outcome);
  const objects = objectsOf(outcome, facts);
  const admissible = admissibleIn(outcome, objects);
  for (const line of missing) findings.push({ measure: "lost", what: `${line.document.name}: answered with 202, and not stored` });
  if (outcome.end !== "over") findings.push({ measure: "stuck", what: `the world did not come to rest (${outcome.end}): ${outcome.restless.join(", ")}` });
  for (const object of objects) {
    for (const each of object.documents)
      findings.push(...singleEnd(outcome, facts, each, object, admissible), ...repeats(outcome, facts, each), ...stepOrder(each));
    findings.push(...agreement(outcome, object, admissible), ...journalOrder(object, admissible), ...tellingOrder(object), ...reportObject(object));
  }
  findings.push(...postingOrder(outcome, facts), ...lots(outcome, facts), ...sums(outcome), ...results(outcome));
  return findings;
}

/** What the books say was consumed is the sum of reports, exactly. */
const sums = (outcome: Outcome): Finding[] =>
  outcome.postings
    .filter(({ document, byHand }) => byHand !== true && tagsOf(outcome.plan, document).includes(UNEXPLAINED))
    .map(({ reference, document }) => ({ measure: "doubled", what: `${reference}: ${JSON.stringify(document)} is no sum of reports` }));

const name = (facts: Facts): string => facts.document.name;

/** 1. Every document has an end that its plan explains. */
function singleEnd(outcome: Outcome, all: readonly Facts[], facts: Facts, object: ObjectFacts, admissible: Admissible): Finding[] {
  const { disclosed } = facts;
  switch (disclosed?.state) {
    case "parked":
      return admissible.park(facts, disclosed.code) ? [] : [{ measure: "stuck", what: `${name(facts)}: parked (${disclosed.code}) without a planted cause` }];
    case "superseded":
      return admissible.supersede(facts) ? [] : [{ measure: "lost", what: `${name(facts)}: superseded, and nothing newer was ever taken on` }];
    case "rejected":
      return rejectedEnd(facts, admissible);
    case undefined:
      return undisclosedEnd(outcome, all, facts, object, admissible);
  }
}

function rejectedEnd(facts: Facts, admissible: Admissible): Finding[] {
  if (!admissible.reject(facts)) return [{ measure: "lost", what: `${name(facts)}: rejected, and nobody was planted to refuse it` }];
  if (facts.document.type === "OperationsRequest" && facts.word !== "rejected")
    return [{ measure: "lost", what: `${name(facts)}: rejected, and the ERP was last told "${facts.word}"` }];
  return [];
}

function undisclosedEnd(outcome: Outcome, all: readonly Facts[], facts: Facts, object: ObjectFacts, admissible: Admissible): Finding[] {
  if (facts.document.report === undefined ? isDone(outcome, all, facts, admissible) : isReportDone(outcome, all, facts, object, admissible)) return [];
  if (facts.commands.includes("skip") || facts.commands.includes("undo")) return [];
  if (heldBehindParked(outcome, all, facts, admissible)) return [];
  return [{ measure: "lost", what: `${name(facts)}: taken on, and nothing tells what became of it (the ERP was told "${facts.word}")` }];
}

function isDone(outcome: Outcome, all: readonly Facts[], facts: Facts, admissible: Admissible): boolean {
  const { document, word } = facts;
  const inForce = inForceOf(outcome, all, facts);
  switch (document.type) {
    case "OperationsRequest":
      if (word === "accepted") return true;
      if (word === "undone") return admissible.undo(facts);
      // A cancel had nothing to do only where the MES has nothing older of the order.
      return word === "none" && document.cancel && (inForce === undefined || !isNewer(facts, inForce));
    default:
      return inForce !== undefined && !isNewer(facts, inForce);
  }
}

/** What the MES has in force of the document's object. */
function inForceOf(outcome: Outcome, all: readonly Facts[], { document }: Facts): Facts | undefined {
  const inForce = outcome.plants.get(document.site)?.inForce(document.type, document.subject);
  return inForce === undefined ? undefined : all.find((other) => isSameObject(other, document) && other.document.tag === inForce.tag);
}

const isSameObject = ({ document }: Facts, other: Facts["document"]): boolean =>
  document.site === other.site && document.type === other.type && document.subject === other.subject;

function heldBehindParked(outcome: Outcome, all: readonly Facts[], facts: Facts, admissible: Admissible): boolean {
  const { document } = facts;
  if (isAlone(outcome, document)) return false;
  return all.some(
    (other) => other !== facts && other.disclosed?.state === "parked" && admissible.park(other, other.disclosed.code) && isSameLane(other.document, document),
  );
}

/** It waits for nobody of its lane. */
const isAlone = (outcome: Outcome, { type, version, cancel }: Facts["document"]): boolean =>
  type === "MaterialActual" && outcome.plan.settings.consumption === "independent" && version === undefined && !cancel;

const isSameLane = (one: Facts["document"], other: Facts["document"]): boolean =>
  one.site === other.site && one.subject === other.subject && (one.type === other.type || (isAboutOrder(one) && isAboutOrder(other)));

const isAboutOrder = ({ type }: Facts["document"]): boolean => type === "MaterialActual" || type === "SegmentResponse";

/** What a system may hear of one document that no operator touched. */
const STORIES_TOLD = new Set(["", "tell-accepted", "tell-rejected", "tell-undone", "tell-accepted tell-undone"]);

/** 2. No effect twice: a telling, or a posting, as often as an operator asked for it anew and no more. */
function repeats(outcome: Outcome, all: readonly Facts[], facts: Facts): Finding[] {
  if (facts.document.report !== undefined) return reportRepeats(outcome, all, facts);
  const anew = facts.commands.filter((command) => command === "replay" || command === "undo").length;
  const findings: Finding[] = [];
  if (anew === 0 && !STORIES_TOLD.has(facts.postings.map(({ action }) => action).join(" "))) {
    findings.push({ measure: "doubled", what: `${name(facts)}: the ERP was told ${facts.postings.map(({ action }) => action).join(", ")}` });
  }
  for (const [action, made] of Map.groupBy(facts.postings, (posting) => posting.action)) {
    if (made.length > 1 + anew)
      findings.push({
        measure: "doubled",
        what: `${name(facts)}: ${action} ${made.length} times (${made.map(({ reference, key }) => `${reference} ${key}`).join(", ")})`,
      });
  }
  return findings;
}
