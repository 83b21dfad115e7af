import type { Admissible } from "./admissible.ts";
import { type Facts, isNewer, type ObjectFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import type { Outcome } from "./outcome.ts";

/** What the ERP was told last agrees with what the MES has in force. */
export function agreement(outcome: Outcome, object: ObjectFacts, admissible: Admissible): Finding[] {
  if (object.type !== "OperationsRequest") return [];
  const inForce = outcome.plants.get(object.site)?.inForce(object.type, object.subject);
  const held = inForce === undefined ? standingCancel(object) : object.documents.find(({ document }) => document.tag === inForce.tag);
  const believed = newestBelieved(object).filter((facts) => !isBorneOut(facts, held, inForce !== undefined, admissible));
  const findings = believed.map((facts): Finding => {
    const has = held === undefined ? "nothing" : held.document.name;
    return { measure: "lost", what: `${facts.document.name}: the ERP believes it accepted, the MES has ${has} in force` };
  });
  return held === undefined || inForce === undefined ? findings : [...findings, ...untold(held, admissible)];
}

/** The ERP knows itself that what it heard of a newer version counts. */
function newestBelieved({ documents }: ObjectFacts): Facts[] {
  const believed = documents.filter(({ word }) => word === "accepted");
  return believed.filter((facts) => !believed.some((other) => isNewer(other, facts)));
}

function isBorneOut(facts: Facts, held: Facts | undefined, somethingInForce: boolean, admissible: Admissible): boolean {
  if (facts === held || (held !== undefined && isNewer(held, facts))) return true;
  // Nothing in force is what a cancel means.
  if (facts.document.cancel && !somethingInForce) return true;
  return facts.disclosed?.state === "parked" && admissible.park(facts, facts.disclosed.code);
}

/** With nothing in force: a cancel that the MES applied and that was superseded, though the ERP would not hear of it; what came after it was undone, and it stands (LANES.md 5, rule 6). */
function standingCancel(object: ObjectFacts): Facts | undefined {
  const isApplied = (tag: string): boolean => object.journal.some((line) => line.tag === tag && line.result === "applied");
  return object.documents.find(({ document, disclosed }) => document.cancel && disclosed?.state === "superseded" && isApplied(document.tag));
}

/** The MES has it in force: so the ERP must believe. */
function untold(held: Facts, admissible: Admissible): Finding[] {
  const { disclosed, word, document } = held;
  if (word === "accepted" || (disclosed?.state === "parked" && admissible.park(held, disclosed.code))) return [];
  // It stands as the former version of one that was refused or undone, of which the ERP was told.
  if (disclosed?.state === "superseded" && word === "none") return [];
  return [{ measure: "lost", what: `${document.name}: the MES has it in force, the ERP was last told "${word}"` }];
}
