import type { Operation } from "../../core/api/operation.ts";
import { OPERATIONS } from "../../core/api/operations.ts";
import type { ProblemName } from "../../core/door/problems.ts";
import { consumption, order } from "../bad-input/documents.ts";
import { bod, sapOrder, XML } from "../bad-input/xml-documents.ts";
import { type Fault, JSON_FAULTS, XML_FAULTS } from "./body-faults.ts";
import type { Ask } from "./requests.ts";
import { type ApiRig, bearer, JSON_TYPE, XML_TYPE } from "./rig.ts";

/** By hand: a request for every problem that an operation documents, made of what stands in the ledger. */

export type Provocation = { readonly name: ProblemName; readonly operationId: string; readonly ask: Ask; readonly invoke?: true };

/** What the positive run left: a document of Hamburg, and a delivery that has its verdict. */
export type Standing = { readonly document: string; readonly delivery: string; readonly order: string; readonly run: string; readonly grant: string };

/** Of what stands: a document of Hamburg, or a grant. */
const pathOf = ({ tag, operationId }: Operation, { document, grant }: Standing): Record<string, string> => ({
  site: "hamburg",
  // One that only sends has no queue to pause.
  connection: ["pauseConnection", "resumeConnection"].includes(operationId) ? "erp" : "sap",
  which: "call",
  id: tag === "access" ? grant : document,
  lot: "-",
});

/** What every route guarded by a grant refuses. */
function guarded(rig: ApiRig, { operationId, ...rest }: Operation, standing: Standing): Provocation[] {
  const { method } = rest;
  const path = pathOf({ operationId, ...rest }, standing);
  const query = operationId === "readResults" ? { connection: "mes-hamburg" } : {};
  const ask = (headers: Readonly<Record<string, string>>): Ask => ({
    operationId,
    path,
    query,
    headers: { ...JSON_TYPE, ...headers },
    ...(method === "POST" ? { body: "{}" } : {}),
  });
  return [
    { name: "token-refused", operationId, ask: ask({}) },
    { name: "not-found", operationId, ask: ask(bearer(rig.tokens.powerless)) },
    { name: "internal", operationId, ask: ask(bearer(rig.tokens.damaged)) },
  ];
}

const faulty = (
  operationId: string,
  path: Ask["path"],
  faults: Readonly<Partial<Record<ProblemName, Fault>>>,
  headers: (body: string) => Record<string, string>,
  names: readonly ProblemName[],
): Provocation[] =>
  names.flatMap((name): Provocation[] => {
    const fault = faults[name];
    if (fault === undefined) return [];
    const body = typeof fault.body === "string" ? fault.body : "";
    return [
      { name, operationId, ask: { operationId, ...(path === undefined ? {} : { path }), headers: { ...headers(body), ...fault.headers }, body: fault.body } },
    ];
  });

function bodies(rig: ApiRig, operation: Operation, standing: Standing): Provocation[] {
  const { operationId, problems } = operation;
  const path = pathOf(operation, standing);
  const headers = { ...JSON_TYPE, ...bearer(rig.tokens.admin) };
  return [
    ...faulty(operationId, path, JSON_FAULTS, () => headers, problems),
    {
      name: "header-repeated",
      operationId,
      invoke: true,
      ask: { operationId, path, headers: { ...headers, "content-type": ["application/json", "application/json"] }, body: "{}" },
    },
  ];
}

/** Which query no question takes. */
const WRONG_QUERIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  readResults: { connection: "mes-hamburg", after: "never said" },
  readDocument: { content: "perhaps" },
  readOrder: {},
  readOrderBalance: {},
  readLotGenealogy: {},
  listOpenDocuments: { limit: "0" },
  listMasterData: { limit: "1000" },
  listGrants: { state: "lost" },
  readAudit: { day: "yesterday" },
};

