import { join } from "node:path";
import { cleanDatabase } from "../../local/tryton/clean-database.ts";
import { cleanCluster, hasPostgresql } from "../../local/tryton/postgresql.ts";

/** Makes Tryton's environment and clean databases before the first file needs them, outside any test's time. */
export async function setup(): Promise<void> {
  const root = join(import.meta.dirname, "..", "..");
  const log = (text: string): void => console.log(text);
  await cleanDatabase(root, log);
  if (await hasPostgresql()) await cleanCluster(root, log);
}
