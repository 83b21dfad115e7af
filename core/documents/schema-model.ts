import * as z from "zod";

/**
 * What an XML schema asks of documents of a few kinds, as data (docs/adr/0011): derived by a script, never written by hand.
 */

/** `ID IdentifierType`, then `?` may be absent, `*` any number, `+` at least one, `~` may be nil. */
const Particle = z.string().regex(/^[\w.-]+ [\w.-]+ ?[?*+]?~?$/);

export const SchemaType = z.strictObject({
  /** The children in their order; a list is a choice: one of these, `times` as above. Absent: text, or nothing. */
  children: z.array(z.union([Particle, z.strictObject({ choice: z.array(Particle), times: z.enum(["", "?", "*", "+"]) })])).optional(),
  /** Elements of any kind may stand there: `skip` whatever they are, `strict` only those that the schema knows, by its own rules for them. */
  any: z.enum(["skip", "strict"]).optional(),
  /** What its text is: a type of XML Schema. */
  text: z.string().optional(),
  /** One of these, letter by letter. */
  values: z.array(z.string()).optional(),
  /** Name → type of XML Schema, or of this model; with `!` it must be there. */
  attributes: z.record(z.string(), z.string()).optional(),
  /** Another type, of which it has all attributes and the text. */
  of: z.string().optional(),
});
export type SchemaType = z.infer<typeof SchemaType>;

export const SchemaModel = z.strictObject({
  /** Whose work it was derived from, in the words its licence asks for. */
  credit: z.string(),
  namespace: z.string(),
  /** Messages that are checked: root → type. */
  roots: z.record(z.string(), z.string()),
  /** What else may stand where any element may: name → type, or `""` where the model holds nothing of it. */
  others: z.record(z.string(), z.string()),
  types: z.record(z.string(), SchemaType),
});
export type SchemaModel = z.infer<typeof SchemaModel>;
