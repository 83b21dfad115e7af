import type * as z from "zod";
import { DocumentType, isMasterData } from "../core/documents/document-types.ts";
import { Settings } from "../core/settings/settings.ts";
import type { StageName } from "./stage.ts";

/**
 * The stages' values: edit the sites and connections here. Numbers are those of LANES.md 9. What stands here is checked and bundled into every function.
 */

type Values = z.input<typeof Settings>;
type ConnectionValues = Values["connections"][number];

const MIB = 1024 * 1024;

/** How the local cloud says where its parts listen. */
export type Overrides = {
  /** Another address of the ERP's API than the one below. */
  readonly erpUrl?: string;
  /** Of a live Tryton: on stage `local` it is the ERP of a third site. */
  readonly trytonUrl?: string;
  /** Of stage `local`: `shift` has the patience that a live ERP needs. */
  readonly numbers?: "shift";
};

type Numbers = {
  readonly commitSeconds: number;
  readonly dependencySeconds: number;
  readonly breakerSeconds: number;
  readonly site: Pick<Values["sites"][number], "businessDeadlineSeconds" | "leaseSeconds" | "agentSilenceSeconds" | "pollAfterSeconds">;
  readonly limits: Pick<Values["limits"], "consumerTimeoutSeconds" | "claimSeconds" | "callSeconds" | "receivedWakeSeconds" | "watchSeconds" | "openShards">;
};

const AWS: Numbers = {
  commitSeconds: 300,
  dependencySeconds: 8 * 3600,
  breakerSeconds: 60,
  site: { businessDeadlineSeconds: 900, leaseSeconds: 60, agentSilenceSeconds: 300, pollAfterSeconds: { busy: 2, idle: 15 } },
  limits: { consumerTimeoutSeconds: 60, claimSeconds: 75, callSeconds: 25, receivedWakeSeconds: 900, watchSeconds: 300, openShards: 4 },
};

/** Short enough that a killed function is seen again within seconds. */
const LOCAL: Numbers = {
  commitSeconds: 2,
  dependencySeconds: 20,
  breakerSeconds: 3,
  site: { businessDeadlineSeconds: 20, leaseSeconds: 5, agentSilenceSeconds: 10, pollAfterSeconds: { busy: 1, idle: 1 } },
  limits: { consumerTimeoutSeconds: 4, claimSeconds: 5, callSeconds: 2, receivedWakeSeconds: 5, watchSeconds: 3, openShards: 1 },
};

/**
 * For `npm run demo:shift`: a posting is a dozen requests to a live ERP that another one may keep waiting, so LOCAL's 4 s would kill functions in the middle of their work; and the ERP
 * is away for 30 s, after which what waited for it must not have parked. A write there may wait 5 s for another one (SQLite's own time-out).
 */
const SHIFT: Numbers = {
  ...LOCAL,
  commitSeconds: 6,
  dependencySeconds: 180,
  site: { ...LOCAL.site, businessDeadlineSeconds: 180 },
  limits: { ...LOCAL.limits, consumerTimeoutSeconds: 28, claimSeconds: 30, callSeconds: 12 },
};

const numbersOf = (stage: StageName, { numbers }: Overrides): Numbers => (stage === "local" && numbers === "shift" ? SHIFT : NUMBERS[stage]);

/**
 * A pilot's: an idle agent asks every two minutes, since each of its requests is paid for (every 15 s they would be 3.2 USD a month for two plants). So an order that comes to an
 * idle plant is there up to two minutes later, and a silent agent is noticed after ten.
 */
const SMALL: Numbers = {
  ...AWS,
  site: { ...AWS.site, agentSilenceSeconds: 600, pollAfterSeconds: { busy: 2, idle: 120 } },
  limits: { ...AWS.limits, openShards: 1 },
};

const NUMBERS: Readonly<Record<StageName, Numbers>> = { local: LOCAL, small: SMALL, prod: AWS };

/** Where the ERP's own API is; on `local` nothing listens at port 9 (discard) unless `erpUrl` says another. */
const ERP_URL: Readonly<Record<StageName, string>> = {
  local: "http://127.0.0.1:9",
  small: "https://erp.example.com/orderlane",
  prod: "https://erp.example.com/orderlane",
};

const target = (numbers: Numbers): ConnectionValues["target"] => ({
  commitSeconds: numbers.commitSeconds,
  callsPerSecond: 10,
  maxConcurrency: 5,
  batchSize: 10,
  oneAtATime: false,
  breakerFailures: 5,
  breakerSeconds: numbers.breakerSeconds,
});

const erp = (stage: StageName, numbers: Numbers, overrides: Overrides): ConnectionValues => ({
  id: "erp",
  system: "plain-json",
  role: "erp",
  sites: ["hamburg", "suzhou"],
  url: overrides.erpUrl === undefined ? ERP_URL[stage] : overrides.erpUrl,
  callSecret: `orderlane/${stage}/erp/call`,
  backflush: "orderlane",
  receipt: "orderlane",
  source: {
    scheme: "standard-webhooks",
    secret: `orderlane/${stage}/erp/source`,
    allowlist: [],
    validateAtDoor: false,
    timeZone: "Europe/Berlin",
    matchKey: "strip-leading-zeros",
    volatile: [],
  },
  target: target(numbers),
});

