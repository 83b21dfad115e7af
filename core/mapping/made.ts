import type { Json } from "../documents/exact-json.ts";
import type { MappingContext } from "../documents/source-format.ts";
import type { Reason } from "../effects/outcomes.ts";
import type { Shape } from "./canonical-shape.ts";
import type { CodeTables } from "./code-tables.ts";
import type { Scope } from "./paths.ts";
import type { FieldRule, MappingTable, ValueRule } from "./table.ts";

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
  /** Field name and visible form → the identifier first met there (BAD-INPUT.md 21, 22); absent in a first pass, which only finds out whether it is needed. */
  readonly identifiers: Map<string, string> | undefined;
  hasLookalike: boolean;
  /** A value that the canonical schema does not take was put. */
  hasMisfit: boolean;
  /** Filled where somebody asks for the rule behind each value. */
  readonly origins: Origin[] | undefined;
  /** JSON Pointers of the targets that have a reason instead of a value; filled with the origins. */
  readonly unmade: string[];
};

/** Fills one rule's target from where the rule stands. `at`: the place of `into` in the whole, known only where origins are asked for. */
export type Fill = (scope: Scope, into: Made, run: Run, at: readonly PropertyKey[]) => void;

/** The rules in their turn, as one; `within`: the names their targets stand under. */
export type FillOf = (rules: readonly FieldRule[], parts: RuleParts, within: readonly string[]) => Fill;

/** What every rule of a table knows of it. */
export type RuleParts = {
  readonly table: MappingTable;
  /** `sap-idoc/order@1` */
  readonly label: string;
  readonly isAbsent: (text: string) => boolean;
  readonly strict: boolean;
  /** The canonical schema at a target, by its names from the document's root; undefined of a table that makes no canonical document. */
  readonly shapeAt: (names: readonly string[]) => Shape | undefined;
};

/** The object at the end of the names; those on the way are made where they are not there. */
export function holderOf(into: Made, names: readonly string[]): Made {
  let holder = into;
  for (const name of names) {
    const known = holder[name];
    const next: Made = typeof known === "object" && !Array.isArray(known) ? known : {};
    holder[name] = next;
    holder = next;
  }
  return holder;
}
