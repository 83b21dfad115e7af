import { sourceOf } from "../../../connectors/registry.ts";
import { createMap } from "../../../connectors/stored-documents.ts";
import type { MappingAnswer } from "../../../core/documents/source-format.ts";
import type { Header } from "../../../core/ledger/items.ts";
import { type Connection, Settings, type Source } from "../../../core/settings/settings.ts";
import { createReceiveDocuments } from "../../../functions/receive-documents/receive-documents.ts";
import { credentialsOf, type Presenting } from "../../bad-input/credentials.ts";
import type { XmlCase } from "../../bad-input/xml-case.ts";
import type { Writer, XmlSystem } from "../../bad-input/xml-documents.ts";
import { type DoorWorld, doorWorld, SECRET, type SourceChanges, START } from "./door-world.ts";

/** The door of an ERP that speaks XML, with in-memory ports. */
export type XmlDoor = {
  readonly world: DoorWorld;
  readonly connection: Connection;
  readonly source: Source;
  readonly post: (request: {
    readonly headers: Readonly<Record<string, readonly string[]>>;
    readonly body: Uint8Array;
    readonly site?: string;
  }) => ReturnType<DoorWorld["receive"]>;
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
};

export const WRITERS: Readonly<Record<XmlSystem, Writer>> = { "sap-idoc": { unique: "u1", site: "DM01" }, b2mml: { unique: "u1", site: "hamburg" } };
const SITE_CODES: Readonly<Record<XmlSystem, object>> = { "sap-idoc": { siteCodes: { DM01: "hamburg", CN01: "suzhou" } }, b2mml: {} };
/** One second, as a sender's clock shows it. */
export const NOW = Math.floor(START / 1000);

export async function xmlDoor(system: XmlSystem, changes: SourceChanges = {}): Promise<XmlDoor> {
  const world = await doorWorld(changes);
  // The published materials have no versions; where the scheme's message id is not signed, the settings refuse such a connection.
  const unversioned = changes.scheme === undefined ? { unversioned: ["MaterialDefinition", "Equipment"] } : {};
  const settings = Settings.parse({
    ...world.settings,
    connections: world.settings.connections.map((connection) =>
      connection.id === "erp" ? { ...connection, system, ...SITE_CODES[system], ...unversioned } : connection,
    ),
    sites: world.settings.sites.map((site) => ({ ...site, routes: { ...site.routes, Equipment: `mes-${site.id}` } })),
  });
  const [erp] = settings.connections;
  if (erp === undefined) throw new Error("there is no connection");
  const receive = createReceiveDocuments({ ...world, settings, formatOf: sourceOf });
  return {
    world,
    connection: erp,
    source: erp.source,
    map: createMap(world.payloads, settings),
    post: ({ headers, body, site }) => receive({ path: { connection: "erp", ...(site === undefined ? {} : { site }) }, headers, body, sourceIp: "192.0.2.1" }),
  };
}

const bytesOf = (body: Uint8Array | string): Uint8Array => (typeof body === "string" ? Buffer.from(body) : body);

export const bodyOf = (bad: XmlCase): Uint8Array => bytesOf(bad.body(WRITERS[bad.system]));

/** The case's request, presented as the connection's scheme wants it. */
export function postCase(door: XmlDoor, bad: XmlCase, body: Uint8Array, presenting: Partial<Presenting> = {}) {
  const shown = credentialsOf(
    { source: door.source, secret: SECRET, id: "m1", nowSeconds: NOW, body, ...presenting },
    bad.unsigned === true ? () => [] : undefined,
  );
  const headers = Object.entries({ "content-type": ["application/xml"], ...shown, ...bad.headers }).filter(([, values]) => values.length > 0);
  return door.post({ headers: Object.fromEntries(headers), body, ...(bad.siteInBody === true ? {} : { site: "hamburg" }) });
}
