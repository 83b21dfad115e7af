import { type Json, writeExactJson } from "../../core/documents/exact-json.ts";
import { SiteId } from "../../core/documents/ids.ts";
import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";
import type { EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import type { Wording } from "../../core/effects/wording.ts";
import { type CompiledTable, compileTable } from "../../core/mapping/compile.ts";
import { mappingContext } from "../../core/mapping/context.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import { tableNameOf } from "../../core/mapping/table-set.ts";
import type { Connection } from "../../core/settings/settings.ts";
import { callOutcomeOf } from "../call-outcome.ts";
import { createJsonCalls, type JsonCallsOptions } from "../json-calls.ts";
import { answersOf } from "./classify-answer.ts";
import { TargetForm } from "./target-form.ts";

export type RestTargetOptions = JsonCallsOptions & {
  readonly connection: Connection;
  /** The set's `target.json`; absent: nothing can be told to it. */
  readonly target: unknown;
  /** All tables of the set. */
  readonly tables: readonly unknown[];
};

class TargetTableRefused extends Error {
  override readonly name = "TargetTableRefused";
}

/**
 * A system that is called by tables: what it is told is made by one, what it answers is read by the set's `target.json`.
 * Each method is at most one request; nothing is thrown for what a partner or a network does.
 * @throws TargetTableRefused, ZodError where the set's own files are wrong: a test reads them all
 */
export function createRestTarget(options: RestTargetOptions): TargetSystem {
  const { connection, clock } = options;
  if (options.target === undefined) return untold(connection);
  const form = TargetForm.parse(options.target);
  const ways = waysOf(form, options.tables);
  const readingOf = answersOf(form);
  const calls = createJsonCalls(options);

  const tell = async (call: EffectCall, action: string, told: object): Promise<CallOutcome> => {
    const made = madeBy(ways, connection, call, action, told);
    if (made.kind === "unsaid") return { kind: "park", reason: made.reason };
    const answer = await calls({ method: "POST", path: made.path, deadline: call.deadline, key: call.key, body: made.body });
    return callOutcomeOf(answer, readingOf(call.key, clock.now()), clock.now());
  };

  return {
    capabilities: { ...form.capabilities, asynchronous: false },
    post: (call) => tell(call, call.action, toldOf(call)),
    reverse: (call: ReverseCall) => tell(call, "reverse", { ...toldOf(call), original: call.original }),
    lookUp: () => Promise.resolve({ kind: "retry", reason: NO_LOOK_UP }),
  };
}

type Way = TargetForm["calls"][number] & { readonly compiled: CompiledTable };
type Made = { readonly kind: "made"; readonly path: string; readonly body: string } | { readonly kind: "unsaid"; readonly reason: Reason };

const waysOf = (form: TargetForm, tables: readonly unknown[]): readonly Way[] =>
  form.calls.map((call) => ({ ...call, compiled: wayTable(call.table, tables) }));

/** The body that a table makes, and where it goes. */
function madeBy(ways: readonly Way[], connection: Connection, call: EffectCall, action: string, told: object): Made {
  const way = ways.find(({ actions, compiled }) => actions.some((known) => known === action) && compiled.table.documentType === call.document.type);
  if (way === undefined) return { kind: "unsaid", reason: noTable(connection, action, call) };
  const { made, reasons } = way.compiled.make(asJson(told), mappingContext(connection, { id: SiteId.parse(call.document.hierarchyScope) }));
  const [fault] = reasons;
  return fault === undefined ? { kind: "made", path: way.path, body: writeExactJson(made) } : { kind: "unsaid", reason: fault };
}

/** The request as it is sent. @throws ZodError, TargetTableRefused as createRestTarget */
export function restWording(
  connection: Connection,
  { target, tables }: { readonly target?: unknown; readonly tables: readonly unknown[] },
  call: EffectCall,
): Wording {
  const ways = target === undefined ? [] : waysOf(TargetForm.parse(target), tables);
  const made = madeBy(ways, connection, call, call.action, toldOf(call));
  return made.kind === "made" ? { kind: "said", call: `POST ${made.path}`, text: made.body, complete: true } : made;
}

const NO_LOOK_UP: Reason = { code: "ORL-CALL-010", message: "a system of nothing but tables cannot be asked for a posting" };

/** What the table is given to make a body from: only what concerns the partner. */
const toldOf = ({ key, action, document, plantReference, reason }: EffectCall) => ({
  key,
  action,
  document,
  ...(plantReference === undefined ? {} : { plantReference }),
  ...(reason === undefined ? {} : { reason: { code: reason.code, message: reason.message } }),
});

/** A canonical document has texts, lists and objects alone. */
const asJson = (value: object): Json => JSON.parse(JSON.stringify(value));

function wayTable(name: string, tables: readonly unknown[]): CompiledTable {
  const found = tables.find((table) => tableNameOf(table) === name);
  if (found === undefined) throw new TargetTableRefused(`target.json names the table ${name}, which its set does not have`);
  const table = MappingTable.parse(found);
  if (table.direction !== "from-canonical" || table.reads !== "effect")
    throw new TargetTableRefused(`target.json names the table ${name}, which does not make what a system is told`);
  return compileTable(table);
}

function noTable(connection: Pick<Connection, "id">, action: string, { document }: EffectCall): Reason {
  return {
    code: "ORL-CALL-014",
    message: `no table says how connection ${connection.id} takes ${action} of a ${document.type}`,
    owner: "integration engineer",
    next: "add a table from-canonical and a call to the set's target.json, or route this type elsewhere; then replay",
  };
}

/** A system that only sends. */
function untold(connection: Connection): TargetSystem {
  const park = (call: EffectCall): Promise<CallOutcome> => Promise.resolve({ kind: "park", reason: noTable(connection, call.action, call) });
  return {
    capabilities: { lookup: false, reverse: false, idempotent: false, asynchronous: false },
    post: park,
    reverse: park,
    lookUp: () => Promise.resolve({ kind: "retry", reason: NO_LOOK_UP }),
  };
}
