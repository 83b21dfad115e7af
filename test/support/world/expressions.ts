import jsonata from "jsonata";

/** What an expression of a state sees as `$states`. */
export type States = {
  readonly input: unknown;
  readonly result?: unknown;
  readonly errorOutput?: unknown;
  readonly context: unknown;
};

export type Expression = (states: States) => Promise<unknown>;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** `$states.context.Execution.Input.document`: a plain path through records. */
const PATH = /^\$states((?:\.[A-Za-z]+)+)$/;
const EQUALS = /^(\$states(?:\.[A-Za-z]+)+) = '([a-z-]+)'$/;

function pathIn(text: string): ((states: States) => unknown) | undefined {
  const names = PATH.exec(text)?.[1]?.slice(1).split(".");
  if (names === undefined) return undefined;
  return (states) => names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), states);
}

/** The same as jsonata answers, for the two plain forms that nearly all expressions of our workflows have; undefined for any other. A test holds them to jsonata. */
export function plainExpression(text: string): ((states: States) => unknown) | undefined {
  const equals = EQUALS.exec(text);
  if (equals === null) return pathIn(text);
  const [, path, word] = equals;
  const read = path === undefined ? undefined : pathIn(path);
  return read === undefined ? undefined : (states) => read(states) === word;
}

/** By jsonata itself, as Step Functions evaluates it. */
export function evaluatedByJsonata(text: string): Expression {
  const parsed = jsonata(text);
  return async (states) => parsed.evaluate(undefined, { states });
}

const known = new Map<string, Expression>();

/** An expression without its `{% %}`; parsed once. */
export function expressionOf(text: string): Expression {
  const cached = known.get(text);
  if (cached !== undefined) return cached;
  const plain = plainExpression(text);
  const made: Expression = plain === undefined ? evaluatedByJsonata(text) : async (states) => plain(states);
  known.set(text, made);
  return made;
}

const WRAPPED = /^\{%(.*)%\}$/s;

/** The text of an expression where a string of the definition is one. */
const expressionIn = (value: string): string | undefined => WRAPPED.exec(value)?.[1]?.trim();

/** A value of the definition with every expression in it evaluated. Members whose expression gives nothing fall away, as in jsonata's own objects. */
export async function evaluate(template: unknown, states: States): Promise<unknown> {
  if (typeof template === "string") {
    const expression = expressionIn(template);
    return expression === undefined ? template : expressionOf(expression)(states);
  }
  if (Array.isArray(template)) return Promise.all(template.map((member) => evaluate(member, states)));
  if (!isRecord(template)) return template;
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(template)) {
    const value = await evaluate(member, states);
    if (value !== undefined) result[name] = value;
  }
  return result;
}