function questions(rig: ApiRig, standing: Standing): Provocation[] {
  const headers = bearer(rig.tokens.admin);
  return [
    ...OPERATIONS.flatMap((operation): Provocation[] => {
      const query = WRONG_QUERIES[operation.operationId];
      if (query === undefined) return [];
      const { operationId } = operation;
      return [{ name: "request-invalid", operationId, ask: { operationId, path: pathOf(operation, standing), query, headers } }];
    }),
    { name: "path-malformed", operationId: "readLotGenealogy", ask: { operationId: "readLotGenealogy", path: { site: "hamburg", lot: "a b" }, headers } },
  ];
}

function agents(rig: ApiRig, { delivery, document }: Standing): Provocation[] {
  const headers = { ...JSON_TYPE, ...bearer(rig.tokens.whole) };
  const verdict = { delivery, leaseToken: "x", result: "rejected", reason: { code: "LATE", message: "no longer wanted" } };
  const later = { command: "replay", attempt: 999, why: "the conformance test" };
  return [
    {
      name: "verdict-differs",
      operationId: "reportVerdicts",
      ask: { operationId: "reportVerdicts", path: { site: "hamburg" }, headers, body: JSON.stringify({ verdicts: [verdict] }) },
    },
    {
      name: "command-refused",
      operationId: "commandDocument",
      ask: { operationId: "commandDocument", path: { site: "hamburg", id: document }, headers, body: JSON.stringify(later) },
    },
  ];
}

/** An AWS role that has a grant, by the positive run. */
export const AWS_ROLE = "arn:aws:iam::111122223333:role/conformance";

function access(rig: ApiRig): Provocation[] {
  const operationId = "createGrant";
  const headers = { ...JSON_TYPE, ...bearer(rig.tokens.admin) };
  const give = (change: object): string =>
    JSON.stringify({ sites: ["hamburg"], connections: [], types: [], actions: ["read"], days: 1, why: "the conformance test", ...change });
  return [
    { name: "grant-beyond-own", operationId, ask: { operationId, headers, body: give({ principal: "anna", days: 300 }) } },
    { name: "grant-exists", operationId, ask: { operationId, headers, body: give({ aws: AWS_ROLE }) } },
  ];
}

