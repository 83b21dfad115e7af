import { elementOf, type Shape, shapeAt } from "./canonical-shape.ts";
import { type Path, parsePath } from "./paths.ts";

/** Where a rule of a table from canonical stands in the canonical schema. */
export type ShapeScope = {
  readonly shape: Shape;
  readonly up: ShapeScope | undefined;
  /** Of the root: what is given beside the document. */
  readonly given?: readonly string[] | undefined;
  /** It stands in what is given: no schema says what that holds. */
  readonly isGiven?: true;
};

export type SourceAnswer = { readonly kind: "found"; readonly scope: ShapeScope } | { readonly kind: "unknown"; readonly reason: string };

/** What a path leads to in the canonical document. */
export function sourceProblem(text: string, from: ShapeScope): SourceAnswer {
  const path = parsePath(text);
  if (from.isGiven === true && !path.absolute) return { kind: "found", scope: from };
  let scope: ShapeScope | undefined = path.absolute ? rootOf(from) : from;
  for (let up = 0; up < path.ups; up += 1) scope = scope?.up;
  const [first] = path.steps;
  const isGiven = first !== undefined && scope?.given?.includes(first.name) === true;
  const end: ShapeScope | undefined = isGiven && scope !== undefined ? { ...scope, up: scope, isGiven } : endOf(path, scope);
  return end === undefined ? { kind: "unknown", reason: `reads ${text}, which no canonical document has` } : { kind: "found", scope: end };
}

function endOf({ steps }: Path, start: ShapeScope | undefined): ShapeScope | undefined {
  let scope = start;
  for (const { name, select } of steps) {
    scope = inside(scope, name);
    if (select !== undefined && inside(scope, select.child) === undefined) scope = undefined;
  }
  return scope;
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
