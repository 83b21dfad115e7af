import { type Admissible, admissibleIn } from "./admissible.ts";
import { type Facts, factsOf, isNewer, objectsOf, type ObjectFacts } from "./facts.ts";
import type { JournalLine } from "./plant.ts";
import type { Outcome } from "./outcome.ts";

export type Finding = { readonly measure: "lost" | "doubled" | "inverted" | "stuck" | "defect"; readonly what: string };

/**
 * Judges a world that has come to rest by the ERP's book, the MES's book and the sender's log. Of the ledger it reads only which documents exist and which of them say
 * `parked`, `rejected` or `superseded`; each of these must have its planted cause. That a document is `delivered` is never believed.
 *
 * Admissible ends of an order's document that was taken on (a 202, or stored although its sender gave up):
 * - told `accepted`, and it is what the MES has in force, or something newer that was told `accepted` is;
 * - told `rejected`, and the plant was planted to refuse it; its forerunner, if there was one, stays in force;
 * - told `undone`, and there was a cause (the ERP refused its acceptance, an operator's undo, a verdict that may have been late); the MES does not have it in force;
 * - told nothing: it is superseded by a newer one that was taken on; or parked by a planted cause; or it waits behind such a one in its lane; or it was skipped by an operator, and
 *   the MES does not have it in force; or it is a cancel, and the MES has nothing of its order in force that is older.
 * Of a material's: the MES has it, or a newer one; or rejected, superseded, parked, skipped in the same way. Of a consumption: exactly one posting in force; or none, and it is
 * rejected, parked, skipped, undone or held behind a parked one in the same way.
 */
export function judge(outcome: Outcome): Finding[] {
  const findings: Finding[] = outcome.defects.map((what) => ({ measure: "defect", what }));
  const { facts, missing } = factsOf(outcome);
  const objects = objectsOf(outcome, facts);
  const admissible = admissibleIn(outcome, objects);
  for (const line of missing) findings.push({ measure: "lost", what: `${line.document.name}: answered with 202, and not stored` });
  if (outcome.end !== "over") findings.push({ measure: "stuck", what: `the world did not come to rest (${outcome.end}): ${outcome.restless.join(", ")}` });
  for (const each of facts) findings.push(...singleEnd(outcome, facts, each, admissible), ...repeats(each));
  for (const object of objects) findings.push(...agreement(outcome, object, admissible), ...journalOrder(object, admissible), ...tellingOrder(object));
  if (outcome.plan.settings.consumption === "lane") findings.push(...postingOrder(outcome, facts));
  return findings;
}

const name = (facts: Facts): string => facts.document.name;

/** 1. Every document has an end that its plan explains. */
function singleEnd(outcome: Outcome, all: readonly Facts[], facts: Facts, admissible: Admissible): Finding[] {
  const { disclosed } = facts;
  switch (disclosed?.state) {
    case "parked":
      return admissible.park(facts, disclosed.code) ? [] : [{ measure: "stuck", what: `${name(facts)}: parked (${disclosed.code}) without a planted cause` }];
    case "superseded":
      return admissible.supersede(facts) ? [] : [{ measure: "lost", what: `${name(facts)}: superseded, and nothing newer was ever taken on` }];
    case "rejected":
      return rejectedEnd(facts, admissible);
    case undefined:
      return undisclosedEnd(outcome, all, facts, admissible);
  }
}

function rejectedEnd(facts: Facts, admissible: Admissible): Finding[] {
  if (!admissible.reject(facts)) return [{ measure: "lost", what: `${name(facts)}: rejected, and nobody was planted to refuse it` }];
  if (facts.document.type === "OperationsRequest" && facts.word !== "rejected") return [{ measure: "lost", what: `${name(facts)}: rejected, and the ERP was last told "${facts.word}"` }];
  return [];
}

const postedNet = (facts: Facts): number => facts.postings.filter(({ action, reversedBy }) => action === "post" && reversedBy === undefined).length;

