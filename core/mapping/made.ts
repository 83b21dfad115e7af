import type { Made } from "./rules.ts";

/** The object that holds the last of the names; those on the way are made where they are not there. */
export function holderOf(into: Made, names: readonly string[]): { readonly holder: Made; readonly name: string } {
  let holder = into;
  for (const name of names.slice(0, -1)) {
    const known = holder[name];
    const next: Made = typeof known === "object" && !Array.isArray(known) ? known : {};
    holder[name] = next;
    holder = next;
  }
  return { holder, name: String(names.at(-1)) };
}
