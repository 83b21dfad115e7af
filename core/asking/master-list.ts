import type { MappingAnswer } from "../documents/source-format.ts";
import { readHeader } from "../effects/effect.ts";
import { type Header, MasterSender, parseItem } from "../ledger/items.ts";
import { MASTER_SENDERS, masterPartition } from "../ledger/keys.ts";
import type { Site } from "../settings/settings.ts";
import type { MasterAnswer } from "./answers.ts";
import type { AskPorts } from "./surroundings.ts";
import { instant } from "./words.ts";

export type MasterPorts = AskPorts & { readonly map: (header: Header) => Promise<MappingAnswer | undefined> };
export type MasterWanted = { readonly limit: number; readonly after?: string | undefined };

/** What each system has told the site of each thing, in the order of systems and codes; only what the other side has accepted. */
export async function masterAnswer(ports: MasterPorts, site: Site, { limit, after }: MasterWanted): Promise<MasterAnswer> {
  const from = after === undefined ? {} : { after: Buffer.from(after, "base64url").toString("utf8") };
  const items = await ports.ledger.list(masterPartition(site.id), { prefix: MASTER_SENDERS, limit, ...from });
  const entries = await Promise.all(items.map((item) => entryOf(ports, parseItem(MasterSender, item))));
  const last = items.length < limit ? undefined : items.at(-1);
  return {
    site: site.id,
    entries: entries.filter((entry) => entry !== undefined),
    ...(last === undefined ? {} : { after: Buffer.from(last.sk, "utf8").toString("base64url") }),
  };
}

/** The form of `after`. */
export const MASTER_CURSOR = /^[A-Za-z0-9_-]{8,1000}$/;

async function entryOf(ports: MasterPorts, { document, what, at }: MasterSender): Promise<MasterAnswer["entries"][number] | undefined> {
  const header = await readHeader(ports.ledger, document);
  if (header === undefined) return undefined;
  const told = {
    type: header.type,
    code: header.objectId,
    matched: what,
    connection: header.connection,
    document: header.id,
    acceptedAt: instant(at),
    ...(header.version === undefined ? {} : { version: header.version }),
  };
  const mapped = await ports.map(header);
  return mapped?.kind === "canonical" ? { ...told, ...factsIn(mapped.document) } : { ...told, contentGone: true };
}

/** What tells two things apart; a unit's base unit is the unit of Recommendation 20 that its system means by it. */
function factsIn(document: object): { readonly description?: string; readonly baseUnit?: string } {
  const description = textIn(document, "description");
  const baseUnit = textIn(document, "baseUnit") ?? textIn(document, "code");
  return { ...(description === undefined ? {} : { description }), ...(baseUnit === undefined ? {} : { baseUnit }) };
}

function textIn(document: object, name: string): string | undefined {
  const value: unknown = Reflect.get(document, name);
  return typeof value === "string" ? value : undefined;
}
