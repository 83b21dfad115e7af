import { readHeader } from "../effects/effect.ts";
import type { HeaderChange } from "../ledger/header-change.ts";
import type { Header, Lane } from "../ledger/items.ts";
import type { LedgerStore, Write } from "../ledger/ledger-store.ts";
import type { Settings } from "../settings/settings.ts";
import { isReport } from "./flows.ts";
import { heldOf } from "./hand-over.ts";
import { isFree } from "./lane-state.ts";
import type { LanePorts, Step } from "./ports.ts";
import { findInSubject } from "./same-subject.ts";
import { hold, takeLane } from "./settle.ts";
import { hasVersions } from "./versions.ts";
import { putBehindWindows } from "./window-steps.ts";

/** A delivered document goes back by command: in its turn, alone with its lane, the last of its steps first (docs/adr/0015). */

type ReadPorts = { readonly ledger: LedgerStore; readonly settings: Settings };

const nameOf = ({ type, objectId, version }: Header): string => `${type} ${objectId}${version === undefined ? "" : ` version ${version}`}`;

/** Why it does not go back now: something newer of its object is in force, or is about to take its place. */
export async function undoObstacle(ports: ReadPorts, header: Header, lane: Lane): Promise<string | undefined> {
  if (header.state !== "delivered") return undefined;
  const holder = lane.holder === undefined || lane.holder === header.id ? undefined : await readHeader(ports.ledger, lane.holder);
  if (holder?.object === header.object) return `${nameOf(holder)} is at it now: it replaces or takes back this one itself`;
  const held = (await heldOf(ports, lane, header.target, 1000)).find(({ object, document }) => object === header.object && document !== header.id);
  if (held !== undefined) return `${held.document} of the same object waits in its lane: it replaces or takes back this one itself`;
  return isReport(ports.settings, header) ? undefined : laterInForce(ports, header, lane);
}

async function laterInForce(ports: ReadPorts, header: Header, lane: Lane): Promise<string | undefined> {
  if (hasVersions(header)) {
    const standing = lane.inForce[header.object];
    if (standing === undefined) return "a cancel took it away already: nothing of it is in force";
    return standing.document === header.id
      ? undefined
      : `version ${standing.version ?? "without a number"} of it is in force (${standing.document}): undo that first`;
  }
  const later = await findInSubject(ports.ledger, header, (other) => isLater(other, header));
  return later === undefined ? undefined : `${later.id} was delivered after it and is in force: undo that first`;
}

/** Without versions the order of delivery tells which one stands; one that cannot be told to be earlier counts as later. */
const isLater = (other: Header, { id, object, target, settledAt }: Header): boolean =>
  other.id !== id && other.object === object && other.target === target && other.state === "delivered" && !isEarlier(other.settledAt, settledAt);

const isEarlier = (one: number | undefined, other: number | undefined): boolean => one !== undefined && other !== undefined && one < other;

/** Takes its lane, or its place among the held, in mode `undo`; whatever comes later goes behind it. */
export function goBackInTurn(ports: LanePorts, header: Header, lane: Lane, sequence: string, change: HeaderChange, also: readonly Write[]): Promise<Step> {
  if (isFree(lane)) return takeLane(ports, header, lane, { ...change, state: "delivering" }, also);
  if (lane.holder === undefined && lane.windows.length > 0) return putBehindWindows(ports, header, { before: lane, released: lane }, sequence, change, also);
  return hold(ports, header, lane, { intent: false, sequence, replaced: 0 }, change, also);
}
