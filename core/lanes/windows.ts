import type { CanonicalDocument, MaterialActual } from "../documents/canonical.ts";
import { type DocumentId, hashOf } from "../documents/ids.ts";
import { localDateAndTime } from "../documents/instants.ts";
import { leavesNothing } from "../effects/markers.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header, Window } from "../ledger/items.ts";
import { addDecimals, compareDecimals } from "../quantities/decimals.ts";
import { connectionOf, type Settings } from "../settings/settings.ts";
import { flowOf, isIndependent, POST } from "./flows.ts";
import { SECOND } from "./times.ts";
import { hasVersions } from "./versions.ts";

/** The open windows of a lane, pure (LANES.md 5, rule 8). */

type Windows = readonly Window[];
export type Share = NonNullable<Header["share"]>;

/** What one report is to a window: its kind, the month it is posted in, and what it brings. */
export type Place = { readonly key: string; readonly period: string; readonly share: Share };

export type Limits = { readonly count: number; readonly seconds: number };

/** The target's own limits of a window; undefined where it takes each report by itself. */
export const limitsOf = (settings: Settings, header: Header): Limits | undefined => connectionOf(settings, header.target).aggregate;

/** Whether a document may be posted with others, as far as its header tells: what corrects or cancels another, or was tried by itself before, is posted by itself. */
export function mayJoin(settings: Settings, header: Header): boolean {
  if (header.type !== "MaterialActual" || hasVersions(header) || header.alone === true || header.window !== undefined) return false;
  if (limitsOf(settings, header) === undefined || isIndependent(settings, header) || flowOf(settings, header) !== "post") return false;
  return header.mode === "forward" && header.markers[POST] === undefined;
}

/** `2026-03-02`. */
function localDateOf(instant: string, timeZone: string): string {
  const [date] = localDateAndTime(instant, timeZone);
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}

const orNone = (name: string, value: string | undefined): string => (value === undefined ? name : `${name}=${value}`);

/**
 * Where a report belongs; undefined for one that is posted by itself: a sum would hide that a quantity is negative or nothing.
 * `timeZone`: the target's own, in which a report without a posting date is posted on the day it happened.
 */
export function placeOf(document: CanonicalDocument, timeZone: string): Place | undefined {
  if (document.type !== "MaterialActual" || compareDecimals(document.quantity.value, "0") <= 0) return undefined;
  const { quantity, actualTime, postingDate } = document;
  const date = postingDate ?? localDateOf(actualTime, timeZone);
  const key = hashOf([
    "window",
    document.materialDefinitionId,
    orNone("operation", document.segmentRequirementId),
    orNone("lot", document.materialLotId),
    orNone("location", document.storageLocation),
    orNone("stated", postingDate),
    quantity.unit,
    date,
  ]);
  return { key, period: date.slice(0, 7), share: { value: quantity.value, unit: quantity.unit, actualTime } };
}

/** A report of another month closes what is open. */
export const isOfOtherPeriod = (windows: Windows, { period }: Place): boolean => windows.some((window) => window.period !== period);

/** More open windows than these would make their lane's item, which each join writes, too large: the first one closes for the next. */
const MOST_OPEN = 20;

/** The windows once a document has joined its own, or opened it; a full one closes, and with it those opened before it. */
export function joined(windows: Windows, place: Place, document: DocumentId, limits: Limits, now: number): Window[] {
  const at = windows.findIndex((window) => window.key === place.key && window.closing !== true);
  const own = windows[at];
  if (own === undefined) {
    const { key, period } = place;
    const opened = [...windows, { key, period, leader: document, members: [document], openedAt: now, closesAt: now + limits.seconds * SECOND }];
    return opened.length > MOST_OPEN ? closedUpTo(opened, 0) : opened;
  }
  const grown = { ...own, members: [...own.members, document] };
  const next = windows.with(at, grown);
  return grown.members.length >= limits.count ? closedUpTo(next, at) : next;
}

/** Windows are posted in the order of their opening: what closes one closes those before it. */
export const closedUpTo = (windows: Windows, last: number): Window[] => windows.map((window, at) => (at <= last ? { ...window, closing: true } : window));

export const allClosed = (windows: Windows): Window[] => closedUpTo(windows, windows.length);

/** The window that is to be posted now. */
export function dueWindow([first]: Windows, now: number): Window | undefined {
  return first !== undefined && (first.closing === true || first.closesAt <= now) ? first : undefined;
}

/** The windows without some of their members; an empty one is gone, and the next member leads where the leader went. */
export function without(windows: Windows, gone: ReadonlySet<DocumentId>): Window[] {
  return windows.flatMap((window) => {
    const members = window.members.filter((member) => !gone.has(member));
    const [leader] = members;
    return leader === undefined ? [] : [{ ...window, members, leader }];
  });
}

/** The members of the closed window whose posting a document carries; empty for one that is posted by itself. */
export const carriedBy = (header: Header): readonly DocumentId[] => (header.window?.members === undefined ? [] : header.window.members);

/** A member of a window that is not closed yet, or of one that came apart: not the holder, and not to be woken like one. */
export const isInWindow = (header: Header): boolean => header.window !== undefined && carriedBy(header).length === 0;

/** Whether surely nothing of a closed window's posting stands in the target, so that its members may go their own ways. */
export function mayComeApart(header: Header): boolean {
  const { state, reason } = markerOf(header, POST);
  return carriedBy(header).length > 0 && header.mode === "forward" && leavesNothing(state) && (state !== "undone" || reason === undefined);
}

/** One document for the shares of all: the leader's, with their exact sum and the latest time; who and which machine is told by each report itself. */
export function summed(document: MaterialActual, shares: readonly Share[]): MaterialActual {
  const { personId: _person, equipmentId: _equipment, ...rest } = document;
  const [first, ...others] = shares;
  if (first === undefined) return document;
  const value = others.reduce((sum, share) => addDecimals(sum, share.value), first.value);
  const actualTime = others.reduce((latest, share) => (Date.parse(share.actualTime) > Date.parse(latest) ? share.actualTime : latest), first.actualTime);
  return { ...rest, quantity: { value, unit: first.unit }, actualTime };
}
