import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The published samples of real systems, which are no part of this repository: beside the project, or where ORDERLANE_SAMPLES says. Undefined where there are none. */
export function samplesFolder(): string | undefined {
  const folder = process.env.ORDERLANE_SAMPLES ?? join(import.meta.dirname, "../../../shared/samples");
  return existsSync(folder) ? folder : undefined;
}

/** Paths below the samples' folder, sorted; none where it is absent. */
export function samplesEndingIn(ending: string): readonly string[] {
  const folder = samplesFolder();
  if (folder === undefined) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(ending)).sort();
}
