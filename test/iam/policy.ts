import * as z from "zod";

/** Policy documents, and what is left of them when one action or one resource is taken away. */

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);
const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal("Allow"),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.unknown()).optional(),
});
export type Statement = z.infer<typeof Statement>;

/** Of Allow statements: a role of the product has no others. Conditions stay as they are. */
export const PolicyDocument = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.union([Statement.transform((one) => [one]), z.array(Statement)]),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

export type Part = "Action" | "Resource";

export type Removal = {
  /** Place of the statement in its document. */
  readonly statement: number;
  readonly part: Part;
  readonly removed: string;
  /** What the role can no longer do: each of the actions on each of the resources. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Undefined where nothing is left. */
  readonly left: PolicyDocument | undefined;
};

/** Every action and every resource of every statement, singly. A statement of one action or one resource goes as a whole. */
export const removalsFrom = (document: PolicyDocument): readonly Removal[] =>
  document.Statement.flatMap((statement, at) =>
    (["Action", "Resource"] as const).flatMap((part) => statement[part].map((removed) => removalOf(document, at, statement, part, removed))),
  );

function removalOf(document: PolicyDocument, at: number, statement: Statement, part: Part, removed: string): Removal {
  const rest = statement[part].filter((each) => each !== removed);
  const statements = document.Statement.flatMap((each, place) => (place !== at ? [each] : rest.length === 0 ? [] : [{ ...each, [part]: rest }]));
  const left = statements.length === 0 ? undefined : { ...document, Statement: statements };
  const gone = part === "Action" ? { actions: [removed], resources: statement.Resource } : { actions: statement.Action, resources: [removed] };
  return { statement: at, part, removed, ...gone, left };
}

/** As IAM compares them: `*` is any text, `?` any character; actions without regard to case. */
export function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s").test(text);
}

/** Whether a question asked of the role is one that the removal should make it fail. */
export const concerns = (
  { actions, resources }: Pick<Removal, "actions" | "resources">,
  question: { readonly action: string; readonly resource: string },
): boolean =>
  actions.some((action) => action.toLowerCase() === question.action.toLowerCase()) && resources.some((resource) => matches(resource, question.resource));
