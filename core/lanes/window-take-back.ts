import type { DocumentId } from "../documents/ids.ts";
import { takingBack } from "../effects/deed.ts";
import { readHeader } from "../effects/effect.ts";
import { makeEffect } from "../effects/make-effect.ts";
import type { StepOutcome } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { takeBackStep, takeBackStepOf } from "../effects/take-back.ts";
import { decide, eventWrite, type HeaderChange, markerOf } from "../ledger/header-change.ts";
import type { Header, Marker } from "../ledger/items.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { resultWrites } from "../results/results.ts";
import { connectionOf } from "../settings/settings.ts";
import { POST } from "./flows.ts";
import { shards } from "./hand-over.ts";
import type { LanePorts } from "./ports.ts";
import { headersOf, shareOf } from "./window-members.ts";
import { summed } from "./windows.ts";

/** One of those posted together is taken back: the whole posting is reversed, and the rest is posted anew (LANES.md 5, rule 8). */

/** The marker, on the cancel, of the posting of the rest. */
const REST = takingBack("rest");

/** Who carries the posting of which a delivered report is a part; undefined for one that was posted by itself. */
export async function carrierOf(ports: Pick<LanePorts, "ledger">, original: Header): Promise<Header | undefined> {
  if (original.postedWith !== undefined) return readHeader(ports.ledger, original.postedWith);
  return original.carries === undefined ? undefined : original;
}

const restOf = (carrier: Header, original: Header): DocumentId[] => (carrier.carries ?? []).filter((member) => member !== original.id);

/**
 * Takes back what a cancel, or a newer version, names: its own posting, or its share of one with others. The rest goes by the carrier's key in the next generation,
 * under a marker of the cancel's own, so that whoever dies in between goes on from there.
 */
export async function takeBackPosting(ports: LanePorts, header: Header, remainingMs: () => number): Promise<StepOutcome> {
  const original = header.takesBack === undefined ? undefined : await readHeader(ports.ledger, header.takesBack);
  const carrier = original === undefined ? undefined : await carrierOf(ports, original);
  if (original === undefined || carrier === undefined) return takeBackStep(ports, header, POST, POST, remainingMs);
  const reversed = await takeBackStepOf(ports, header, carrier, POST, POST, remainingMs);
  const rest = restOf(carrier, original);
  return reversed.kind !== "applied" || rest.length === 0 ? reversed : postRest(ports, header, carrier, rest, remainingMs);
}

async function postRest(ports: LanePorts, header: Header, carrier: Header, rest: readonly DocumentId[], remainingMs: () => number): Promise<StepOutcome> {
  const mapped = await ports.map(carrier);
  if (mapped?.kind !== "canonical" || mapped.document.type !== "MaterialActual") return { kind: "park", reason: reasons.payloadGone() };
  const connection = connectionOf(ports.settings, carrier.target);
  const effect = {
    document: header.id,
    attempt: header.attempt,
    mode: "forward",
    step: REST,
    action: POST,
    target: ports.targetOf(connection),
    connection,
    canonical: summed(mapped.document, (await headersOf(ports, rest)).map(shareOf)),
    onBehalfOf: { document: carrier.id, step: POST, generation: markerOf(carrier, POST).generation + 1 },
    remainingMs,
  } as const;
  const outcome = await makeEffect(ports, effect);
  return outcome.kind === "refused" ? { kind: "park", reason: reasons.restRefused(outcome.reason.message) } : outcome;
}

/** It is `undone`; its carrier carries the rest, in the generation and under the number that the rest was posted with. */
export function takenOutWrites(ports: LanePorts, by: Header, original: Header, carrier: Header, now: number): Write[] {
  const reason = reasons.takenBack(by.cancel);
  const rest = restOf(carrier, original);
  const carried: HeaderChange = {
    fields: { carries: rest },
    markers: { [POST]: rest.length === 0 ? undone(carrier) : postedAnew(carrier, markerOf(by, REST)) },
  };
  const ended = { state: "undone" as const, fields: { reason, settledAt: now } };
  const isOwn = carrier.id === original.id;
  const { write, next } = decide(original, isOwn ? { ...carried, ...ended, fields: { ...carried.fields, ...ended.fields } } : ended, shards(ports));
  const others = isOwn ? [] : [decide(carrier, carried, shards(ports)).write];
  return [write, ...others, eventWrite(next, now, "undone", { reason }), ...resultWrites(ports.settings, next, now)];
}

function undone(carrier: Header): Marker {
  const { generation, attempt } = markerOf(carrier, POST);
  return { state: "undone", generation: generation + 1, attempt };
}

function postedAnew(carrier: Header, { generation, reference, remainders }: Marker): Marker {
  const before = markerOf(carrier, POST);
  return {
    state: "applied",
    generation: before.generation + 1 + generation,
    attempt: before.attempt,
    ...(reference === undefined ? {} : { reference }),
    ...(remainders === undefined ? {} : { remainders }),
  };
}
