import * as z from "zod";
import { Administrator } from "../access/aws-identity.ts";
import { DocumentType } from "../documents/document-types.ts";
import { ConnectionId, SiteId } from "../documents/ids.ts";
import { CodeTables } from "../mapping/code-tables.ts";
import { sourceFaults, sourceOf } from "./schemes.ts";

/** Values of a stage, its sites and connections: written in infra/settings.ts, checked here, bundled into every function as JSON. Secrets are names, never values. */

const seconds = z.number().int().positive();

const DocumentTypeSettings = z.strictObject({
  /** `lane`: held behind what blocks its lane; `independent`: parks alone and holds nobody. */
  ordering: z.enum(["lane", "independent"]),
  /** A newer version simply takes the older one's place in the target (LANES.md 5, rule 6). */
  takesOver: z.boolean(),
  /** How long a document waits by name for what it depends on before it parks. */
  dependencySeconds: seconds,
  /** Whether objects of this type have versions; a versioned type without a version is refused at the door. */
  versioned: z.boolean(),
});

/** What every source has, beside the settings of its scheme. */
const Source = sourceOf({
  /** CIDR blocks of source addresses; empty: any. */
  allowlist: z.array(z.string()),
  /** Where the site is not in the path: the body must name it. */
  validateAtDoor: z.boolean(),
  /** IANA zone of local dates and times in its documents. */
  timeZone: z.string(),
  /** How subject numbers are matched; `strip-leading-zeros`: `000001000123` and `1000123` are one subject. */
  matchKey: z.enum(["exact", "strip-leading-zeros"]),
  /** Top-level wire fields that do not count for the digest. */
  volatile: z.array(z.string()),
});

const DoneBy = z.enum(["erp", "orderlane", "none"]);

const Target = z.strictObject({
  /** The longest a call of theirs may take to commit, its own queue included. */
  commitSeconds: seconds,
  callsPerSecond: z.number().int().positive(),
  maxConcurrency: z.number().int().min(2),
  batchSize: z.number().int().min(1).max(10),
  oneAtATime: z.boolean(),
  /** Consecutive failures that open the breaker, and how long it stays open. */
  breakerFailures: z.number().int().positive(),
  breakerSeconds: seconds,
});

export const Connection = z.strictObject({
  id: ConnectionId,
  system: z.enum(["plain-json", "sap-idoc", "b2mml", "rest", "tryton"]),
  /** `erp`: called at `url`; `mes`: an agent pulls from the site's mailbox. */
  role: z.enum(["erp", "mes"]),
  /** The sites it may speak for; a `mes` has exactly one. */
  sites: z.array(SiteId).min(1),
  /** Its own code of a site (SAP's plant `DM01`) → the site; absent: it writes the sites' own ids. */
  siteCodes: z.record(z.string(), SiteId).optional(),
  /** The mapping tables that read its documents, or whole sets of them (`kingdee`, `kingdee/production-order`); absent: all of its system. */
  tables: z.array(z.string()).min(1).optional(),
  /** Types of which this system sends no versions: taken in the order they come in. */
  unversioned: z.array(DocumentType).optional(),
  /** Its decimal separator in texts. */
  decimalSeparator: z.enum([".", ","]).optional(),
  /** What this system calls units, materials, …: asked before the site's tables. */
  codes: CodeTables.optional(),
  /** Base URL of an ERP's own API (https; loopback http only on stage `local`). */
  url: z.string().optional(),
  /** Secrets Manager name of what we present to it: a bearer token, or `user:password`. */
  callSecret: z.string().optional(),
  /** How it is presented; absent: as a bearer token. Only a `sap-idoc` takes `basic`. */
  callScheme: z.enum(["bearer", "basic"]).optional(),
  /** Who posts the components that an operation report consumed (backflush), and who its output: the ERP by itself, we, or nobody. */
  backflush: DoneBy.optional(),
  receipt: DoneBy.optional(),
  /** Many reports become one posting per order, operation, material and lot, until so many are in or so many seconds have passed. */
  aggregate: z.strictObject({ count: z.number().int().min(2).max(30), seconds }).optional(),
  /** Complaints of its documents' own schema that are let pass, each exactly as it reads. */
  tolerates: z.array(z.string().min(1)).optional(),
  /** What one posting may lose to the digits of this ERP's unit, in that unit; more parks. Absent: nothing. */
  remainderTolerance: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,12})?$/)
    .optional(),
  /** How often an ERP without webhooks is asked for its orders. */
  pollSeconds: seconds.optional(),
  source: Source,
  target: Target,
});
export type Connection = z.infer<typeof Connection>;
export type Source = Connection["source"];

