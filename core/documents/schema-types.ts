import type { SchemaModel } from "./schema-model.ts";

/** One place in the order of children. */
export type Particle = {
  readonly choices: readonly { readonly name: string; readonly type: string; readonly isNillable: boolean }[];
  /** It must be there. */
  readonly least: boolean;
  /** Any number of it may. */
  readonly many: boolean;
};

export type CompiledType = {
  /** Absent where it holds text, or nothing. */
  readonly particles: readonly Particle[] | undefined;
  readonly any: "skip" | "strict" | undefined;
  readonly text: string;
  readonly values: readonly string[] | undefined;
  /** Name → type of XML Schema, those of the types it is derived from among them. */
  readonly attributes: ReadonlyMap<string, { readonly type: string; readonly values: readonly string[] | undefined; readonly required: boolean }>;
};

class NotInModel extends Error {
  override readonly name = "NotInModel";
}

const known = new WeakMap<SchemaModel, Map<string, CompiledType>>();

/** @throws NotInModel: a model names no type that it has not */
export function compiledType(model: SchemaModel, name: string): CompiledType {
  const types = known.get(model) ?? new Map<string, CompiledType>();
  known.set(model, types);
  const before = types.get(name);
  if (before !== undefined) return before;
  const made = compiled(model, name);
  types.set(name, made);
  return made;
}

function compiled(model: SchemaModel, name: string): CompiledType {
  if (name.startsWith("xsd:")) return { particles: undefined, any: undefined, text: name.slice("xsd:".length), values: undefined, attributes: new Map() };
  const type = model.types[name];
  if (type === undefined) throw new NotInModel(`the schema model has no type ${name}`);
  const base = type.of === undefined ? undefined : compiledType(model, type.of);
  const own = Object.entries(type.attributes === undefined ? {} : type.attributes).map(([attribute, text]) => [attribute, attributeOf(model, text)] as const);
  return {
    particles: type.any === undefined ? type.children?.map(particleOf) : [],
    any: type.any,
    text: type.text ?? base?.text ?? "string",
    values: type.values ?? base?.values,
    attributes: new Map([...(base === undefined ? [] : base.attributes), ...own]),
  };
}

function attributeOf(model: SchemaModel, text: string): { readonly type: string; readonly values: readonly string[] | undefined; readonly required: boolean } {
  const required = text.endsWith("!");
  const name = required ? text.slice(0, -1) : text;
  if (!Object.hasOwn(model.types, name)) return { type: name, values: undefined, required };
  const { text: type, values } = compiledType(model, name);
  return { type, values, required };
}

type Written = NonNullable<SchemaModel["types"][string]["children"]>[number];

function particleOf(written: Written): Particle {
  if (typeof written !== "string") return { ...occurs(written.times), choices: written.choice.map(elementOf) };
  return { ...occurs(String(written.split(" ")[2]).replace("~", "")), choices: [elementOf(written)] };
}

const occurs = (times: string): Pick<Particle, "least" | "many"> => ({ least: times !== "?" && times !== "*", many: times === "*" || times === "+" });

function elementOf(written: string): Particle["choices"][number] {
  const [name, type] = written.split(" ");
  return { name: String(name), type: String(type), isNillable: written.endsWith("~") };
}
