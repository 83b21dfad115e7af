import type { GrantRequest } from "../../core/access/grant-shapes.ts";
import type { Grant } from "../../core/access/grants.ts";
import { type Problem, problemOf } from "../../core/door/problems.ts";
import type { Settings } from "../../core/settings/settings.ts";

/** Nobody gives what he does not hold, and nobody sees or ends a grant that he could not have given. */

const PARTS = ["sites", "connections", "types", "actions"] as const;

/** Whether everything in the other grant is in the holder's own. What the settings no longer name gives nothing: it must not keep a grant from being ended. */
export function holdsAll(own: Grant, other: Pick<Grant, (typeof PARTS)[number]>, settings: Settings): boolean {
  const inForce = {
    ...other,
    sites: other.sites.filter((name) => settings.sites.some(({ id }) => id === name)),
    connections: other.connections.filter((name) => settings.connections.some(({ id }) => id === name)),
  };
  return PARTS.every((part) => firstBeyond(own[part], inForce[part]) === undefined);
}

/** The first name that the holder's list has not. */
function firstBeyond(own: readonly string[], wanted: readonly string[]): { readonly at: number; readonly name: string } | undefined {
  const at = wanted.findIndex((name) => !own.includes(name));
  const name = wanted[at];
  return name === undefined ? undefined : { at, name };
}

const DAY_MS = 86_400_000;

/** What of a request goes beyond the giver's own grant. A site or connection that he may not see is told as one that is not there. */
export function excessOf(request: GrantRequest, own: Grant, settings: Settings, now: number): Problem | undefined {
  const seen = {
    sites: settings.sites.map(({ id }) => id).filter((id) => own.sites.includes(id)),
    connections: settings.connections.map(({ id }) => id).filter((id) => own.connections.includes(id)),
  };
  for (const part of ["sites", "connections"] as const) {
    const beyond = firstBeyond(seen[part], request[part]);
    if (beyond !== undefined)
      return problemOf("request-invalid", `there is no ${part === "sites" ? "site" : "connection"} ${beyond.name}`, { path: `/${part}/${beyond.at}` });
  }
  for (const part of ["types", "actions"] as const) {
    const beyond = firstBeyond(own[part], request[part]);
    if (beyond !== undefined) return problemOf("grant-beyond-own", `your own grant has not ${beyond.name}`, { path: `/${part}/${beyond.at}` });
  }
  if (now + request.days * DAY_MS <= own.expiresAt) return undefined;
  return problemOf("grant-beyond-own", `your own grant ends at ${new Date(own.expiresAt).toISOString()}: give it for fewer days`, { path: "/days" });
}
