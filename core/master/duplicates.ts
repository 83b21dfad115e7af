/** Finds what reports and postings trip over: the same thing under two codes, and two things under one code. Reports; decides nothing. */

/** One system's word on one thing that the site's MES has accepted. */
export type MasterEntry = {
  readonly type: string;
  /** As its sender writes it. */
  readonly code: string;
  /** As numbers are matched: one thing for the ledger. */
  readonly matched: string;
  readonly connection: string;
  readonly description?: string;
  /** Of a unit, what it means. */
  readonly baseUnit?: string;
};

export type Finding = {
  /** `two-codes`: the same thing under two codes. `one-code`: two things under one code. */
  readonly kind: "two-codes" | "one-code";
  readonly why: "codes-look-alike" | "same-description" | "descriptions-differ" | "units-differ";
  readonly type: string;
  readonly entries: readonly MasterEntry[];
};

/** All findings, those of one code first; each group once, in the order of its codes. Linear in the number of entries. */
export function findDuplicates(entries: readonly MasterEntry[]): Finding[] {
  const things = [...Map.groupBy(entries, ({ type, matched }) => `${type}\n${matched}`).values()];
  const conflicts = things.flatMap(conflictsIn);
  const alike = groupsOf(things, ({ type, matched }) => `${type}\n${lookOf(matched.slice(matched.indexOf(":") + 1))}`, "codes-look-alike");
  const seen = new Set(alike.map(({ entries: group }) => codesOf(group)));
  const same = groupsOf(things, describedAs, "same-description").filter(({ entries: group }) => !seen.has(codesOf(group)));
  return [...conflicts, ...alike, ...same].map((finding) => ({ ...finding, entries: finding.entries.toSorted(byCode) }));
}

/** Systems that mean different things by one code: another unit, or words that have nothing in common. */
function conflictsIn(group: readonly MasterEntry[]): Finding[] {
  const [first] = group;
  if (first === undefined || group.length < 2) return [];
  const finding = (why: Finding["why"]): Finding => ({ kind: "one-code", why, type: first.type, entries: group });
  const units = new Set(group.flatMap(({ baseUnit }) => (baseUnit === undefined ? [] : [baseUnit])));
  if (units.size > 1) return [finding("units-differ")];
  const words = new Set(group.flatMap(({ description }) => (description === undefined ? [] : [wordsOf(description)])));
  return words.size > 1 ? [finding("descriptions-differ")] : [];
}

function groupsOf(things: readonly (readonly MasterEntry[])[], keyOf: (entry: MasterEntry) => string | undefined, why: Finding["why"]): Finding[] {
  const groups = new Map<string, Map<string, MasterEntry[]>>();
  for (const entry of things.flat()) {
    const key = keyOf(entry);
    if (key === undefined) continue;
    const group = groups.get(key) ?? new Map<string, MasterEntry[]>();
    groups.set(key, group);
    const known = group.get(entry.matched);
    if (known === undefined) group.set(entry.matched, [entry]);
    else known.push(entry);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group.values();
    const type = first?.[0]?.type;
    return group.size < 2 || type === undefined ? [] : [{ kind: "two-codes", why, type, entries: [...group.values()].flat() } as const];
  });
}

/** Without what an eye passes over: width, case, spaces and separators, leading zeros. */
const lookOf = (code: string): string =>
  code
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\-_./]+/gu, "")
    .replace(/^0+(?=.)/, "");

const wordsOf = (description: string): string =>
  description
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\p{P}\p{S}\s]+/gu, " ")
    .trim();

/** One unit and the same words; what has no words is like nothing. */
function describedAs({ type, description, baseUnit }: MasterEntry): string | undefined {
  const words = description === undefined ? "" : wordsOf(description);
  return words === "" ? undefined : `${type}\n${baseUnit}\n${words}`;
}

const codesOf = (group: readonly MasterEntry[]): string => [...new Set(group.map(({ matched }) => matched))].sort().join("\n");
const byCode = (one: MasterEntry, other: MasterEntry): number => (one.matched + one.connection < other.matched + other.connection ? -1 : 1);
