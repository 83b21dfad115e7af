import * as z from "zod";
import type { CanonicalDocument } from "../documents/canonical.ts";
import type { ObjectShape, Shape, TextShape } from "./canonical-shape.ts";

type Node = string | undefined | readonly Node[] | Members;
type Members = { readonly [name: string]: Node };
type Check = (value: Node) => boolean;

/**
 * The strict canonical schema as closures: whether it accepts what rules made. It knows no member that the schema does not: table-check.ts lets no rule make one.
 * zod stays the judge of why not.
 */
export function canonicalCheck(shape: ObjectShape): (made: Node) => made is CanonicalDocument {
  const check = checkOf(shape);
  return (made): made is CanonicalDocument => check(made);
}

function checkOf(shape: Shape): Check {
  if (shape.kind === "object") return objectCheck(shape);
  if (shape.kind === "list") return listCheck(checkOf(shape.element));
  const accepts = textCheck(shape);
  return (value) => typeof value === "string" && accepts(value);
}

const isList = (value: Node): value is readonly Node[] => Array.isArray(value);

function listCheck(check: Check): Check {
  return (value) => {
    if (!isList(value)) return false;
    for (const element of value) if (!check(element)) return false;
    return true;
  };
}

function objectCheck({ members }: ObjectShape): Check {
  const checks = [...members].map(([name, { shape, required }]) => memberCheck(name, required, checkOf(shape)));
  return (value) => {
    if (typeof value !== "object" || isList(value)) return false;
    for (const check of checks) if (!check(value)) return false;
    return true;
  };
}

function memberCheck(name: string, required: boolean, check: Check): (value: Members) => boolean {
  return (value) => {
    const member = value[name];
    return member === undefined ? !required : check(member);
  };
}

/** Length and pattern, or the values there are; what else a schema may ask is asked of the schema. */
function textCheck({ schema, values }: TextShape): (text: string) => boolean {
  if (values !== undefined) {
    const known = new Set(values);
    return (text) => known.has(text);
  }
  if (!(schema instanceof z.ZodString)) return (text) => schema.safeParse(text).success;
  const checks = schema.def.checks === undefined ? [] : schema.def.checks.map(({ _zod }) => ruleOf(_zod.def));
  const [only, second] = checks;
  if (checks.includes(undefined)) return (text) => schema.safeParse(text).success;
  if (only !== undefined && second === undefined) return only;
  return (text) => checks.every((check) => check?.(text) === true);
}

type Rule = ((text: string) => boolean) | undefined;

/** One check of a zod string; undefined for one that is not known here. */
function ruleOf(check: object): Rule {
  if (isLength(check, "min_length")) return (text) => text.length >= Number(check.minimum);
  if (isLength(check, "max_length")) return (text) => text.length <= Number(check.maximum);
  if ("pattern" in check && check.pattern instanceof RegExp && isStateless(check.pattern)) {
    const { pattern } = check;
    return (text) => pattern.test(text);
  }
  return undefined;
}

const isLength = (check: object, kind: string): check is { readonly minimum?: unknown; readonly maximum?: unknown } => "check" in check && check.check === kind;

const isStateless = ({ flags }: RegExp): boolean => !flags.includes("g") && !flags.includes("y");
