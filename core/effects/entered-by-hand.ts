import { balanceOf, type ReportedLine } from "../balance/balance.ts";
import type { CanonicalDocument, Quantity } from "../documents/canonical.ts";
import type { Header, Marker } from "../ledger/items.ts";
import { unitFraction } from "../quantities/unit-fractions.ts";
import type { Connection } from "../settings/settings.ts";
import type { EffectPorts } from "./effect.ts";
import type { StepOutcome } from "./outcomes.ts";
import { reasons } from "./reasons.ts";
import type { Action, Entered, FindOutcome, TargetSystem } from "./target-system.ts";

/** What a person entered in a target by hand, in place of an effect of ours (docs/adr/0015). */

/**
 * What differs between what stands there and what the effect would have entered, in words; empty: it is that. Quantities are compared exactly, in units that definitions relate.
 * @param match how the target's order numbers are matched
 */
export function differencesOf(document: CanonicalDocument, action: Action, entered: Entered, match: (number: string) => string): string[] {
  const differences: string[] = [];
  if (!entered.inForce) differences.push(`${entered.reference} is not in force there`);
  if (entered.actions !== undefined && !entered.actions.includes(action))
    differences.push(`it is ${entered.actions.length === 0 ? "nothing of the kind" : entered.actions.join(" or ")}, not ${action}`);
  const order = orderOf(document);
  if (entered.order !== undefined && order !== undefined && match(entered.order) !== match(order))
    differences.push(`it is for order ${entered.order}, the document for ${order}`);
  return entered.lines === undefined ? differences : [...differences, ...lineDifferences(linesOf(document, action), entered.lines)];
}

const orderOf = (document: CanonicalDocument): string | undefined => {
  if (document.type === "OperationsRequest") return document.id;
  return "operationsRequestId" in document ? document.operationsRequestId : undefined;
};

type Line = { readonly materialUse: "Consumed" | "Produced"; readonly material: string; readonly lot?: string | undefined; readonly quantity: Quantity };

/** What an effect enters of quantities; undefined where it enters none. */
function linesOf(document: CanonicalDocument, action: Action): readonly Line[] | undefined {
  if (document.type === "MaterialActual" && action === "post") return [lineOf("Consumed", document)];
  if (document.type !== "SegmentResponse" || (action !== "post-backflush" && action !== "receive-output")) return undefined;
  const use = action === "post-backflush" ? "Consumed" : "Produced";
  return document.materialActuals.filter(({ materialUse }) => materialUse === use).map((line) => lineOf(use, line));
}

type Told = { readonly materialDefinitionId: string; readonly materialLotId?: string | undefined; readonly quantity: Quantity };
const lineOf = (materialUse: Line["materialUse"], { materialDefinitionId, materialLotId, quantity }: Told): Line => ({
  materialUse,
  material: materialDefinitionId,
  ...(materialLotId === undefined ? {} : { lot: materialLotId }),
  quantity,
});

function lineDifferences(wanted: readonly Line[] | undefined, there: readonly Line[]): string[] {
  if (wanted === undefined) return [];
  const reported = wanted.map((line): ReportedLine => ({ ...line, posted: true }));
  const books = there.map(({ lot, ...line }) => ({ ...line, ...(lot === undefined ? {} : { lot }), reference: "" }));
  return balanceOf(reported, books, [], (_material, unit, base) => unitFraction(unit, base)).flatMap(
    ({ verdict, materialUse, material, lot, unit, ...row }) => {
      if (verdict === "equal") return [];
      const what = `${materialUse === "Consumed" ? "consumed" : "produced"} ${material}${lot === undefined ? "" : ` of lot ${lot}`}`;
      return [`${what}: ${inUnit(row.books, unit, verdict)} there, ${inUnit(row.reported, unit, verdict)} in the document`];
    },
  );
}

const inUnit = (value: string, unit: string, verdict: string): string => (verdict === "no-conversion" ? value : `${value} ${unit}`);

export type AskedTarget = { readonly connection: Connection; readonly target: TargetSystem; readonly remainingMs: () => number };

/** Asks a target for one of its own numbers, under its load budget. */
export async function askFor(ports: EffectPorts, { connection, target, remainingMs }: AskedTarget, number: string, action: Action): Promise<FindOutcome> {
  const { find } = target;
  if (find === undefined) return { kind: "cannot-tell", why: `connection ${connection.id} cannot be asked for a number of its own` };
  const permit = await ports.budget.take(connection, remainingMs() / 2);
  if (permit.kind === "later") return { kind: "retry", reason: reasons.budget(permit.why) };
  const found = await find(number, action, ports.clock.now() + Math.max(0, Math.min(ports.settings.limits.callSeconds * 1000, remainingMs() - 500)));
  await permit.done(found.kind === "retry" ? "failed" : "answered");
  return found;
}

/** Where the reversal of what a person entered stands: the person's own task, and looked up where that can be. */
export type ByHandReversal =
  | { readonly kind: "reversed" }
  /** `marker`: to be remembered, since only that person can tell that it is done. */
  | { readonly kind: "not-yet"; readonly outcome: StepOutcome; readonly marker?: Marker };

/**
 * What a person entered, a person reverses: we have no key on it to find our own reversal by. Where the target cannot be asked, the replay after the task was told says that it is done.
 * @param told the marker that remembers that the task was told
 */
export async function reversalByHand(
  ports: EffectPorts,
  asked: AskedTarget,
  header: Header,
  step: string,
  action: Action,
  entered: Marker,
  told: Marker,
): Promise<ByHandReversal> {
  const reference = entered.reference ?? header.id;
  const task = reasons.reverseByHand(step, reference);
  const found = await askFor(ports, asked, reference, action);
  switch (found.kind) {
    case "not-found":
      return { kind: "reversed" };
    case "found":
      return found.entered.inForce ? { kind: "not-yet", outcome: { kind: "park", reason: task } } : { kind: "reversed" };
    case "retry":
      return { kind: "not-yet", outcome: { kind: "wait", until: ports.clock.now() + 1000, reason: found.reason } };
    case "cannot-tell":
      if (told.reason?.code === task.code && told.attempt < header.attempt) return { kind: "reversed" };
      return { kind: "not-yet", outcome: { kind: "park", reason: task }, marker: { ...told, attempt: header.attempt, reason: task } };
  }
}