/** What every ERP beside the first has in common: its API stands below the same address. */
const furtherErp = (id: string, path: string, stage: StageName, numbers: Numbers, overrides: Overrides) => ({
  id,
  role: "erp" as const,
  url: `${(overrides.erpUrl === undefined ? ERP_URL[stage] : overrides.erpUrl).replace(/\/$/, "")}${path}`,
  callSecret: `orderlane/${stage}/${id}/call`,
  backflush: "orderlane" as const,
  receipt: "orderlane" as const,
  target: target(numbers),
});

/** Hamburg's SAP. Its master data comes without versions, as in SAP's own samples; each message has a number in a header (connectors/sap-idoc/README.md). */
const sap = (stage: StageName, numbers: Numbers, overrides: Overrides): ConnectionValues => ({
  ...furtherErp("sap", "/sap/bc/idoc_xml", stage, numbers, overrides),
  system: "sap-idoc",
  sites: ["hamburg"],
  siteCodes: { DM01: "hamburg" },
  unversioned: ["MaterialDefinition", "Equipment"],
  callScheme: "basic",
  source: {
    scheme: "basic",
    secret: `orderlane/${stage}/sap/source`,
    messageId: { header: "Idempotency-Key" },
    allowlist: [],
    validateAtDoor: false,
    timeZone: "Europe/Berlin",
    matchKey: "strip-leading-zeros",
    volatile: [],
  },
});

/** Suzhou's planning system. Its messages have a version of their own, be it only their time, and not always a number (connectors/b2mml/README.md). */
const b2mml = (stage: StageName, numbers: Numbers, overrides: Overrides): ConnectionValues => ({
  ...furtherErp("b2mml", "/messages", stage, numbers, overrides),
  system: "b2mml",
  sites: ["suzhou"],
  source: {
    scheme: "hmac-body",
    secret: `orderlane/${stage}/b2mml/source`,
    header: "X-Signature",
    encoding: "hex",
    prefix: "sha256=",
    messageId: { digest: true },
    allowlist: [],
    validateAtDoor: false,
    timeZone: "Asia/Shanghai",
    matchKey: "strip-leading-zeros",
    volatile: [],
  },
});

/**
 * The other languages, for the scenario of `npm start` and for trying. Not on AWS: each connection is two queues and their alarms, that are paid for and watched
 * whether or not anything comes. The README.md of its connector says what the settings of the one that is needed are.
 */
const furtherErps = (stage: StageName, numbers: Numbers, overrides: Overrides): ConnectionValues[] =>
  stage === "local" ? [sap(stage, numbers, overrides), b2mml(stage, numbers, overrides)] : [];

/** Ningbo's Tryton: it is asked for its orders, and tells nothing by itself. Its source is for what a person sends in its name. */
const tryton = (stage: StageName, numbers: Numbers, url: string): ConnectionValues => ({
  id: "tryton",
  system: "tryton",
  role: "erp",
  sites: ["ningbo"],
  url,
  callSecret: `orderlane/${stage}/tryton/call`,
  backflush: "orderlane",
  receipt: "orderlane",
  // Half of the last digit of a kilogram there: what is weighed in grams is booked, and what its unit cannot hold is recorded.
  remainderTolerance: "0.0005",
  pollSeconds: 2,
  source: { scheme: "bearer", allowlist: [], validateAtDoor: false, timeZone: "Asia/Shanghai", matchKey: "strip-leading-zeros", volatile: [] },
  target: target(numbers),
});

const mes = (site: string, timeZone: string, numbers: Numbers): ConnectionValues => ({
  id: `mes-${site}`,
  system: "plain-json",
  role: "mes",
  sites: [site],
  source: { scheme: "bearer", allowlist: [], validateAtDoor: false, timeZone, matchKey: "strip-leading-zeros", volatile: [] },
  target: target(numbers),
});

const masterDataTo = (connection: string) => Object.fromEntries(DocumentType.options.filter(isMasterData).map((type) => [type, connection]));

const plant = (site: string, numbers: Numbers, erp = "erp"): Values["sites"][number] => ({
  id: site,
  routes: { OperationsRequest: `mes-${site}`, ...masterDataTo(`mes-${site}`), MaterialActual: erp, SegmentResponse: erp, TestResult: erp, MaterialLot: erp },
  // What the plant keeps itself goes up.
  routesFromPlant: { OperationsRequest: erp, ...masterDataTo(erp) },
  ...numbers.site,
});

type Plant = { readonly sites: Values["sites"]; readonly connections: Values["connections"] };

