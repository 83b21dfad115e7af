import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SchemaModel, type SchemaType } from "../core/documents/schema-model.ts";
import { type XmlElement, xmlElementsOf } from "../core/documents/xml-elements.ts";
import { samplesFolder } from "./sample-accounts.ts";

/**
 * connectors/b2mml/schema/*.json, derived from the published schemas, which are not copied into the project: their names and rules are facts, kept with the credit
 * that their licence asks for. Where they are: `node local/with-node-24.mjs local/derive-b2mml-schemas.ts`; a test compares what it makes.
 */

const CREDIT = "Derived from the B2MML schemas. The Business To Manufacturing Markup Language (B2MML) is used courtesy of MESA International.";
const VERBS = ["Process", "Change", "Sync", "Show", "Cancel"];

export const VERSIONS = [
  {
    file: "v7.json",
    entry: "Schema/AllSchemas.xsd",
    nouns: ["OperationsPerformance", "TestResult", "OperationsTestInformation", "MaterialLot", "MaterialInformation"],
  },
  { file: "v0401.json", entry: "V0401/B2MML-V0401-ProductionPerformance.xsd", nouns: ["ProductionPerformance"] },
] as const;

const XSD = "http://www.w3.org/2001/XMLSchema";

class NotDerivable extends Error {
  override readonly name = "NotDerivable";
}

type Declared = { readonly elements: Map<string, XmlElement>; readonly types: Map<string, XmlElement>; readonly groups: Map<string, XmlElement> };

const attribute = (element: XmlElement, name: string): string | undefined => element.attributes.find((each) => each.name === name)?.value;
const named = (element: XmlElement): string => String(attribute(element, "name"));
const inside = (element: XmlElement, ...names: string[]): XmlElement[] =>
  element.children.filter(({ namespace, name }) => namespace === XSD && names.includes(name));
/** Without its prefix, but for the types of XML Schema themselves. */
const local = (name: string | undefined): string => String(name).replace(/^(?!xsd:)\w+:/, "");

/** All declarations that the file includes or imports. A file that was not published adds nothing. */
function declaredFrom(entry: string): Declared & { readonly namespace: string } {
  const declared: Declared = { elements: new Map(), types: new Map(), groups: new Map() };
  readInto(declared, entry, new Set());
  const text = textIn(entry);
  if (text === undefined) throw new NotDerivable(`${entry} is not there`);
  return { ...declared, namespace: String(attribute(xmlElementsOf(text), "targetNamespace")) };
}

function readInto(declared: Declared, file: string, read: Set<string>): void {
  const text = read.has(file) ? undefined : textIn(file);
  read.add(file);
  if (text === undefined) return;
  const root = xmlElementsOf(text);
  addDeclared(declared.elements, inside(root, "element"));
  addDeclared(declared.types, inside(root, "complexType", "simpleType"));
  addDeclared(declared.groups, inside(root, "group"));
  for (const other of inside(root, "include", "import")) readInto(declared, join(dirname(file), String(attribute(other, "schemaLocation"))), read);
}

function addDeclared(known: Map<string, XmlElement>, declarations: readonly XmlElement[]): void {
  for (const declaration of declarations) known.set(named(declaration), declaration);
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch {
    return undefined;
  }
}

function timesOf(particle: XmlElement): "" | "?" | "*" | "+" {
  const least = attribute(particle, "minOccurs") === "0";
  const most = attribute(particle, "maxOccurs");
  if (most === "unbounded") return least ? "*" : "+";
  return least ? "?" : "";
}

/** Reads types as they are asked for, and those that they name. */
class Deriver {
  readonly types: Record<string, SchemaType> = {};
  readonly #declared: Declared;
  readonly #aliases = new Map<string, string>();

  constructor(declared: Declared) {
    this.#declared = declared;
  }

  /** The name of a type in the model; a type that adds nothing to another is that other. */
  typeOf(sent: string): string {
    const name = local(sent);
    if (name.startsWith("xsd:")) return name;
    const known = this.#aliases.get(name);
    if (known !== undefined) return known;
    this.#aliases.set(name, name);
    const declaration = this.#declared.types.get(name);
    if (declaration === undefined) throw new NotDerivable(`there is no type ${name}`);
    const made = this.#made(declaration, name);
    if (Object.keys(made).length === 1 && made.of !== undefined) {
      this.#aliases.set(name, made.of);
      return made.of;
    }
    this.types[name] = made;
    return name;
  }

  #made(declaration: XmlElement, name: string): SchemaType {
    if (declaration.name === "simpleType") return this.#simple(declaration);
    const [simple] = inside(declaration, "simpleContent");
    if (simple !== undefined) return this.#simpleContent(simple);
    const [sequence] = inside(declaration, "sequence");
    return { ...(sequence === undefined ? { children: [] } : this.#sequence(sequence, name)), ...this.#attributes(declaration) };
  }

  #simple(declaration: XmlElement): SchemaType {
    const [restriction] = inside(declaration, "restriction");
    // A union with a type that takes any text takes any text.
    if (restriction === undefined) return { text: "normalizedString" };
    return this.#restricted(restriction);
  }

