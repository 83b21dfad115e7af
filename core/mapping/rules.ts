import { linesFill } from "./lines-rule.ts";
import type { Fill, RuleParts } from "./made.ts";
import type { FieldRule } from "./table.ts";
import { valueFill } from "./value-rule.ts";

/** The rules in their turn. @param within the names their targets stand under */
export function fillOf(rules: readonly FieldRule[], parts: RuleParts, within: readonly string[]): Fill {
  const fills = rules.map((rule) => ("lines" in rule ? linesFill(rule, parts, within, fillOf) : valueFill(rule, parts, within)));
  return (scope, into, run, at) => {
    for (const fill of fills) fill(scope, into, run, at);
  };
}
