import { join } from "node:path";
import { cleanDatabase } from "../../local/tryton/clean-database.ts";

/** Makes Tryton's environment and clean database before the first file needs them, outside any test's time. */
export async function setup(): Promise<void> {
  await cleanDatabase(join(import.meta.dirname, "..", ".."), (text) => console.log(text));
}
