import { readdirSync } from "node:fs";
import { samplesFolder } from "../../local/sample-accounts.ts";

/** Paths below the samples' folder, sorted; none where it is absent. */
export function samplesEndingIn(ending: string): readonly string[] {
  const folder = samplesFolder();
  if (folder === undefined) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(ending)).sort();
}
