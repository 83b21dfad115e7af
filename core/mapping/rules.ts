import type { Json } from "../documents/exact-json.ts";
import type { MappingContext } from "../documents/source-format.ts";
import type { Reason } from "../effects/outcomes.ts";
import type { CodeTables } from "./code-tables.ts";
import { linesFill } from "./lines-rule.ts";
import type { Scope } from "./paths.ts";
import type { FieldRule, MappingTable, ValueRule } from "./table.ts";
import { valueFill } from "./value-rule.ts";

/** What rules make: an object that is still being filled. */
export type Made = { [name: string]: string | Made | Made[] };

/** One value and the rule behind it. */
export type Origin = {
  /** JSON Pointer of what was made. */
  readonly target: string;
  /** JSON Pointer of what it was made from. */
  readonly source: string;
  readonly sent: Json | undefined;
  readonly rule: ValueRule;
  /** The default, since nothing was sent. */
  readonly byDefault: boolean;
};

/** One document on its way. */
export type Run = {
  readonly context: MappingContext;
  readonly codes: readonly CodeTables[];
  readonly reasons: Reason[];
  /** Field name and visible form → the identifier first met there (BAD-INPUT.md 21, 22). */
  readonly identifiers: Map<string, string>;
  /** Filled where somebody asks for the rule behind each value. */
  readonly origins: Origin[] | undefined;
  /** JSON Pointers of what could not be made, whose reason stands in `reasons`; filled together with `origins`. */
  readonly failed: string[];
};

/** Fills one rule's target from where the rule stands. `at`: the place of `into` in the whole, known only where origins are asked for. */
export type Fill = (scope: Scope, into: Made, run: Run, at: readonly PropertyKey[]) => void;

/** What every rule of a table knows of it. */
export type RuleParts = {
  readonly table: MappingTable;
  /** `sap-idoc/order@1` */
  readonly label: string;
  readonly isAbsent: (text: string) => boolean;
  readonly strict: boolean;
  /** Whether a target is an identifier, by its names from the document's root. */
  readonly isIdentifier: (names: readonly string[]) => boolean;
};

/** The rules in their turn. @param within the names their targets stand under */
export function fillOf(rules: readonly FieldRule[], parts: RuleParts, within: readonly string[]): Fill {
  const fills = rules.map((rule) => ("lines" in rule ? linesFill(rule, parts, within, fillOf) : valueFill(rule, parts, within)));
  return (scope, into, run, at) => {
    for (const fill of fills) fill(scope, into, run, at);
  };
}