function undisclosedEnd(outcome: Outcome, all: readonly Facts[], facts: Facts, admissible: Admissible): Finding[] {
  if (isDone(outcome, facts, admissible)) return [];
  if (facts.commands.includes("skip") || facts.commands.includes("undo")) return [];
  if (heldBehindParked(outcome, all, facts, admissible)) return [];
  return [{ measure: "lost", what: `${name(facts)}: taken on, and nothing tells what became of it (the ERP was told "${facts.word}")` }];
}

function isDone(outcome: Outcome, facts: Facts, admissible: Admissible): boolean {
  const { document, word } = facts;
  switch (document.type) {
    case "MaterialActual":
      return postedNet(facts) === 1;
    case "MaterialDefinition": {
      const inForce = outcome.plants.get(document.site)?.inForce(document.type, document.subject);
      return inForce !== undefined && !isNewer(document, inForce);
    }
    case "OperationsRequest":
      if (word === "accepted") return true;
      if (word === "undone") return admissible.undo(facts);
      return word === "none" && document.cancel && !olderInForce(outcome, facts);
  }
}

/** A cancel had nothing to do only where the MES has nothing older of the order. */
function olderInForce(outcome: Outcome, { document }: Facts): boolean {
  const inForce = outcome.plants.get(document.site)?.inForce(document.type, document.subject);
  return inForce !== undefined && isNewer(document, inForce);
}

function heldBehindParked(outcome: Outcome, all: readonly Facts[], facts: Facts, admissible: Admissible): boolean {
  const { document } = facts;
  if (document.type === "MaterialActual" && outcome.plan.settings.consumption === "independent") return false;
  return all.some(
    (other) =>
      other !== facts &&
      other.disclosed?.state === "parked" &&
      admissible.park(other, other.disclosed.code) &&
      other.document.site === document.site &&
      other.document.type === document.type &&
      other.document.subject === document.subject,
  );
}

/** What a system may hear of one document that no operator touched. */
const STORIES_TOLD = new Set(["", "post", "tell-accepted", "tell-rejected", "tell-undone", "tell-accepted tell-undone"]);

/** 2. No effect twice: a telling, or a posting, as often as an operator asked for it anew and no more. */
function repeats(facts: Facts): Finding[] {
  const anew = facts.commands.filter((command) => command === "replay" || command === "undo").length;
  const findings: Finding[] = [];
  if (postedNet(facts) > 1) findings.push({ measure: "doubled", what: `${name(facts)}: ${postedNet(facts)} postings in force` });
  if (anew === 0 && !STORIES_TOLD.has(facts.postings.map(({ action }) => action).join(" "))) {
    findings.push({ measure: "doubled", what: `${name(facts)}: the ERP was told ${facts.postings.map(({ action }) => action).join(", ")}` });
  }
  for (const [action, made] of Map.groupBy(facts.postings, (posting) => posting.action)) {
    if (made.length > 1 + anew) findings.push({ measure: "doubled", what: `${name(facts)}: ${action} ${made.length} times (${made.map(({ reference, key }) => `${reference} ${key}`).join(", ")})` });
  }
  return findings;
}

/** 3. What the ERP was told last agrees with what the MES has in force. */
function agreement(outcome: Outcome, object: ObjectFacts, admissible: Admissible): Finding[] {
  if (object.type !== "OperationsRequest") return [];
  const inForce = outcome.plants.get(object.site)?.inForce(object.type, object.subject);
  const held = inForce === undefined ? standingCancel(object) : object.documents.find(({ document }) => document.tag === inForce.tag);
  const findings: Finding[] = [];
  const believed = object.documents.filter(({ word }) => word === "accepted");
  for (const facts of believed) {
    // The ERP knows itself that what it heard of a newer one counts.
    if (believed.some((other) => isNewer(other.document, facts.document))) continue;
    if (facts === held || (held !== undefined && isNewer(held.document, facts.document))) continue;
    // Nothing in force is what a cancel means.
    if (facts.document.cancel && inForce === undefined) continue;
    if (facts.disclosed?.state === "parked" && admissible.park(facts, facts.disclosed.code)) continue;
    findings.push({ measure: "lost", what: `${name(facts)}: the ERP believes it accepted, the MES has ${held === undefined ? "nothing" : name(held)} in force` });
  }
  if (held !== undefined && inForce !== undefined && held.word !== "accepted") findings.push(...untold(held, admissible));
  return findings;
}

