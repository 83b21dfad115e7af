import type { DocumentId } from "../documents/ids.ts";
import { readHeader } from "../effects/effect.ts";
import { leavesNothing } from "../effects/markers.ts";
import { type Header, type Lane, NumberItem, parseIfThere } from "../ledger/items.ts";
import { numberKey } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { isForgotten } from "../ledger/retention.ts";
import type { LanePorts } from "./ports.ts";
import { isSettled } from "./states.ts";

/** What a cancel, or a newer version, of a report finds of the one before it. */
export type Former =
  /** Nothing of it is in force; the check makes sure that it did not arrive meanwhile. */
  | { readonly kind: "gone"; readonly check: readonly Write[] }
  /** Its effects are in force. */
  | { readonly kind: "in-force"; readonly original: Header }
  /** It is open, and left nothing anywhere: its place is taken. */
  | { readonly kind: "untouched"; readonly original: Header }
  /** It stopped beside its lane with something in force, or in doubt: it is turned round first. */
  | { readonly kind: "stopped"; readonly original: Header }
  /** It came, and its record has gone or is about to: what is in force of it cannot be told. */
  | { readonly kind: "forgotten" }
  /** Somebody is at it: waited for. */
  | { readonly kind: "under-way" };

const GONE: Former = { kind: "gone", check: [] };

/** The former report of the document's object: by the lane where it has versions, else by its own number (LANES.md 2). */
export async function formerOf(ports: LanePorts, header: Header, lane: Lane): Promise<Former> {
  const known = header.takesBack ?? lane.inForce[header.object]?.document;
  const id = known ?? (await numbered(ports, header));
  // Its number and its header come in one transaction: where the number is not there, the report never was.
  if (id === undefined) return { kind: "gone", check: [{ kind: "check", key: numberKey(header), if: [{ absent: true }] }] };
  if (id === header.id) return GONE;
  const original = await readHeader(ports.ledger, id);
  return original === undefined || isForgotten(original, ports.clock.now()) ? { kind: "forgotten" } : standing(original);
}

async function numbered(ports: LanePorts, header: Header): Promise<DocumentId | undefined> {
  return parseIfThere(NumberItem, await ports.ledger.read(numberKey(header)))?.document;
}

function standing(original: Header): Former {
  if (original.state === "delivered") return { kind: "in-force", original };
  // What is held finds the newer one settled, or standing, when its turn comes.
  if (isSettled(original.state) || original.state === "held") return GONE;
  if (original.state === "delivering") return { kind: "under-way" };
  return { kind: isUntouched(original) ? "untouched" : "stopped", original };
}

export const isUntouched = ({ markers }: Header): boolean =>
  Object.values(markers).every(({ state, doubt }) => leavesNothing(state) && !(state === "none" && doubt));
