import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BAD_INPUT_CASES } from "../../bad-input/cases.ts";
import { SCHEME_CASES } from "../../bad-input/scheme-cases.ts";
import { XML_CASES } from "../../bad-input/xml-cases.ts";

const ROOT = join(import.meta.dirname, "../../..");
const range = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

/** As BAD-INPUT.md numbers them. */
const CLASSES = [...range(1, 58), "58b", ...range(59, 61), "61b", "61c", ...range(62, 79)];

/** Classes that no case table holds, or not alone: the test that does, by words that stand in it. */
const TESTS: Readonly<Record<string, readonly [file: string, words: string]>> = {
  "4": ["test/bad-input/through-the-api.test.ts", '["4", "n_"'],
  "5": ["test/bad-input/through-the-api.test.ts", '["5", "y_"'],
  "6": ["test/bad-input/through-the-api.test.ts", '["6", "i_"'],
  "37": ["test/bad-input/through-the-api.test.ts", "class 37: 10 MB and one byte"],
  "46": ["test/unit/documents/xml-refusals.test.ts", '["46", "an external entity"'],
  "52": ["test/unit/connectors/sap-idoc-bad-input.test.ts", "of another namespace"],
  "56": ["test/unit/connectors/soap-answers.test.ts", "is never taken for a yes"],
  "57": ["test/unit/connectors/soap-answers.test.ts", "MustUnderstand"],
  "63": ["test/connectors/outgoing-address.test.ts", "BAD-INPUT 63"],
  "64": ["test/unit/door/who-enters.test.ts", "writes what was sent into no header"],
  "66": ["test/bad-input/other-addresses.test.ts", "etc/passwd"],
  "71": ["test/promises/4-in-order-per-lane.test.ts", "an older version that arrives after a newer one was delivered is superseded"],
  "77": ["test/unit/door/access-tokens.test.ts", "an access token"],
  "79": ["test/bad-input/through-the-api.test.ts", "class 79: among"],
};

/** Classes of what is not built yet, by the issue that builds it. */
const LATER: Readonly<Record<string, { readonly issue: 5 | 6; readonly why: string }>> = {
  "61c": { issue: 5, why: "reports against their order come with the shop floor" },
  "62": { issue: 6, why: "there is no export yet" },
  "67": { issue: 6, why: "no spreadsheet is read yet" },
  "70": { issue: 6, why: "our own messages have one schema version yet" },
  "74": { issue: 5, why: "operations and lots of reports" },
  "75": { issue: 5, why: "reports for closed orders" },
};

const inTables = new Map<string, number>();
for (const { class: group } of [...BAD_INPUT_CASES, ...XML_CASES, ...SCHEME_CASES]) inTables.set(group, (inTables.get(group) ?? 0) + 1);

describe("the classes of BAD-INPUT.md", () => {
  it.each(CLASSES)("class %s has a case or a test, or is a later issue's", (group) => {
    const test = TESTS[group];
    if (test !== undefined) expect(readFileSync(join(ROOT, test[0]), "utf8")).toContain(test[1]);
    const isHere = test !== undefined || inTables.has(group);
    expect(isHere).toBe(LATER[group] === undefined);
  });

  it("are all that the tables name", () => {
    expect([...inTables.keys()].filter((group) => !CLASSES.includes(group))).toEqual([]);
  });

  it("46 to 57 have cases in both languages", () => {
    for (const group of range(46, 57)) {
      const systems = new Set(XML_CASES.filter((bad) => bad.class === group).map(({ system }) => system));
      expect([group, [...systems].sort()]).toEqual([group, ["b2mml", "sap-idoc"]]);
    }
  });

  it("have names of their own", () => {
    const names = XML_CASES.map((bad) => `${bad.class} ${bad.name}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
