import { pointerOf } from "./json-pointer.ts";
import { attributeFaults, textFaults } from "./schema-content.ts";
import type { SchemaModel, SchemaType } from "./schema-model.ts";
import { orderOf } from "./schema-order.ts";
import { compiledType, type Particle } from "./schema-types.ts";
import type { XmlElement } from "./xml-elements.ts";

/** What a schema has against a document: one text for each fault, the same wherever in its lists the fault stands, so that a connection can tolerate exactly it. */
export type Complaint = {
  /** `OperationsPerformance/OperationsResponse/SegmentResponse: Endtim is not expected here; expected EndTime` */
  readonly text: string;
  /** JSON Pointer into the tree of exact-xml.ts. */
  readonly path: string;
};

/** Where an element stands: names from the root, and places among siblings of one name. */
type Place = { readonly names: readonly string[]; readonly pointer: readonly PropertyKey[] };

/** @returns all complaints in the order of the document; none where the schema is kept */
export function complaintsOf(model: SchemaModel, root: XmlElement): readonly Complaint[] {
  const type = model.roots[root.name];
  if (type === undefined) return [];
  const found: Complaint[] = [];
  new Checker(model, found).element(root, type, false, { names: [root.name], pointer: [] });
  return found;
}

const XSI = "http://www.w3.org/2001/XMLSchema-instance";

class Checker {
  readonly #model: SchemaModel;
  readonly #found: Complaint[];

  constructor(model: SchemaModel, found: Complaint[]) {
    this.#model = model;
    this.#found = found;
  }

  element(element: XmlElement, typeName: string, isNillable: boolean, place: Place): void {
    const type = compiledType(this.#model, typeName);
    for (const fault of attributeFaults(element, type)) this.#complain(place, fault);
    const nil = element.attributes.find(({ name, namespace }) => name === "nil" && namespace === XSI)?.value.trim();
    if (nil !== undefined && !isNillable) this.#complain(place, "it cannot be nil");
    else if (nil === "true" || nil === "1") this.#nothing(element, place);
    else if (type.particles === undefined) this.#text(element, type, place);
    else this.#children(element, type.particles, type.any, place);
  }

  #complain({ names, pointer }: Place, fault: string): void {
    this.#found.push({ text: `${shownNames(names)}: ${fault}`, path: pointerOf(pointer) });
  }

  #nothing(element: XmlElement, place: Place): void {
    if (element.children.length > 0 || element.text !== "") this.#complain(place, "it is nil, and holds something");
  }

  #text(element: XmlElement, type: Parameters<typeof textFaults>[1], place: Place): void {
    for (const child of element.children) this.#complain(place, `${child.name} is not expected here; expected text alone`);
    for (const fault of textFaults(element.text, type)) this.#complain(place, fault);
  }

  #children(element: XmlElement, particles: readonly Particle[], any: SchemaType["any"], place: Place): void {
    if (/[^ \t\r\n]/.test(element.text)) this.#complain(place, "text is not expected here; expected elements alone");
    if (any === undefined) this.#inOrder(element, particles, place);
    else if (any === "strict") this.#anyOf(element, place);
  }

  #anyOf(element: XmlElement, place: Place): void {
    for (const { child, at } of placed(element, this.#model.namespace, place)) {
      const type = child.namespace === this.#model.namespace ? this.#model.others[child.name] : undefined;
      if (type === undefined) this.#complain(at, "the schema does not know it");
      else if (type !== "") this.element(child, type, false, at);
    }
  }

  #inOrder(element: XmlElement, particles: readonly Particle[], place: Place): void {
    const children = placed(element, this.#model.namespace, place);
    for (const found of orderOf(element.children, particles, this.#model.namespace)) {
      if (found.kind === "fault") this.#complain(place, found.fault);
      const child = found.kind === "fits" ? children[found.index] : undefined;
      if (child !== undefined && found.kind === "fits") this.element(child.child, found.choice.type, found.choice.isNillable, child.at);
    }
  }
}

/** Of a transaction the path begins with its noun: the same fault is one complaint, whatever the verb. */
function shownNames(names: readonly string[]): string {
  const noun = names.indexOf("DataArea") + 1;
  return (noun > 0 && noun < names.length ? names.slice(noun) : names).join("/");
}

/** The children with their places in the tree: a number only where several have one name. */
function placed(element: XmlElement, namespace: string, { names, pointer }: Place): readonly { readonly child: XmlElement; readonly at: Place }[] {
  const keyOf = (child: XmlElement): string => (child.namespace === namespace || child.namespace === "" ? child.name : `{${child.namespace}}${child.name}`);
  const totals = Map.groupBy(element.children, keyOf);
  const seen = new Map<string, number>();
  return element.children.map((child) => {
    const key = keyOf(child);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    const own = (totals.get(key)?.length ?? 0) > 1 ? [key, index] : [key];
    return { child, at: { names: [...names, child.name], pointer: [...pointer, ...own] } };
  });
}
