import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Condition, Write } from "../core/ledger/ledger-store.ts";
import { type Attributes, encode, encodeKey, encodeMap } from "./attribute-values.ts";

type Update = Extract<Write, { kind: "update" }>;

/** Aliases for names and values: no word of ours meets DynamoDB's reserved ones, and no text from outside becomes part of an expression. */
class Aliases {
  readonly names: Record<string, string> = {};
  readonly values: Attributes = {};
  private readonly known = new Map<string, string>();
  private count = 0;

  path(dotted: string): string {
    return dotted
      .split(".")
      .map((name) => this.name(name))
      .join(".");
  }

  value(value: Parameters<typeof encode>[0]): string {
    const alias = `:v${this.count}`;
    this.count += 1;
    this.values[alias] = encode(value);
    return alias;
  }

  private name(name: string): string {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (name === "") throw new RangeError("a path has an empty name");
    const alias = `#n${this.known.size}`;
    this.known.set(name, alias);
    this.names[alias] = name;
    return alias;
  }

  /** DynamoDB refuses maps that are given and empty. */
  attributes(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Attributes } {
    return {
      ...(this.known.size === 0 ? {} : { ExpressionAttributeNames: this.names }),
      ...(this.count === 0 ? {} : { ExpressionAttributeValues: this.values }),
    };
  }
}

function pathText(condition: Extract<Condition, { path: string }>, aliases: Aliases): string {
  const path = aliases.path(condition.path);
  if ("is" in condition) return `${path} = ${aliases.value(condition.is)}`;
  if ("isNot" in condition) return `${path} <> ${aliases.value(condition.isNot)}`;
  if ("atMost" in condition) return `${path} <= ${aliases.value(condition.atMost)}`;
  return "exists" in condition ? `attribute_exists(${path})` : `attribute_not_exists(${path})`;
}

function conditionText(condition: Condition, aliases: Aliases): string {
  if ("path" in condition) return pathText(condition, aliases);
  return "exists" in condition ? `attribute_exists(${aliases.path("pk")})` : `attribute_not_exists(${aliases.path("pk")})`;
}

function guardOf(conditions: readonly Condition[] | undefined, aliases: Aliases): { ConditionExpression?: string } {
  if (conditions === undefined || conditions.length === 0) return {};
  return { ConditionExpression: conditions.map((condition) => conditionText(condition, aliases)).join(" AND ") };
}

const clause = (word: string, parts: readonly string[]): string[] => (parts.length === 0 ? [] : [`${word} ${parts.join(", ")}`]);

const overlap = (one: string, other: string): boolean => one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);

/** What DynamoDB refuses and the local cloud does not. */
function refuseBadPaths(paths: readonly string[]): void {
  const key = paths.find((path) => path === "pk" || path === "sk");
  if (key !== undefined) throw new RangeError(`${key} is part of the key: it cannot change`);
  const twice = paths.find((path, at) => paths.slice(0, at).some((before) => overlap(path, before)));
  if (twice !== undefined) throw new RangeError(`the path ${twice} overlaps with another of the same update`);
}

function updateText({ set = {}, add = {}, remove = [] }: Update, aliases: Aliases): string {
  refuseBadPaths([...Object.keys(set), ...Object.keys(add), ...remove]);
  const sets = Object.entries(set).map(([path, value]) => `${aliases.path(path)} = ${aliases.value(value)}`);
  // Not the ADD clause: it is documented for top-level attributes only.
  const sums = Object.entries(add).map(([path, by]) => {
    const alias = aliases.path(path);
    return `${alias} = if_not_exists(${alias}, ${aliases.value(0)}) + ${aliases.value(by)}`;
  });
  const removed = remove.map((path) => aliases.path(path));
  const text = [...clause("SET", [...sets, ...sums]), ...clause("REMOVE", removed)].join(" ");
  if (text === "") throw new RangeError("an update that changes nothing");
  return text;
}

/** A write as a member of a transaction, which holds the parameters of the single calls too. */
export function memberOf(write: Write, TableName: string): TransactWriteItem {
  const aliases = new Aliases();
  switch (write.kind) {
    case "put":
      return { Put: { TableName, Item: encodeMap(write.item), ...guardOf(write.if, aliases), ...aliases.attributes() } };
    case "update": {
      const UpdateExpression = updateText(write, aliases);
      return { Update: { TableName, Key: encodeKey(write.key), UpdateExpression, ...guardOf(write.if, aliases), ...aliases.attributes() } };
    }
    case "delete":
      return { Delete: { TableName, Key: encodeKey(write.key), ...guardOf(write.if, aliases), ...aliases.attributes() } };
    case "check": {
      if (write.if.length === 0) throw new RangeError("a check without a condition");
      const ConditionExpression = write.if.map((condition) => conditionText(condition, aliases)).join(" AND ");
      return { ConditionCheck: { TableName, Key: encodeKey(write.key), ConditionExpression, ...aliases.attributes() } };
    }
  }
}
