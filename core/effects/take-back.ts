import type { MappingAnswer } from "../documents/source-format.ts";
import { decide, eventWrite, markerOf } from "../ledger/header-change.ts";
import type { Header, Marker } from "../ledger/items.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { resultWrites } from "../results/results.ts";
import type { Connection, Settings } from "../settings/settings.ts";
import { connectionOf } from "../settings/settings.ts";
import { isTakingBack, takingBack } from "./deed.ts";
import { type EffectPorts, mark, readHeader } from "./effect.ts";
import { type AskedTarget, reversalByHand } from "./entered-by-hand.ts";
import { makeEffect } from "./make-effect.ts";
import type { StepOutcome } from "./outcomes.ts";
import { reasons } from "./reasons.ts";
import { reversalTask } from "./reversal-task.ts";
import type { Action, TargetSystem } from "./target-system.ts";

export type TakeBackPorts = EffectPorts & {
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
  readonly targetOf: (connection: Connection) => TargetSystem;
};

/**
 * Takes back one effect of the document that this cancel, or newer version, names (`takesBack`): at most once, by a marker of its own and the undo key of the original's.
 * A step that the original never applied needs nothing. A refusal is a person's task.
 */
export async function takeBackStep(ports: TakeBackPorts, header: Header, step: string, action: Action, remainingMs: () => number): Promise<StepOutcome> {
  const original = header.takesBack === undefined ? undefined : await readHeader(ports.ledger, header.takesBack);
  return original === undefined ? { kind: "stale" } : takeBackStepOf(ports, header, original, step, action, remainingMs);
}

/** The same, of the document whose marker tells of the effect. */
export async function takeBackStepOf(
  ports: TakeBackPorts,
  header: Header,
  original: Header,
  step: string,
  action: Action,
  remainingMs: () => number,
): Promise<StepOutcome> {
  const marker = markerOf(original, step);
  if (marker.state !== "applied") return { kind: "applied" };
  const connection = connectionOf(ports.settings, original.target);
  const target = ports.targetOf(connection);
  const own = takingBack(step);
  if (marker.byHand !== undefined) return takeBackByHand(ports, header, { connection, target, remainingMs }, step, action, marker);
  if (!target.capabilities.reverse) return { kind: "park", reason: reasons.undoRefused(step, "the target has no reversal") };
  const mapped = await ports.map(original);
  if (mapped?.kind !== "canonical") return { kind: "park", reason: reasons.payloadGone() };
  const effect = {
    document: header.id,
    attempt: header.attempt,
    mode: "forward",
    step: own,
    action,
    target,
    connection,
    canonical: mapped.document,
    takesBack: { original: original.id, step, generation: marker.generation, reference: marker.reference ?? original.id },
    remainingMs,
  } as const;
  const outcome = await makeEffect(ports, effect, header);
  return outcome.kind === "refused" ? { kind: "park", reason: reversalTask(step, outcome.reason) } : outcome;
}

async function takeBackByHand(ports: TakeBackPorts, header: Header, asked: AskedTarget, step: string, action: Action, entered: Marker): Promise<StepOutcome> {
  const own = markerOf(header, takingBack(step));
  if (own.state === "applied") return { kind: "applied" };
  const reversal = await reversalByHand(ports, asked, header, step, action, entered, own);
  const next = reversal.kind === "reversed" ? { state: "applied" as const, generation: own.generation, attempt: header.attempt } : reversal.marker;
  if (next !== undefined && (await mark(ports, header, takingBack(step), next)) === undefined) return { kind: "stale" };
  return reversal.kind === "reversed" ? { kind: "applied" } : reversal.outcome;
}

/** Has it begun to take something back, and not done so yet? Then neither a skip nor an undo may leave that halfway. */
export const isHalfTakenBack = ({ takesBack, markers }: Header): boolean =>
  takesBack !== undefined && Object.entries(markers).some(([step, { state }]) => isTakingBack(step) && state !== "none" && state !== "refused");

/** Nothing of the original is in force any more: it is `undone`, and its next posting, should it ever be replayed, goes by a key of its own. */
export function takenBackWrites(original: Header, by: Header, now: number, settings: Settings): Write[] {
  const reason = reasons.takenBack(by.cancel);
  const applied = Object.entries(original.markers).filter(([, { state }]) => state === "applied");
  const markers = Object.fromEntries(applied.map(([step, { generation }]) => [step, undone(generation + 1, original.attempt)]));
  const { write, next } = decide(original, { state: "undone", fields: { reason, settledAt: now }, markers }, settings.limits.openShards);
  return [write, eventWrite(next, now, "undone", { reason }), ...resultWrites(settings, next, now)];
}

const undone = (generation: number, attempt: number): Marker => ({ state: "undone", generation, attempt });
