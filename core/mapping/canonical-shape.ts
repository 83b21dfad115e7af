import * as z from "zod";
import { CanonicalDocument, Identifier } from "../documents/canonical.ts";
import type { DocumentType } from "../documents/document-types.ts";

/** The strict canonical schema (core/documents/canonical.ts) as data: what tables are checked against, and what the compiled check is made of. */
export type Shape = ObjectShape | ListShape | TextShape;
export type ObjectShape = { readonly kind: "object"; readonly members: ReadonlyMap<string, Member> };
export type ListShape = { readonly kind: "list"; readonly element: Shape };
export type TextShape = {
  readonly kind: "text";
  readonly schema: z.ZodType;
  readonly isIdentifier: boolean;
  /** The only values, where they are few. */
  readonly values: readonly string[] | undefined;
};
export type Member = { readonly shape: Shape; readonly required: boolean };

class NoShape extends Error {
  override readonly name = "NoShape";
}

/** @throws NoShape for a schema of a kind that no canonical document has */
export function shapeOfType(type: DocumentType): ObjectShape {
  const schema = CanonicalDocument.options.find((option) => option.shape.type.value === type);
  if (schema === undefined) throw new NoShape(`${type} has no canonical schema`);
  return objectShape(schema.shape);
}

/** What a system is told of a document (core/effects/target-system.ts), its values texts. */
export function shapeOfEffect(document: ObjectShape): ObjectShape {
  const told = objectShape({
    key: z.string(),
    action: z.string(),
    plantReference: z.string().optional(),
    reason: z.object({ code: z.string(), message: z.string() }).optional(),
    original: z.object({ key: z.string(), reference: z.string() }).optional(),
  });
  return { kind: "object", members: new Map([...told.members, ["document", { shape: document, required: true }]]) };
}

const objectShape = (members: Readonly<Record<string, unknown>>): ObjectShape => ({
  kind: "object",
  members: new Map(Object.entries(members).map(([name, schema]) => [name, memberOf(schema)])),
});

const memberOf = (schema: unknown): Member =>
  schema instanceof z.ZodOptional ? { shape: shapeOf(schema.unwrap()), required: false } : { shape: shapeOf(schema), required: true };

function shapeOf(schema: unknown): Shape {
  if (schema instanceof z.ZodObject) return objectShape(schema.shape);
  if (schema instanceof z.ZodArray) return { kind: "list", element: shapeOf(schema.element) };
  if (schema instanceof z.ZodString) return { kind: "text", schema, isIdentifier: schema === Identifier, values: undefined };
  if (schema instanceof z.ZodEnum) return { kind: "text", schema, isIdentifier: false, values: schema.options.map(String) };
  if (schema instanceof z.ZodLiteral) return { kind: "text", schema, isIdentifier: false, values: [...schema.values].map(String) };
  throw new NoShape("a canonical document has objects, lists and texts");
}

/** What stands at names from here, lists gone into; undefined where nothing can. */
export function shapeAt(shape: Shape, names: readonly string[]): Shape | undefined {
  const [name, ...rest] = names;
  if (name === undefined) return shape;
  const inside = elementOf(shape);
  const member = inside.kind === "object" ? inside.members.get(name) : undefined;
  return member === undefined ? undefined : shapeAt(member.shape, rest);
}

export const elementOf = (shape: Shape): Shape => (shape.kind === "list" ? elementOf(shape.element) : shape);

/** The places of the names among those of the schema: rules are carried out in its order, whatever theirs, so that a document has one text. */
export function orderOf(shape: Shape, names: readonly string[]): readonly number[] {
  const [name, ...rest] = names;
  const inside = elementOf(shape);
  if (name === undefined || inside.kind !== "object") return [];
  const member = inside.members.get(name);
  return [[...inside.members.keys()].indexOf(name), ...(member === undefined ? [] : orderOf(member.shape, rest))];
}
