import { isJsonObject } from "../documents/exact-json.ts";
import { type Lines, linesReaderOf, type Path, parsePath, readerOf, type Scope, startOf } from "./paths.ts";
import type { LinesRule } from "./table.ts";
import { textOf } from "./texts.ts";

/** Finds the lines a rule goes through from where it stands: all at its path, or those that match. */
export function lineFinderOf(path: Path, match: LinesRule["match"]): (scope: Scope) => Lines {
  const read = linesReaderOf(path);
  if (match === undefined) return read;
  const readHere = readerOf(parsePath(match.here));
  const readLine = readerOf(parsePath(match.line));
  /** By what the lines stand in, which is read once for all places that ask. */
  const known = new WeakMap<object, ReadonlyMap<string, Scope[]>>();
  return (scope) => {
    const here = textOf(readHere(scope));
    const start = startOf(path, scope);
    if (here === undefined || start === undefined || !isJsonObject(start.value)) return NONE;
    const index = known.get(start.value) ?? byText(read(scope).lines, readLine);
    known.set(start.value, index);
    const lines = index.get(here);
    return lines === undefined ? NONE : { lines, isList: true };
  };
}

/** Nothing that belongs here makes no list. */
const NONE: Lines = { lines: [], isList: false };

function byText(lines: readonly Scope[], read: ReturnType<typeof readerOf>): ReadonlyMap<string, Scope[]> {
  const index = new Map<string, Scope[]>();
  for (const line of lines) {
    const text = textOf(read(line));
    if (text !== undefined) put(index, text, line);
  }
  return index;
}

export type Tree = { readonly line: Scope; readonly inside: readonly Tree[] };

/** Deeper than any routing, less deep than any parser of the receiver gives up at. */
const DEEPEST = 40;

/** Lines by their own words inside one another, in their order; `lost` name as their parent what is none of the lines, or at last themselves. */
export function treesOf(lines: readonly Scope[], nest: NonNullable<LinesRule["nest"]>): { readonly trees: readonly Tree[]; readonly lost: readonly Scope[] } {
  const readId = readerOf(parsePath(nest.id));
  const readParent = readerOf(parsePath(nest.parent));
  const inside = byText(lines, readParent);
  const reached = new Set<Scope>();
  const treeOf = (line: Scope, depth: number): Tree => {
    reached.add(line);
    const id = textOf(readId(line));
    const held = id === undefined || depth === DEEPEST ? [] : (inside.get(id) ?? []);
    return { line, inside: held.filter((each) => !reached.has(each)).map((each) => treeOf(each, depth + 1)) };
  };
  const trees = lines.filter((line) => readParent(line) === undefined).map((line) => treeOf(line, 1));
  return { trees, lost: lines.filter((line) => !reached.has(line)) };
}

function put(index: Map<string, Scope[]>, text: string, line: Scope): void {
  const held = index.get(text);
  if (held === undefined) index.set(text, [line]);
  else held.push(line);
}
