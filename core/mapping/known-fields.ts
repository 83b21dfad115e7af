import { isJsonList, isJsonObject, type Json, type JsonObject } from "../documents/exact-json.ts";
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
  addPaths(conditionPaths(table.when), root, root);
  addRoute(table, root);
  addRules(table.fields, root, root);
  addPaths(
    table.ignored.map(({ source }) => source),
    root,
    root,
  );
  return (document) => {
    const found: string[] = [];
    collect(document, root, [], found);
    return found;
  };
}

function addRoute({ route }: MappingTable, root: Node): void {
  if (route === undefined) return;
  const { subject, object, version, ownNumber, site, volatile, cancel = [] } = route;
  const reads = [subject, object, version, ownNumber, site].flat().flatMap((read) => (read === undefined ? [] : pathsOf(read)));
  addPaths([...reads, ...volatile, ...conditionPaths(cancel.flat())], root, root);
}

function addRules(rules: readonly FieldRule[], at: Node, root: Node): void {
  for (const rule of rules) {
    if ("lines" in rule) addLines(rule, at, root);
    else addPaths([...pathsOf(rule), ...conditionPaths(rule.when)], at, root);
  }
}

function addLines(rule: LinesRule, at: Node, root: Node): void {
  const inside = placed(parsePath(rule.lines), at, root);
  if (inside === undefined) return;
  addPaths(conditionPaths(rule.when), inside, root);
  if (Array.isArray(rule.required)) addPaths(conditionPaths(rule.required), at, root);
  addPaths(linePathsOf(rule), inside, root);
  if (rule.match !== undefined) addPaths([rule.match.here], at, root);
  addRules(rule.fields, inside, root);
}

/** What a list reads of each of its lines, to tell which they are and where they belong. */
export const linePathsOf = ({ match, nest }: Pick<LinesRule, "match" | "nest">): readonly string[] => [
  ...(match === undefined ? [] : [match.line]),
  ...(nest === undefined ? [] : [nest.id, nest.parent]),
];

/** What a rule reads, from where it stands. */
export function pathsOf({ source = [], convert = [] }: Pick<ValueRule, "source" | "convert">): readonly string[] {
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
    case "atMost":
      return [converter.of, converter.unit, converter.ofUnit];
    case "inPlantUnit":
      return [converter.material, converter.unit];
    case "total":
      return converter.alike === undefined ? [] : converter.alike;
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

const conditionPaths = (conditions: readonly Condition[] = []): string[] =>
  conditions.flatMap((condition) => ("equals" in condition ? [condition.path, condition.equals] : [condition.path]));

const addPaths = (paths: readonly string[], at: Node, root: Node): void => {
  for (const path of paths) add(path, at, root);
};

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
  } else if (isJsonObject(value)) collectMembers(value, node, at, found);
  else if (!node.isRead && value !== "" && value !== null) put(at, found);
}

function collectMembers(value: JsonObject, node: Node, at: readonly PropertyKey[], found: string[]): void {
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