/** A third plant, only where a Tryton is there to be its ERP. */
function ningbo(stage: StageName, numbers: Numbers, { trytonUrl }: Overrides): Plant {
  if (stage !== "local" || trytonUrl === undefined) return { sites: [], connections: [] };
  return { sites: [plant("ningbo", numbers, "tryton")], connections: [tryton(stage, numbers, trytonUrl), mes("ningbo", "Asia/Shanghai", numbers)] };
}

/** AWS roles (by name or ARN) and users (by ARN) that may do everything: they open a fresh stage, and give grants to others. Without any, nobody can. */
const ADMINISTRATORS: Readonly<Record<StageName, string[]>> = { local: ["orderlane-local-administrators"], small: [], prod: [] };

const valuesOf = (stage: StageName, numbers: Numbers, overrides: Overrides): Values => {
  const replaced = { ordering: "lane", takesOver: true, dependencySeconds: numbers.dependencySeconds, versioned: false } as const;
  const third = ningbo(stage, numbers, overrides);
  return {
    stage,
    sites: [plant("hamburg", numbers), plant("suzhou", numbers), ...third.sites],
    connections: [
      erp(stage, numbers, overrides),
      mes("hamburg", "Europe/Berlin", numbers),
      mes("suzhou", "Asia/Shanghai", numbers),
      ...furtherErps(stage, numbers, overrides),
      ...third.connections,
    ],
    administrators: ADMINISTRATORS[stage],
    documentTypes: {
      OperationsRequest: { ...replaced, versioned: true },
      MaterialDefinition: { ...replaced, versioned: true },
      MaterialActual: { ...replaced, takesOver: false },
      SegmentResponse: { ...replaced, takesOver: false },
      TestResult: { ...replaced, takesOver: false },
      MaterialLot: { ...replaced, takesOver: false },
      Equipment: replaced,
      ProcessSegment: replaced,
      OperationsDefinition: replaced,
      Person: replaced,
      ReasonCode: replaced,
      UnitOfMeasure: replaced,
    },
    limits: {
      ...numbers.limits,
      bodyBytes: 4 * MIB,
      linesPerMessage: 500,
      signatureToleranceSeconds: 300,
      headerDays: 400,
      resultDays: 400,
      genealogyDays: 3653,
      auditDays: 2557,
    },
  };
};

/** The settings cannot be used; the message names each place by its path, in plain words. */
export class SettingsRefused extends Error {}

/** The stage's settings, checked. @throws SettingsRefused */
export const settingsFor = (stage: StageName, overrides: Overrides = {}): Settings => checkedSettings(valuesOf(stage, numbersOf(stage, overrides), overrides));

/**
 * Checks settings by the product's schema and by what the infrastructure promises of them (LANES.md 6: claims outlive the function, calls do not).
 * @throws SettingsRefused
 */
export function checkedSettings(values: unknown): Settings {
  const parsed = Deployable.safeParse(values);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.length === 0 ? "settings" : issue.path.join(".")}: ${issue.message}`);
  throw new SettingsRefused(`the settings cannot be used:\n${lines.join("\n")}`);
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** @returns what is wrong with the address of a system that we call; undefined where nothing is */
function wrongUrl(stage: StageName, text: string): string | undefined {
  if (!URL.canParse(text)) return "is not an address such as https://erp.example.com/orderlane";
  const url = new URL(text);
  if (url.protocol === "https:") return undefined;
  if (stage !== "local") return "must begin with https://";
  return url.protocol === "http:" && LOOPBACK.has(url.hostname) ? undefined : "must begin with https://, or on stage local with http:// and a loopback address";
}

const Deployable = Settings.check((context) => {
  const { stage, connections, limits } = context.value;
  const problem = (path: (string | number)[], message: string) => context.issues.push({ code: "custom", input: context.value, path, message });
  if (limits.claimSeconds <= limits.consumerTimeoutSeconds) problem(["limits", "claimSeconds"], "must be longer than limits.consumerTimeoutSeconds");
  if (limits.callSeconds >= limits.consumerTimeoutSeconds) problem(["limits", "callSeconds"], "must be shorter than limits.consumerTimeoutSeconds");
  connections.forEach((connection, at) => {
    const wrong = connection.url === undefined ? undefined : wrongUrl(stage, connection.url);
    if (wrong !== undefined) problem(["connections", at, "url"], `${wrong} (it is ${connection.url})`);
    if (connection.role === "erp" && connection.callSecret === undefined)
      problem(["connections", at, "callSecret"], "an ERP is called with a bearer token: name its secret");
  });
  connections.forEach(({ pollSeconds, system, sites }, at) => {
    if (pollSeconds === undefined) return;
    if (system !== "tryton") problem(["connections", at, "pollSeconds"], `a ${system} is not asked for its orders: it sends them`);
    if (sites.length !== 1) problem(["connections", at, "sites"], "an ERP that is polled serves exactly one site");
  });
  connections.forEach(({ source }, at) => {
    const wrong = source.scheme === "oauth2" ? wrongUrl(stage, source.jwksUrl) : undefined;
    if (wrong !== undefined) problem(["connections", at, "source", "jwksUrl"], wrong);
  });
});