export const Site = z.strictObject({
  id: SiteId,
  /** Which connection each document type of this site goes to; a type that is not here is not taken. */
  routes: z.partialRecord(DocumentType, ConnectionId),
  /** The same for what the site's MES sends, where that differs: master data goes both ways. */
  routesFromPlant: z.partialRecord(DocumentType, ConnectionId).optional(),
  /** What the site's systems call units, materials, operations, … (core/mapping/code-tables.ts). */
  codes: CodeTables.optional(),
  businessDeadlineSeconds: seconds,
  leaseSeconds: seconds,
  agentSilenceSeconds: seconds,
  pollAfterSeconds: z.strictObject({ busy: seconds, idle: seconds }),
});
export type Site = z.infer<typeof Site>;

const targetsIn = (site: Site): { readonly place: string[]; readonly type: string; readonly target: ConnectionId }[] =>
  (["routes", "routesFromPlant"] as const).flatMap((routes) => {
    const held = site[routes];
    return held === undefined ? [] : Object.entries(held).map(([type, target]) => ({ place: [routes, type], type, target }));
  });

/** What a connection of role `erp` must say. */
const ERP_SAYS = ["url", "backflush", "receipt"] as const;
const silentOn = (connection: Connection) => (connection.role === "erp" ? ERP_SAYS.filter((name) => connection[name] === undefined) : []);

export const Settings = z
  .strictObject({
    stage: z.enum(["local", "small", "prod"]),
    sites: z.array(Site).min(1),
    connections: z.array(Connection).min(1),
    /** AWS roles and users that may do everything here, and give grants to others. */
    administrators: z.array(Administrator).default([]),
    documentTypes: z.record(DocumentType, DocumentTypeSettings),
    limits: z.strictObject({
      /** Hard timeout of advance-lane and perform-step. */
      consumerTimeoutSeconds: seconds,
      /** A claim lives longer than the function's hard timeout. */
      claimSeconds: seconds,
      /** One call of another system; shorter than what is left of the function's time. */
      callSeconds: seconds,
      /** First wake of a document that was stored but perhaps never queued; doubles. */
      receivedWakeSeconds: seconds,
      /** How often a holder under way is looked at; doubles up to an hour. */
      watchSeconds: seconds,
      bodyBytes: z.number().int().positive(),
      linesPerMessage: z.number().int().positive(),
      signatureToleranceSeconds: seconds,
      openShards: z.number().int().positive(),
      /** How long the header of a settled document is kept, where nothing needs it any more (core/ledger/retention.ts). */
      headerDays: z.number().int().min(90),
      /** How long a plant may ask what became of what it posted. */
      resultDays: z.number().int().positive(),
      /** How long it can be told what a lot was made of. */
      genealogyDays: z.number().int().positive(),
      /** How long the audit's records are kept after their day. */
      auditDays: z.number().int().positive(),
    }),
  })
  .check((context) => {
    const { sites, connections } = context.value;
    const problem = (path: (string | number)[], message: string) => context.issues.push({ code: "custom", input: context.value, path, message });
    const known = new Map(connections.map((connection) => [connection.id, connection]));
    if (known.size !== connections.length) problem(["connections"], "a connection id stands twice");
    if (new Set(sites.map((site) => site.id)).size !== sites.length) problem(["sites"], "a site id stands twice");
    sites.forEach((site, at) => {
      for (const { place, target } of targetsIn(site)) {
        const connection = known.get(target);
        if (connection === undefined) problem(["sites", at, ...place], `connection ${target} is not defined`);
        else if (!connection.sites.includes(site.id)) problem(["sites", at, ...place], `connection ${target} does not serve site ${site.id}`);
      }
    });
    connections.forEach(({ system, tables, callScheme }, at) => {
      if (system === "rest" && tables === undefined) problem(["connections", at, "tables"], "a system of nothing but tables is read by those named here");
      if (callScheme === "basic" && system !== "sap-idoc") problem(["connections", at, "callScheme"], `a ${system} is called with a bearer token`);
    });
    connections.forEach((connection, at) => {
      if (connection.role === "mes" && connection.sites.length !== 1) problem(["connections", at, "sites"], "a MES serves exactly one site");
      for (const name of silentOn(connection)) problem(["connections", at, name], "an ERP is called at its url, and who posts what is never guessed");
    });
    for (const { at, path, message } of sourceFaults(connections)) problem(["connections", at, "source", ...path], message);
  });
export type Settings = z.infer<typeof Settings>;

/** Which connections documents of a site go to: of these types, or of any. */
export const targetsAt = (site: Site, types: readonly DocumentType[] = DocumentType.options): readonly ConnectionId[] => [
  ...new Set(targetsIn(site).flatMap(({ type, target }) => (types.some((each) => each === type) ? [target] : []))),
];

class UnknownName extends Error {}

/** @throws UnknownName */
export function connectionOf(settings: Settings, id: string): Connection {
  const found = settings.connections.find((connection) => connection.id === id);
  if (found === undefined) throw new UnknownName(`connection ${id} is not in the settings`);
  return found;
}

/** @throws UnknownName */
export function siteOf(settings: Settings, id: string): Site {
  const found = settings.sites.find((site) => site.id === id);
  if (found === undefined) throw new UnknownName(`site ${id} is not in the settings`);
  return found;
}
