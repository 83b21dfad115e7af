import type { Header, Lane } from "../ledger/items.ts";

export type Versioned = { readonly object: string; readonly version?: string | undefined; readonly cancel: boolean };

const newerThan = (version: string, other: string): boolean => BigInt(version) > BigInt(other);

/**
 * LANES.md 5, rule 6: does `arriving`, which came later, take the place of `earlier`? Versions decide where both have one, and a cancel is newer than what has the same; a cancel without
 * a version is newer than all before it.
 */
export function takesPlaceOf(arriving: Versioned, earlier: Versioned): boolean {
  if (arriving.object !== earlier.object) return false;
  if (arriving.version !== undefined && earlier.version !== undefined)
    return newerThan(arriving.version, earlier.version) || (arriving.cancel && !earlier.cancel && !newerThan(earlier.version, arriving.version));
  // What has neither version nor cancels is older than whatever has.
  if (!hasVersions(earlier)) return hasVersions(arriving);
  return arriving.cancel && arriving.version === undefined;
}

export type AgainstHighWater = "newer" | "older" | "conflict";

/**
 * LANES.md 5, rule 5: judged at every start, replay included. A report (`numbered`) without a version is older than any of its number that has one; it is taken back by the whole of it with
 * the verb Cancel, so its version may be the report's own.
 */
export function againstHighWater(
  lane: Lane | undefined,
  document: Pick<Header, "object" | "version" | "cancel" | "digest">,
  numbered = false,
): AgainstHighWater {
  const highWater = lane?.highWater[document.object];
  if (highWater === undefined) return "newer";
  if (highWater.version === undefined || (numbered && !hasVersions(document))) return "older";
  if (document.version === undefined || newerThan(document.version, highWater.version)) return "newer";
  if (newerThan(highWater.version, document.version)) return "older";
  const cancelled = numbered ? withItsCancel(lane, document) : undefined;
  if (cancelled !== undefined) return cancelled;
  return highWater.digest === document.digest ? "older" : "conflict";
}

/** A report and its cancel of one version: nothing comes after the cancel, which leaves nothing in force. */
function withItsCancel(lane: Lane | undefined, { object, cancel }: Pick<Header, "object" | "cancel">): AgainstHighWater | undefined {
  if (lane?.inForce[object] === undefined) return "older";
  return cancel ? "newer" : undefined;
}

/** Whether a document has a place among versions at all; one without neither judges nor raises the high water. */
export const hasVersions = (document: Versioned): boolean => document.version !== undefined || document.cancel;
