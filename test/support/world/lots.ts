import type { Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import type { Outcome } from "./outcome.ts";

/** A lot is blocked in the ERP's book, and held in the MES's, by what failed and was not taken back, until a pass releases all of it; taking the pass back holds it again. */

type Word = { readonly at: number; readonly tag: string; readonly what: "block" | "release" };

/** By the words that stand, in the order they came. */
const isBlocked = (words: readonly Word[]): boolean => [...words].sort((one, other) => one.at - other.at).at(-1)?.what === "block";

export function lots(outcome: Outcome, all: readonly Facts[]): Finding[] {
  const inspections = all.filter(({ document }) => document.type === "TestResult");
  return [...Map.groupBy(inspections, ({ document }) => `${document.site} ${document.subject}`).values()].flatMap((results) => [
    ...releasedInVain(results),
    ...(isSettled(results) ? agreement(outcome, results) : []),
  ]);
}

/** Nothing of it waits for a person, and nobody passed anything over. */
const isSettled = (results: readonly Facts[]): boolean => results.every(({ disclosed, commands }) => disclosed?.state !== "parked" && commands.length === 0);

function agreement(outcome: Outcome, results: readonly Facts[]): Finding[] {
  const [first] = results;
  if (first === undefined) return [];
  const erp = isBlocked(results.flatMap(standingInErp));
  const mes = isBlocked(standingInMes(outcome, results));
  if (erp === mes) return [];
  const { site, subject } = first.document;
  return [{ measure: "lost", what: `lot ${subject} of ${site}: ${erp ? "blocked" : "free"} in the ERP, ${mes ? "held" : "free"} in the MES` }];
}

const standingInErp = ({ document, postings }: Facts): Word[] =>
  postings.flatMap(({ action, reversedBy, committedAt }) => {
    if (reversedBy !== undefined || (action !== "block-lot" && action !== "release-lot")) return [];
    return [{ at: committedAt, tag: document.tag, what: action === "block-lot" ? "block" : "release" } as const];
  });

function standingInMes(outcome: Outcome, results: readonly Facts[]): Word[] {
  const standing = new Map<string, Word>();
  for (const line of outcome.journal.filter(({ type, result }) => type === "TestResult" && result === "applied")) {
    const facts = results.find(({ document }) => document.site === line.site && document.tag === line.tag);
    if (facts === undefined) continue;
    const what = facts.document.wire.evaluatedCriterionResult === "Fail" ? "block" : "release";
    if (line.action === "apply") standing.set(line.tag, { at: line.at, tag: line.tag, what });
    else standing.delete(line.tag);
  }
  return [...standing.values()];
}

/** Only what we hold is released. */
function releasedInVain(results: readonly Facts[]): Finding[] {
  const lines = results.flatMap(({ document, postings }) => postings.map((posting) => ({ document, posting })));
  const book = lines.sort((one, other) => one.posting.committedAt - other.posting.committedAt);
  const blocks = new Set<string>();
  return book.flatMap(({ document, posting }): Finding[] => {
    if (posting.action === "block-lot") blocks.add(posting.reference);
    if (posting.reverses !== undefined) blocks.delete(posting.reverses);
    return posting.action === "release-lot" && blocks.size === 0 ? [{ measure: "doubled", what: `${document.name}: releases a lot that nothing blocks` }] : [];
  });
}
