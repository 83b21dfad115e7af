import * as z from "zod";
import { type CanonicalDocument, DecimalText, Instant, UnitCode } from "../documents/canonical.ts";
import { elementOf, type Member, type ObjectShape, type Shape, type TextShape } from "./canonical-shape.ts";
import type { Converter, FieldRule, ValueRule } from "./table.ts";

/**
 * The strict canonical schema as closures, in two parts that together judge as it does: each value where it is put (`textCheck`), and whether all that is needed
 * is there (`wholeCheck`). Where a rule can only give what is right, or gives a value or a reason, nothing is asked again. Members that the schema does not know
 * are none: table-check.ts lets no rule make one. zod stays the judge of why not.
 */

/** Length and pattern, or the values there are; what else a schema may ask is asked of the schema. Undefined where the rule gives nothing wrong. */
export function textCheck(rule: ValueRule, shape: TextShape): ((text: string) => boolean) | undefined {
  if (isAlwaysRight(rule, shape)) return undefined;
  const { schema, values } = shape;
  if (values !== undefined) {
    const known = new Set(values);
    return (text) => known.has(text);
  }
  return schema instanceof z.ZodString ? stringCheck(schema) : (text) => schema.safeParse(text).success;
}

/** What converters make by their own promise; examples, constants and cases were asked of the schema when the table was checked. */
const MAKES: Partial<Record<Converter["use"], z.ZodType>> = { instant: Instant, decimal: DecimalText, unit: UnitCode };

function isAlwaysRight({ constant, convert }: ValueRule, { schema }: TextShape): boolean {
  if (constant !== undefined) return true;
  const last = convert?.at(-1)?.use;
  return last === "choose" || (last !== undefined && MAKES[last] === schema);
}

function stringCheck(schema: z.ZodString): (text: string) => boolean {
  const checks = (schema.def.checks === undefined ? [] : schema.def.checks).map(({ _zod }) => _zod.def);
  const least = checks.find((check) => isLength(check, "min_length"))?.minimum;
  const most = checks.find((check) => isLength(check, "max_length"))?.maximum;
  const patterns = checks.flatMap((check) => ("pattern" in check && check.pattern instanceof RegExp ? [check.pattern] : []));
  const [pattern] = patterns;
  const [from, to] = [Number(least ?? 0), Number(most ?? Number.POSITIVE_INFINITY)];
  // zod counts characters, of which a text has at most as many as it has code units.
  if (pattern === undefined && isAll(checks, least, most) && from <= 1)
    return (text) => (text.length >= from && text.length <= to) || schema.safeParse(text).success;
  if (pattern !== undefined && checks.length === 1 && isStateless(pattern)) return (text) => pattern.test(text);
  return (text) => schema.safeParse(text).success;
}

const isLength = (check: object, kind: string): check is { readonly minimum?: unknown; readonly maximum?: unknown } => "check" in check && check.check === kind;
const isAll = (checks: readonly object[], least: unknown, most: unknown): boolean =>
  checks.length === (least === undefined ? 0 : 1) + (most === undefined ? 0 : 1);
const isStateless = ({ flags }: RegExp): boolean => !flags.includes("g") && !flags.includes("y");

type Node = string | undefined | readonly Node[] | Members;
type Members = { readonly [name: string]: Node };
type Check = (value: Node) => boolean;

/** Whether what the rules made, without a reason against it and each value right, is a canonical document. */
export function wholeCheck(shape: ObjectShape, rules: readonly FieldRule[]): (made: Node) => made is CanonicalDocument {
  const check = objectCheck(shape, [rules], ENGINE_GIVES);
  return (made): made is CanonicalDocument => check === undefined || check(made);
}

const ENGINE_GIVES: readonly string[] = ["type", "hierarchyScope"];

/** @param ways the rules of each way in which such an object is made: several rules may fill one list */
function objectCheck({ members }: ObjectShape, ways: readonly (readonly FieldRule[])[], given: readonly string[] = []): Check | undefined {
  const checks = [...members].flatMap(([name, member]) => {
    const check = given.includes(name) ? undefined : memberCheck(name, member, ways);
    return check === undefined ? [] : [check];
  });
  if (checks.length === 0) return undefined;
  return (value) => isMembers(value) && checks.every((check) => check(value));
}

const isMembers = (value: Node): value is Members => typeof value === "object" && !Array.isArray(value);
const isList = (value: Node): value is readonly Node[] => Array.isArray(value);

function memberCheck(name: string, { shape, required }: Member, ways: readonly (readonly FieldRule[])[]): ((value: Members) => boolean) | undefined {
  const mustAsk = required && !ways.every((rules) => rules.some((rule) => gives(rule, name)));
  const inside = insideCheck(
    shape,
    ways.map((rules) => below(rules, name)),
  );
  if (!mustAsk && inside === undefined) return undefined;
  return (value) => {
    const member = value[name];
    return member === undefined ? !required : inside === undefined || inside(member);
  };
}

function insideCheck(shape: Shape, ways: readonly Below[]): Check | undefined {
  if (shape.kind === "text") return undefined;
  if (shape.kind === "object")
    return objectCheck(
      shape,
      ways.map(({ members }) => members),
    );
  const element = elementOf(shape);
  const check =
    element.kind === "object"
      ? objectCheck(
          element,
          ways.flatMap(({ lines }) => lines),
        )
      : undefined;
  return check === undefined ? undefined : (value) => isList(value) && value.every(check);
}

type Below = { readonly members: readonly FieldRule[]; readonly lines: readonly (readonly FieldRule[])[] };

/** The rules under one name: those of its members, and those of each list that goes into it. */
const below = (rules: readonly FieldRule[], name: string): Below => ({
  members: rules.flatMap((rule) => (rule.target.startsWith(`${name}/`) ? [{ ...rule, target: rule.target.slice(name.length + 1) }] : [])),
  lines: rules.flatMap((rule) => ("lines" in rule && rule.target === name ? [rule.fields] : [])),
});

/** It gives the member, or a reason why not, whenever the object is there. */
function gives(rule: FieldRule, name: string): boolean {
  if (rule.target !== name) return false;
  // Its `when` is asked of each line; the list itself is made.
  if ("lines" in rule) return rule.required !== undefined;
  if (rule.when !== undefined) return false;
  return rule.required === true || rule.constant !== undefined || rule.default !== undefined || rule.source === undefined;
}
