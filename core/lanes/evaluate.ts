import type { CanonicalDocument } from "../documents/canonical.ts";
import { matchNumber } from "../documents/match-key.ts";
import { readHeader } from "../effects/effect.ts";
import type { Reason } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import type { Header, Lane } from "../ledger/items.ts";
import { masterKey } from "../ledger/keys.ts";
import { connectionOf } from "../settings/settings.ts";
import { isIndependent, isReport } from "./flows.ts";
import { heldOf } from "./hand-over.ts";
import { holds, isFree } from "./lane-state.ts";
import type { LanePorts } from "./ports.ts";
import { againstHighWater, takesPlaceOf } from "./versions.ts";

export type Evaluation =
  | { readonly kind: "start"; readonly canonical: CanonicalDocument }
  /** A cancel of what was reported: all it says is in its header. */
  | { readonly kind: "cancel" }
  | { readonly kind: "nothing-to-do" }
  | { readonly kind: "superseded" }
  | { readonly kind: "park"; readonly reason: Reason }
  | { readonly kind: "dependency"; readonly on: string };

/** What a document may do at its start, replay included: versions first (rule 5), then its meaning, then what it depends on (rule 9). */
export async function evaluate(ports: LanePorts, header: Header, lane: Lane): Promise<Evaluation> {
  if (header.rival !== undefined) return { kind: "park", reason: reasons.numberConflict(header.objectId) };
  const report = isReport(ports.settings, header);
  if (isReplayed(lane, header, report)) return meaning(ports, header, lane);
  if (isIndependent(ports.settings, header) && (await isOutrun(ports, header, lane))) return OUTRUN;
  switch (againstHighWater(lane, header, report)) {
    case "older":
      return { kind: "superseded" };
    case "conflict":
      return { kind: "park", reason: reasons.versionConflict(header.version ?? header.objectId) };
    case "newer":
      return meaning(ports, header, lane);
  }
}

/**
 * It was delivered before, undone or taken back by what then came to nothing, and is replayed: the high water is its own. One that came again after its header had gone (ADR 16) is in
 * its first attempt, and is no replay.
 */
const isReplayed = ({ inForce, highWater }: Lane, { object, id, attempt }: Header, report: boolean): boolean =>
  attempt > 1 && (highWater[object]?.document === id || (report && inForce[object]?.document === id));

const OUTRUN: Evaluation = { kind: "superseded" };

/** What waits for no lane looks there itself for a cancel, or a newer version, that came before it and is not settled yet. */
async function isOutrun(ports: LanePorts, header: Header, lane: Lane): Promise<boolean> {
  if (isFree(lane) || holds(lane, header)) return false;
  const holder = lane.holder === undefined ? undefined : await readHeader(ports.ledger, lane.holder);
  const rivals = [...(holder === undefined ? [] : [holder]), ...(await heldOf(ports, lane, header.target, 1000))];
  return rivals.some((rival) => takesPlaceOf(rival, header));
}

async function meaning(ports: LanePorts, header: Header, lane: Lane): Promise<Evaluation> {
  if (header.cancel && isReport(ports.settings, header)) return { kind: "cancel" };
  if (header.cancel && lane.inForce[header.object] === undefined) return { kind: "nothing-to-do" };
  const mapped = await ports.map(header);
  if (mapped === undefined) return { kind: "park", reason: reasons.payloadGone() };
  if (mapped.kind === "invalid") return { kind: "park", reason: mapped.reasons[0] ?? reasons.payloadGone() };
  const missing = await missingMaterial(ports, header, mapped.document);
  return missing === undefined ? { kind: "start", canonical: mapped.document } : { kind: "dependency", on: missing };
}

/** The first material of an order that the site's MES has not accepted. */
async function missingMaterial(ports: LanePorts, header: Header, document: CanonicalDocument): Promise<string | undefined> {
  const names = materialsOf(ports, header, document);
  for (let from = 0; from < names.length; from += 100) {
    const slice = names.slice(from, from + 100);
    const found = await ports.ledger.readMany(slice.map((name) => masterKey(header.site, name)));
    const missing = slice.find((_, at) => found[at] === undefined);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function materialsOf(ports: LanePorts, header: Header, document: CanonicalDocument): string[] {
  if (document.type !== "OperationsRequest" || document.requestState === "Cancelled") return [];
  const rule = connectionOf(ports.settings, header.connection).source.matchKey;
  return [...new Set(document.materialRequirements.map((line) => `material:${matchNumber(rule, line.materialDefinitionId)}`))];
}

/** Whether what the document waited for is there by now. */
export async function isThere(ports: LanePorts, header: Header, what: string): Promise<boolean> {
  return (await ports.ledger.read(masterKey(header.site, what))) !== undefined;
}
