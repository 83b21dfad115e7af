import { pointerOf } from "./json-pointer.ts";
import { attributeFaults, textFaults } from "./schema-content.ts";
import type { SchemaModel, SchemaType } from "./schema-model.ts";
import { orderOf } from "./schema-order.ts";
import { type CompiledType, compiledType, type Particle } from "./schema-types.ts";
import { judged } from "./schema-values.ts";
import type { XmlElement } from "./xml-elements.ts";

/** What a schema has against a document: one text for each fault, the same wherever in its lists the fault stands, so that a connection can tolerate exactly it. */
export type Complaint = {
  /** `OperationsPerformance/OperationsResponse/SegmentResponse: ActualEndTim is not expected here; expected ActualEndTime` */
  readonly text: string;
  /** JSON Pointer into the tree of exact-xml.ts. */
  readonly path: string;
};

/** An element in what it stands in. */
type Place = { readonly element: XmlElement; readonly around: Place | undefined };

/** @returns all complaints in the order of the document; none where the schema is kept */
export function complaintsOf(model: SchemaModel, root: XmlElement): readonly Complaint[] {
  const type = model.roots[root.name];
  if (type === undefined) return [];
  const found: Complaint[] = [];
  new Checker(model, found).element({ element: root, around: undefined }, type, false);
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

  element(place: Place, typeName: string, isNillable: boolean): void {
    const { element } = place;
    const type = compiledType(this.#model, typeName);
    for (const fault of attributeFaults(element, type)) this.#complain(place, fault);
    const said = element.attributes.find(({ name, namespace }) => name === "nil" && namespace === XSI)?.value;
    const nil = said === undefined ? undefined : judged("boolean", said);
    if (nil !== undefined && !isNillable) this.#complain(place, "it cannot be nil");
    else if (nil?.isRight === false) this.#complain(place, "whether it is nil is neither true nor false");
    else if (nil?.value === "true" || nil?.value === "1") this.#nothing(place);
    else if (type.particles === undefined) this.#text(place, type);
    else this.#children(place, type.particles, type.any);
  }

  #complain(place: Place, fault: string): void {
    this.#found.push({ text: `${shownNames(place)}: ${fault}`, path: pointerOf(stepsTo(place, this.#model.namespace)) });
  }

  #nothing(place: Place): void {
    if (place.element.children.length > 0 || place.element.text !== "") this.#complain(place, "it is nil, and holds something");
  }

  #text(place: Place, type: CompiledType): void {
    for (const child of place.element.children) this.#complain(place, `${child.name} is not expected here; expected text alone`);
    for (const fault of textFaults(place.element.text, type)) this.#complain(place, fault);
  }

  #children(place: Place, particles: readonly Particle[], any: SchemaType["any"]): void {
    if (/[^ \t\r\n]/.test(place.element.text)) this.#complain(place, "text is not expected here; expected elements alone");
    if (any === undefined) this.#inOrder(place, particles);
    else if (any === "strict") this.#anyOf(place);
  }

  #anyOf(around: Place): void {
    for (const element of around.element.children) {
      const place = { element, around };
      const type = element.namespace === this.#model.namespace ? this.#model.others[element.name] : undefined;
      if (type === undefined) this.#complain(place, "the schema does not know it");
      else if (type !== "") this.element(place, type, false);
    }
  }

  #inOrder(around: Place, particles: readonly Particle[]): void {
    for (const found of orderOf(around.element.children, particles, this.#model.namespace)) {
      if (found.kind === "fault") this.#complain(around, found.fault);
      else this.element({ element: found.child, around }, found.choice.type, found.choice.isNillable);
    }
  }
}

function namesTo({ element, around }: Place): readonly string[] {
  return around === undefined ? [element.name] : [...namesTo(around), element.name];
}

/** Of a transaction the path begins with its noun: the same fault is one complaint, whatever the verb. */
function shownNames(place: Place): string {
  const names = namesTo(place);
  const noun = names.indexOf("DataArea") + 1;
  return (noun > 0 && noun < names.length ? names.slice(noun) : names).join("/");
}

/** In the tree: a number only where several have one name. */
function stepsTo({ element, around }: Place, namespace: string): readonly PropertyKey[] {
  if (around === undefined) return [];
  const keyOf = (child: XmlElement): string => (child.namespace === namespace || child.namespace === "" ? child.name : `{${child.namespace}}${child.name}`);
  const key = keyOf(element);
  const alike = around.element.children.filter((child) => keyOf(child) === key);
  return [...stepsTo(around, namespace), key, ...(alike.length > 1 ? [alike.indexOf(element)] : [])];
}