/** Of one address of the door: `path` names the site where the address does. */
function door(rig: ApiRig, operationId: string, standing: Standing): Provocation[] {
  const hasSite = operationId === "postDocuments";
  const site = (name: string): Record<string, string> => (hasSite ? { site: name } : {});
  const run = `${standing.run}-${hasSite ? "s" : "n"}`;
  const agent = { ...JSON_TYPE, ...bearer(rig.tokens.whole) };
  const at = (connection: string, of = "hamburg"): Record<string, string> => ({ ...site(of), connection });
  const asAgent = (name: ProblemName, value: unknown, headers: Ask["headers"] = {}): Provocation => ({
    name,
    operationId,
    ask: { operationId, path: at("mes-hamburg"), headers: { ...agent, ...headers }, body: typeof value === "string" ? value : JSON.stringify(value) },
  });
  const asErp = (name: ProblemName, value: unknown, headers: Ask["headers"] = {}): Provocation => {
    const body = JSON.stringify(value);
    return { name, operationId, ask: { operationId, path: at("erp"), headers: { ...JSON_TYPE, ...rig.senderHeaders("erp", body), ...headers }, body } };
  };
  const use = (more: string, changes = {}) => consumption(`${run}-${more}`, { hierarchyScope: "hamburg", ...changes });
  const signature = `v1,${Buffer.alloc(32).toString("base64")}`;
  const planned = (body: string): Ask => ({ operationId, path: at("b2mml", "suzhou"), headers: { ...XML_TYPE, ...rig.senderHeaders("b2mml", body) }, body });
  return [
    ...faulty(operationId, at("mes-hamburg"), JSON_FAULTS, () => agent, OPERATIONS.find((one) => one.operationId === operationId)?.problems ?? []),
    ...faulty(operationId, at("sap"), XML_FAULTS, (body) => ({ ...XML_TYPE, ...rig.senderHeaders("sap", body) }), [...Object.keys(XML_FAULTS)].map(nameOf)),
    { name: "connection-unknown", operationId, ask: { operationId, path: at("nobody"), headers: agent, body: "{}" } },
    {
      name: "header-repeated",
      operationId,
      invoke: true,
      ask: { operationId, path: at("mes-hamburg"), headers: { ...agent, "idempotency-key": ["a", "b"] }, body: "{}" },
    },
    asErp("key-missing", {}, { "webhook-id": "" }),
    asAgent("key-malformed", {}, { "idempotency-key": "a b" }),
    asErp("signatures-too-many", {}, { "webhook-signature": Array.from({ length: 11 }, () => signature).join(" ") }),
    asErp("signature-refused", {}, { "webhook-signature": signature }),
    asErp("timestamp-refused", {}, { "webhook-timestamp": "1" }),
    { name: "credentials-refused", operationId, ask: { operationId, path: at("sap"), headers: XML_TYPE, body: sapOrder({ unique: run, site: "DM01" }) } },
    { name: "token-refused", operationId, ask: { operationId, path: at("mes-hamburg"), headers: JSON_TYPE, body: "{}" } },
    { name: "not-found", operationId, ask: { operationId, path: at("mes-hamburg"), headers: { ...JSON_TYPE, ...bearer(rig.tokens.other) }, body: "{}" } },
    asAgent("access-unavailable", {}, bearer(rig.tokens.damaged)),
    { name: "message-takes-none", operationId, ask: planned(XML + bod("<OperationsSchedule/>", "GetOperationsSchedule")) },
    { name: "schema-broken", operationId, ask: planned(XML + bod("<OperationsPerformance><Wrong/></OperationsPerformance>", "ProcessOperationsPerformance")) },
    asAgent("lines-none", { lines: [] }),
    asAgent("lines-too-many", { lines: Array.from({ length: 501 }, () => ({ document: {} })) }),
    asAgent("identifier-characters", use("nul", { id: "a\u0000b" })),
    asAgent("document-unroutable", { type: "Nothing" }),
    asErp("version-missing", order(`${run}-v`, { version: undefined })),
    asErp("returns-to-sender", use("back")),
    asAgent("key-reused", use("again", { quantity: { value: 2, unit: "kg" } }), { "idempotency-key": `${standing.run}-used` }),
    asAgent("lines-refused", { lines: [{ document: { type: "Nothing" } }, { document: use("bad", { id: "a\u0000b" }) }] }),
    asAgent("not-queued", use("later"), { "idempotency-key": `${standing.run}-damaged` }),
    hasSite ? asAgent("site-differs", use("site", { hierarchyScope: "suzhou" })) : asErp("site-not-served", order(`${run}-a`, { hierarchyScope: "atlantis" })),
  ];
}

const NAMES: ReadonlyMap<string, ProblemName> = new Map(OPERATIONS.flatMap(({ problems }) => problems.map((name) => [name, name] as const)));
function nameOf(text: string): ProblemName {
  const name = NAMES.get(text);
  if (name === undefined) throw new Error(`no operation documents ${text}`);
  return name;
}

/** All that can be provoked of the running API; what cannot is in in-memory.ts. */
export function provocations(rig: ApiRig, standing: Standing): Provocation[] {
  const behindGrants = OPERATIONS.filter(({ access }) => access !== "public" && access !== "sender");
  return [
    ...behindGrants.flatMap((operation) => guarded(rig, operation, standing)),
    ...behindGrants.filter(({ method }) => method === "POST").flatMap((operation) => bodies(rig, operation, standing)),
    ...questions(rig, standing),
    ...agents(rig, standing),
    ...access(rig),
    ...door(rig, "postDocuments", standing),
    ...door(rig, "postDocumentsNamingTheirSite", standing),
  ];
}
