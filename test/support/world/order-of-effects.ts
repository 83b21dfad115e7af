import type { Posting } from "../../../connectors/plain-json/fake.ts";
import type { Admissible } from "./admissible.ts";
import { type Facts, isNewer, type ObjectFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import type { Outcome } from "./outcome.ts";
import { kindOf } from "./planned-documents.ts";
import type { JournalLine } from "./plant.ts";

const name = (facts: Facts): string => facts.document.name;

/** The MES's journal takes no step back, and none twice, but where a newer one is undone. */
export function journalOrder(object: ObjectFacts, admissible: Admissible): Finding[] {
  if (object.documents.some((facts) => admissible.undo(facts))) return [];
  const findings: Finding[] = [];
  let current: JournalLine | undefined;
  const factsOf = (line: JournalLine | undefined): Facts | undefined => object.documents.find(({ document }) => document.tag === line?.tag);
  for (const line of object.journal.filter(({ result }) => result === "applied")) {
    const before = factsOf(current);
    const now = factsOf(line);
    if (line.action === "apply" && before !== undefined && now !== undefined) findings.push(...step(before, now));
    current = line.action === "apply" ? line : undefined;
  }
  return findings;
}

function step(before: Facts, now: Facts): Finding[] {
  if (before === now) {
    return now.commands.includes("replay") ? [] : [{ measure: "doubled", what: `${name(now)}: the MES applied it twice` }];
  }
  return isNewer(now, before) ? [] : [{ measure: "inverted", what: `the MES applied ${name(now)} over ${name(before)}` }];
}

type Effect = { readonly facts: Facts; readonly posting: Posting };

/** Every two of them, both ways round. */
const pairsOf = (effects: readonly Effect[]): (readonly [Effect, Effect])[] => effects.flatMap((one) => effects.map((other) => [one, other] as const));
const firstOf = (facts: Facts, action: string): Effect[] =>
  facts.postings.filter((posting) => posting.action === action).map((posting) => ({ facts, posting }));
const overtook = (later: Effect, earlier: Effect): boolean => later.posting.committedAt < earlier.posting.committedAt;

/** The ERP hears of an older version's acceptance before it hears of a newer one's. */
export function tellingOrder(object: ObjectFacts): Finding[] {
  const tellings = object.documents.flatMap((facts) => (facts.commands.length > 0 ? [] : firstOf(facts, "tell-accepted")));
  return pairsOf(tellings).flatMap(([older, newer]): Finding[] => {
    if (!isNewer(newer.facts, older.facts) || !overtook(newer, older)) return [];
    return [{ measure: "inverted", what: `the ERP was told of ${name(older.facts)}'s acceptance after ${name(newer.facts)}'s` }];
  });
}

/** Reports on one order, or one lot, are posted in the order of their 202s; either order is right where they overlapped, or where an operator or the dead-letter queue stepped in. */
export function postingOrder(outcome: Outcome, all: readonly Facts[]): Finding[] {
  if (outcome.plan.settings.consumption !== "lane") return [];
  // A newer version may come before its turn.
  const undisturbed = all.filter(
    (facts) =>
      facts.document.report !== undefined && facts.document.version === undefined && facts.commands.length === 0 && !outcome.causes.buried.has(facts.id),
  );
  // Where they are posted together, what is of another kind may be posted before or after.
  const groupOf = ({ document }: Facts): string => (outcome.plan.settings.windows === undefined ? `${document.site} ${document.subject}` : kindOf(document));
  const lanes = Map.groupBy(undisturbed, groupOf).values();
  return [...lanes].flatMap((lane) =>
    pairsOf(lane.flatMap((facts) => firstOf(facts, String(facts.document.report?.due[0])).slice(0, 1))).flatMap(([first, second]): Finding[] => {
      const { acceptedAt } = first.facts;
      if (acceptedAt === undefined || acceptedAt >= second.facts.firstArrivedAt || !overtook(second, first)) return [];
      return [{ measure: "inverted", what: `${name(second.facts)} was posted before ${name(first.facts)}` }];
    }),
  );
}
