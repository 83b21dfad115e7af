import * as z from "zod";
import type { MasterPorts } from "../asking/master-list.ts";
import { DocumentId } from "../documents/ids.ts";
import { matchNumber } from "../documents/match-key.ts";
import { readHeader } from "../effects/effect.ts";
import { parseItem } from "../ledger/items.ts";
import { masterKey } from "../ledger/keys.ts";
import type { Site } from "../settings/settings.ts";
import { Link } from "./links.ts";
import { type Direction, materialsOf, type Walk, walk } from "./walk.ts";

const LotNamed = z.strictObject({ material: z.string(), lot: z.string() });
const [Consumed, Produced, , Tested, Worked] = Link.options;

/** Answer of GET …/lots/{lot}/genealogy. */
export const GenealogyAnswer = z.strictObject({
  site: z.string(),
  lot: z.string(),
  material: z.string(),
  direction: z.enum(["back", "forward"]),
  /** Breadth first from the lot itself, which stands first at level 0. */
  lots: z.array(
    z.strictObject({
      material: z.string(),
      lot: z.string(),
      level: z.number().int(),
      tests: z.array(Tested),
      orders: z.array(z.string()),
      next: z.array(LotNamed),
    }),
  ),
  orders: z.array(z.strictObject({ order: z.string(), consumed: z.array(Consumed), produced: z.array(Produced), worked: z.array(Worked) })),
  /** Names of the persons on the way, by their ids, as far as the persons table still has them. */
  persons: z.record(z.string(), z.string()),
  /** False: it goes on beyond 10 levels or 1,000 lots. */
  complete: z.boolean(),
});
export type GenealogyAnswer = z.infer<typeof GenealogyAnswer>;

export type GenealogyWanted = { readonly lot: string; readonly material?: string | undefined; readonly direction: Direction };
export type GenealogyAsked =
  | { readonly kind: "answered"; readonly answer: GenealogyAnswer }
  | { readonly kind: "unknown" }
  /** The number stands for several materials: which one is meant must be said. */
  | { readonly kind: "several"; readonly materials: readonly string[] };

const MOST_NAMES = 100;

/** What a lot was made of, or went into: lots, orders, operations, machines, persons, process parameters, tests. */
export async function genealogyAnswer(ports: MasterPorts, site: Site, { lot, material, direction }: GenealogyWanted): Promise<GenealogyAsked> {
  const materials = await materialsOf(ports, site.id, lot);
  const [only, another] = material === undefined ? materials : materials.filter((each) => each === material);
  if (only === undefined) return { kind: "unknown" };
  if (another !== undefined) return { kind: "several", materials };
  const walked = await walk(ports, site.id, { material: only, lot }, direction);
  const persons = await namesOf(ports, site, personsIn(walked));
  const { lots, orders, complete } = walked;
  const answer = { site: site.id, lot, material: only, direction, lots: [...lots], orders: [...orders], persons, complete };
  return { kind: "answered", answer: GenealogyAnswer.parse(answer) };
}

const personsIn = ({ lots, orders }: Walk): string[] => [
  ...new Set([
    ...orders.flatMap(({ worked }) => worked.flatMap(({ persons }) => persons)),
    ...lots.flatMap(({ tests }) => tests.flatMap(({ person }) => (person === undefined ? [] : [person]))),
  ]),
];

async function namesOf(ports: MasterPorts, site: Site, ids: readonly string[]): Promise<Record<string, string>> {
  const found = await Promise.all(ids.slice(0, MOST_NAMES).map(async (id) => [id, await nameOf(ports, site, id)] as const));
  return Object.fromEntries(found.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])));
}

const Known = z.object({ document: DocumentId });

/** The persons table is the master data: in the form in which either of the site's systems numbers persons. */
async function nameOf(ports: MasterPorts, site: Site, id: string): Promise<string | undefined> {
  const forms = [...new Set(ports.settings.connections.filter(({ sites }) => sites.includes(site.id)).map(({ source }) => matchNumber(source.matchKey, id)))];
  for (const item of await ports.ledger.readMany(forms.map((form) => masterKey(site.id, `person:${form}`)))) {
    const header = item === undefined ? undefined : await readHeader(ports.ledger, parseItem(Known, item).document);
    const mapped = header === undefined ? undefined : await ports.map(header);
    if (mapped?.kind === "canonical" && mapped.document.type === "Person" && mapped.document.name !== undefined) return mapped.document.name;
  }
  return undefined;
}
