import { elementOf, type Shape, shapeAt } from "./canonical-shape.ts";
import { parsePath } from "./paths.ts";

/** Where a rule of a table from canonical stands in the canonical schema. */
export type ShapeScope = { readonly shape: Shape; readonly up: ShapeScope | undefined };

export type SourceAnswer = { readonly kind: "found"; readonly scope: ShapeScope } | { readonly kind: "unknown"; readonly reason: string };

/** What a path leads to in the canonical document. */
export function sourceProblem(text: string, from: ShapeScope): SourceAnswer {
  const path = parsePath(text);
  let scope: ShapeScope | undefined = path.absolute ? rootOf(from) : from;
  for (let up = 0; up < path.ups; up += 1) scope = scope?.up;
  for (const { name, select } of path.steps) {
    scope = inside(scope, name);
    if (select !== undefined && inside(scope, select.child) === undefined) scope = undefined;
  }
  return scope === undefined ? { kind: "unknown", reason: `reads ${text}, which no canonical document has` } : { kind: "found", scope };
}

function inside(scope: ShapeScope | undefined, name: string): ShapeScope | undefined {
  const shape = scope === undefined ? undefined : shapeAt(elementOf(scope.shape), [name]);
  return shape === undefined ? undefined : { shape, up: scope };
}

function rootOf(scope: ShapeScope): ShapeScope {
  let root = scope;
  while (root.up !== undefined) root = root.up;
  return root;
}
