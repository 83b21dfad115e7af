import { isJsonList, isJsonObject, type Json } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { type Path, parsePath } from "./paths.ts";
import type { Condition, Converter, FieldRule, LinesRule, MappingTable, ValueRule } from "./table.ts";

/** A place in a system's documents that its table knows. */
type Node = { readonly members: Map<string, Node>; readonly up: Node | undefined; isRead: boolean };

const newNode = (up: Node | undefined): Node => ({ members: new Map(), up, isRead: false });

const MOST_UNKNOWN_FIELDS = 50;
const LONGEST_POINTER = 200;

/** Finds the members of a document that no rule of the table reads or ignores: the first 50, by JSON Pointer. */
export function unknownFieldsOf(table: MappingTable): (document: Json) => readonly string[] {
  const root = newNode(undefined);
  for (const condition of table.when) addCondition(condition, root, root);
  addRoute(table, root);
  addRules(table.fields, root, root);
  for (const { source } of table.ignored) add(source, root, root);
  return (document) => {
    const found: string[] = [];
    collect(document, root, [], found);
    return found;
  };
}

function addRoute({ route }: MappingTable, root: Node): void {
  if (route === undefined) return;
  const { subject, object, version, ownNumber, site, volatile, cancel = [] } = route;
  const reads = [subject, object, version, ownNumber, site].flat().flatMap((read) => (read === undefined ? [] : read.source));
  for (const path of [...reads, ...volatile]) add(path, root, root);
  for (const condition of cancel.flat()) addCondition(condition, root, root);
}

function addRules(rules: readonly FieldRule[], at: Node, root: Node): void {
  for (const rule of rules) {
    const { when = [] } = rule;
    const inside = "lines" in rule ? placed(parsePath(rule.lines), at, root) : at;
    if (inside === undefined) continue;
    if ("lines" in rule) addMatch(rule, at, inside, root);
    for (const condition of when) addCondition(condition, inside, root);
    if ("lines" in rule) addRules(rule.fields, inside, root);
    else for (const path of pathsOf(rule)) add(path, inside, root);
  }
}

function addMatch({ match, nest }: LinesRule, at: Node, inside: Node, root: Node): void {
  if (match !== undefined) {
    add(match.line, inside, root);
    add(match.here, at, root);
  }
  if (nest !== undefined) for (const path of [nest.id, nest.parent]) add(path, inside, root);
}

/** What a rule reads, from where it stands. */
export function pathsOf({ source = [], convert = [] }: ValueRule): readonly string[] {
  return [...source, ...convert.flatMap(pathsIn)];
}

/** What a converter reads beside its own value. */
function pathsIn(converter: Converter): readonly string[] {
  switch (converter.use) {
    case "instant":
      return converter.time === undefined ? [] : [converter.time];
    case "concat": {
      const { before = [], after = [] } = converter;
      return [...before, ...after].flatMap((part) => ("path" in part ? [part.path] : []));
    }
    case "inPlantUnit":
      return [converter.material, converter.unit];
    case "plantUnit":
      return [converter.material];
    case "lineage": {
      const { of: place = ".", read = [] } = converter;
      return read.map((path) => `${place}/${path}`);
    }
    default:
      return [];
  }
}

function addCondition(condition: Condition, at: Node, root: Node): void {
  add(condition.path, at, root);
  if ("equals" in condition) add(condition.equals, at, root);
}

function add(path: string, at: Node, root: Node): void {
  const node = placed(parsePath(path), at, root);
  if (node !== undefined) node.isRead = true;
}

/** The node of a path; made where it is not there. Undefined above the root. */
function placed(path: Path, from: Node, root: Node): Node | undefined {
  let node: Node | undefined = path.absolute ? root : from;
  for (let up = 0; up < path.ups; up += 1) node = node?.up;
  for (const step of path.steps) {
    if (node === undefined) return undefined;
    node = memberNode(node, step.name);
    if (step.nested !== undefined) node.members.set(step.nested, node);
    if (step.select !== undefined) memberNode(node, step.select.child).isRead = true;
  }
  return node;
}

function memberNode(node: Node, name: string): Node {
  const known = node.members.get(name) ?? newNode(node);
  node.members.set(name, known);
  return known;
}

function collect(value: Json, node: Node, at: readonly PropertyKey[], found: string[]): void {
  if (isJsonList(value)) {
    value.forEach((element, index) => {
      collect(element, node, [...at, index], found);
    });
    return;
  }
  if (!isJsonObject(value)) {
    if (!node.isRead && value !== "" && value !== null) put(at, found);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (found.length === MOST_UNKNOWN_FIELDS) return;
    const known = name === "#text" ? node : node.members.get(name);
    if (known === undefined) put([...at, name], found);
    else collect(member, known, [...at, name], found);
  }
}

function put(at: readonly PropertyKey[], found: string[]): void {
  if (found.length < MOST_UNKNOWN_FIELDS) found.push(pointerOf(at).slice(0, LONGEST_POINTER));
}
