import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PythonNeed, pythonEnvironment } from "../python-environment.ts";
import { runCommand } from "../run-command.ts";

export const TRYTON: PythonNeed = { name: "Tryton", folder: "tryton-python", requirements: join("local", "tryton", "requirements.txt"), whole: true };

/** Those that MESSAGES.md asks for; what they depend on comes with them. */
const MODULES = ["company", "currency", "product", "stock", "stock_lot", "production", "production_routing", "production_work", "quality"];
export const DATABASE = "erp";
/** Of a server on loopback with a plant that is not real. */
export const CREDENTIALS = { user: "orderlane", password: "plant-user-1", admin: "admin", adminPassword: "plant-admin-1" } as const;

/** Sections of Tryton's configuration file. */
export type Configuration = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The configuration of one server, or of the making of its database, which stands in `directory`. */
export function configurationText(directory: string, further: Configuration = {}): string {
  const sections = { ...further, database: { uri: "sqlite://", path: directory, ...further.database } };
  return Object.entries(sections)
    .map(
      ([section, values]) =>
        `[${section}]\n${Object.entries(values)
          .map(([name, value]) => `${name} = ${value}\n`)
          .join("")}`,
    )
    .join("\n");
}

/** What a clean database depends on. */
export async function databaseFingerprint(root: string): Promise<string> {
  const sha = createHash("sha256").update(JSON.stringify([MODULES, CREDENTIALS]));
  for (const name of ["requirements.txt", "make_database.py", "plant.json"]) sha.update(await readFile(join(root, "local", "tryton", name)));
  return sha.digest("hex").slice(0, 16);
}

/**
 * The file of the clean database: the modules and the plant of plant.json, made the first time (about twenty seconds), found afterwards.
 * It is never served itself: every server starts from a copy.
 * @throws Error with what the making said
 */
export async function cleanDatabase(root: string, log: (text: string) => void): Promise<string> {
  const python = await pythonEnvironment(root, log, TRYTON);
  const file = join(root, ".local", `tryton-${await databaseFingerprint(root)}.sqlite`);
  if (await exists(file)) return file;

  log("making the clean database of Tryton (only the first time) …");
  const draft = `${file}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    const database = join(draft, `${DATABASE}.sqlite`);
    await writeFile(database, "");
    await makeDatabase(root, python, draft);
    // Of several processes that make it at once, any one's is as good.
    await rename(database, file);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return file;
}

/** Fills the database that the configuration names. @throws Error with what the making said */
export async function makeDatabase(root: string, python: string, directory: string, configuration: Configuration = {}): Promise<void> {
  await writeFile(join(directory, "tryton.conf"), configurationText(directory, configuration));
  const asked = { modules: MODULES, password: CREDENTIALS.password, adminPassword: CREDENTIALS.adminPassword };
  await writeFile(join(directory, "asked.json"), JSON.stringify(asked));
  const args = [join(root, "local", "tryton", "make_database.py"), join(directory, "tryton.conf"), DATABASE, join(directory, "asked.json")];
  const made = await runCommand(python, args);
  if (made.status !== 0) throw new Error(`the database of Tryton could not be made:\n${made.output}`);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
