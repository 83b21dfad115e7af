import type { Random } from "./random.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const SITES = ["hamburg", "suzhou"] as const;

/** What one draw needs besides chance: tags that no other document of its world has. */
export type Draw = { readonly random: Random; readonly nextTag: () => number };
