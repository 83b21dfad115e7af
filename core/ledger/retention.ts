import { isMasterData } from "../documents/document-types.ts";
import type { DocumentState } from "../lanes/states.ts";
import { SECOND } from "../lanes/times.ts";
import type { Settings } from "../settings/settings.ts";
import type { Header } from "./items.ts";

/**
 * When a header goes (ADR 16). A header is also what a repeat is recognised by and what an undo reads; so it goes only where something that stays stands for it, and only of a document that was
 * delivered: a report by its NUMBER#, a version by its lane's high water. Never goes: what is open, what is settled in another way (it may be replayed), master data (it is in
 * force until the next), cancels, and what is recognised by its idempotency key alone.
 */

const DAY_SECONDS = 86_400;
/** AWS removes an item within days of its time; what takes a document back may wait for a person in between. */
const MARGIN_DAYS = 30;

type Kept = Pick<Header, "type" | "cancel" | "version" | "numbered">;

const isStoodFor = ({ type, cancel, version, numbered }: Kept): boolean => !isMasterData(type) && !cancel && (version !== undefined || numbered === true);

/** The fields of a header that settles at `now` (milliseconds). */
export function expiry({ limits }: Settings, header: Kept, state: DocumentState, now: number): { readonly expiresAt?: number } {
  return state === "delivered" && isStoodFor(header) ? { expiresAt: Math.floor(now / SECOND) + limits.headerDays * DAY_SECONDS } : {};
}

/** Nothing may be begun with it any more: it may be gone before that has ended. */
export const isForgotten = ({ expiresAt }: Pick<Header, "expiresAt">, now: number): boolean =>
  expiresAt !== undefined && expiresAt - MARGIN_DAYS * DAY_SECONDS <= now / SECOND;