/** With nothing in force: a cancel that the MES applied and that was superseded, though the ERP would not hear of it; what came after it was undone, and it stands (LANES.md 5, rule 6). */
const standingCancel = (object: ObjectFacts): Facts | undefined =>
  object.documents.find(({ document, disclosed }) => document.cancel && disclosed?.state === "superseded" && object.journal.some((line) => line.tag === document.tag && line.result === "applied"));

/** The MES has it in force, and the ERP does not believe so. */
function untold(held: Facts, admissible: Admissible): Finding[] {
  const { disclosed, word } = held;
  if (disclosed?.state === "parked" && admissible.park(held, disclosed.code)) return [];
  // It stands as the former version of one that was refused or undone, of which the ERP was told.
  if (disclosed?.state === "superseded" && word === "none") return [];
  return [{ measure: "lost", what: `${name(held)}: the MES has it in force, the ERP was last told "${word}"` }];
}

/** 4. The MES's journal takes no step back, but where a newer one is undone. */
function journalOrder(object: ObjectFacts, admissible: Admissible): Finding[] {
  const findings: Finding[] = [];
  let current: JournalLine | undefined;
  const factsOfTag = (tag: string): Facts | undefined => object.documents.find(({ document }) => document.tag === tag);
  const someUndone = object.documents.some((facts) => admissible.undo(facts));
  for (const line of object.journal.filter(({ result }) => result === "applied")) {
    if (line.action === "withdraw") {
      current = undefined;
      continue;
    }
    const before = current === undefined ? undefined : factsOfTag(current.tag);
    const now = factsOfTag(line.tag);
    if (before !== undefined && now !== undefined && !someUndone) findings.push(...step(before, now));
    current = line;
  }
  return findings;
}

function step(before: Facts, now: Facts): Finding[] {
  if (before === now) {
    return now.commands.includes("replay") ? [] : [{ measure: "doubled", what: `${name(now)}: the MES applied it twice` }];
  }
  return isNewer(now.document, before.document) ? [] : [{ measure: "inverted", what: `the MES applied ${name(now)} over ${name(before)}` }];
}

/** 5. The ERP hears of an older version's acceptance before it hears of a newer one's. */
function tellingOrder(object: ObjectFacts): Finding[] {
  const findings: Finding[] = [];
  const tellings = object.documents.flatMap((facts) => (facts.commands.length > 0 ? [] : facts.postings.filter(({ action }) => action === "tell-accepted").map((posting) => ({ facts, posting }))));
  for (const older of tellings) {
    for (const newer of tellings) {
      if (isNewer(newer.facts.document, older.facts.document) && newer.posting.committedAt < older.posting.committedAt) {
        findings.push({ measure: "inverted", what: `the ERP was told of ${name(older.facts)}'s acceptance after ${name(newer.facts)}'s` });
      }
    }
  }
  return findings;
}

/** 6. Consumptions of one order are posted in the order of their 202s; either order is right where they overlapped, or where an operator or the dead-letter queue stepped in. */
function postingOrder(outcome: Outcome, all: readonly Facts[]): Finding[] {
  const undisturbed = all.filter((facts) => facts.document.type === "MaterialActual" && facts.commands.length === 0 && !outcome.causes.buried.has(facts.id));
  const findings: Finding[] = [];
  for (const first of undisturbed) {
    for (const second of undisturbed) {
      if (first.acceptedAt === undefined || first.acceptedAt >= second.firstArrivedAt) continue;
      if (first.document.site !== second.document.site || first.document.subject !== second.document.subject) continue;
      const posted = first.postings.find(({ action }) => action === "post");
      const overtaken = second.postings.find(({ action }) => action === "post");
      if (posted !== undefined && overtaken !== undefined && overtaken.committedAt < posted.committedAt) {
        findings.push({ measure: "inverted", what: `${name(second)} was posted before ${name(first)}` });
      }
    }
  }
  return findings;
}