  #simpleContent(simple: XmlElement): SchemaType {
    const [derivation] = inside(simple, "extension", "restriction");
    if (derivation === undefined) throw new NotDerivable("a simple content without a derivation");
    return { ...this.#restricted(derivation), ...this.#attributes(derivation) };
  }

  #restricted(restriction: XmlElement): SchemaType {
    const base = this.typeOf(String(attribute(restriction, "base")));
    const values = [...inside(restriction, "enumeration"), ...inside(restriction, "pattern")].map((facet) => String(attribute(facet, "value")));
    return { ...(base.startsWith("xsd:") ? { text: base.slice("xsd:".length) } : { of: base }), ...(values.length === 0 ? {} : { values }) };
  }

  #attributes(declaration: XmlElement): Pick<SchemaType, "attributes"> {
    const all = inside(declaration, "attribute").map((each): [string, string] => {
      const type = this.typeOf(String(attribute(each, "type"))).replace("xsd:", "");
      return [named(each), `${type}${attribute(each, "use") === "required" ? "!" : ""}`];
    });
    return all.length === 0 ? {} : { attributes: Object.fromEntries(all) };
  }

  #sequence(sequence: XmlElement, within: string): Pick<SchemaType, "children" | "any"> {
    const [any] = inside(sequence, "any");
    if (any !== undefined) return { any: attribute(any, "processContents") === "skip" ? "skip" : "strict" };
    return { children: inside(sequence, "element", "choice", "group", "sequence").flatMap((particle) => this.#particle(particle, within)) };
  }

  #particle(particle: XmlElement, within: string): NonNullable<SchemaType["children"]> {
    if (particle.name === "element") return [this.#element(particle, within)];
    if (particle.name === "choice") return [{ choice: inside(particle, "element").map((each) => this.#element(each, within)), times: timesOf(particle) }];
    const group = this.#declared.groups.get(local(attribute(particle, "ref")));
    const [sequence] = group === undefined ? [] : inside(group, "sequence");
    if (sequence === undefined) throw new NotDerivable(`an unknown group in ${within}`);
    const { children = [] } = this.#sequence(sequence, within);
    // A group that may be absent is its elements, where each of them may be.
    const isPlain = timesOf(particle) === "" || (timesOf(particle) === "?" && children.every((each) => typeof each === "string" && /[?*]~?$/.test(each)));
    if (!isPlain) throw new NotDerivable(`a group in ${within} that is all there or not at all`);
    return children;
  }

  #element(element: XmlElement, within: string): string {
    const name = named(element);
    const [inline] = inside(element, "complexType");
    const type = inline === undefined ? this.typeOf(String(attribute(element, "type"))) : `${within}.${name}`;
    if (inline !== undefined) this.types[type] = this.#made(inline, type);
    return `${name} ${type} ${timesOf(element)}${attribute(element, "nillable") === "true" ? "~" : ""}`.trimEnd();
  }
}

/** @param folder of the published schemas */
export function modelOf(folder: string, { entry, nouns }: { readonly entry: string; readonly nouns: readonly string[] }): SchemaModel {
  const declared = declaredFrom(join(folder, entry));
  const deriver = new Deriver(declared);
  const typeIn = (name: string): string => {
    const element = declared.elements.get(name);
    if (element === undefined) throw new NotDerivable(`there is no element ${name}`);
    return deriver.typeOf(String(attribute(element, "type")));
  };
  const roots = Object.fromEntries(nouns.flatMap((noun) => VERBS.map((verb) => [verb + noun, typeIn(verb + noun)])));
  const others = Object.fromEntries(
    [...declared.elements.values()]
      .map((element): [string, string] => {
        const type = local(attribute(element, "type"));
        return [named(element), Object.hasOwn(deriver.types, type) ? type : ""];
      })
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const types = Object.fromEntries(Object.entries(deriver.types).sort(([one], [other]) => (one < other ? -1 : 1)));
  return SchemaModel.parse({ credit: CREDIT, namespace: declared.namespace, roots, others, types });
}

export const schemasFolder = (): string | undefined => {
  const folder = samplesFolder();
  return folder === undefined ? undefined : join(folder, "MESAInternational__B2MML-BatchML");
};

if (import.meta.main) {
  const folder = schemasFolder();
  if (folder === undefined) console.log("connectors/b2mml/schema stays as it is: there are no samples beside the project");
  else
    for (const version of VERSIONS)
      writeFileSync(
        join(import.meta.dirname, "..", "connectors", "b2mml", "schema", version.file),
        `${JSON.stringify(modelOf(folder, version), undefined, 2)}\n`,
      );
}
