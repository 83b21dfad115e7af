import { randomIds } from "../../aws/ids.ts";

/** By hand: what is asked of each operation at each target, so that whoever may gets the operation's own answer, and nothing that could be mistaken for a refusal. */

export type Asked = {
  readonly path: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body?: string;
};

/** A document and a grant of each site, and the order that the document is about. */
export type Standing = { readonly documents: Readonly<Record<string, string>>; readonly grants: Readonly<Record<string, string>>; readonly order: string };

export const ORDER = `MATRIX-${randomIds.next()}`;

const JSON_TYPE = "application/json";
const XML_TYPE = "application/xml";
const EMPTY_SCHEDULE = `<SyncOperationsSchedule xmlns="http://www.mesa.org/xml/B2MML" releaseID="7"><ApplicationArea><CreationDateTime>2026-11-24T12:00:00Z</CreationDateTime><BODID>B-1</BODID></ApplicationArea><DataArea><Sync/><OperationsSchedule><ID>S</ID></OperationsSchedule></DataArea></SyncOperationsSchedule>`;

/** One consumption for each site: sent again it is a duplicate. Of the signed senders a message without documents: who sends it is known by then. */
export function consumptionOf(site: string): string {
  return JSON.stringify({
    type: "MaterialActual",
    id: `USE-${ORDER}-${site}`,
    hierarchyScope: site,
    operationsRequestId: ORDER,
    materialDefinitionId: "4711",
    materialUse: "Consumed",
    quantity: { value: "1.5", unit: "kg" },
    actualTime: "2026-03-02T07:30:00Z",
  });
}

function messageTo(connection: string): Pick<Asked, "type" | "body"> {
  switch (connection) {
    case "erp":
      return { type: JSON_TYPE, body: '{"documents":[]}' };
    case "sap":
      return { type: XML_TYPE, body: "<LOIPRO05/>" };
    case "b2mml":
      return { type: XML_TYPE, body: EMPTY_SCHEDULE };
    default:
      return { type: JSON_TYPE, body: consumptionOf(connection.replace(/^mes-/, "")) };
  }
}

const json = (value: unknown): Pick<Asked, "type" | "body"> => ({ type: JSON_TYPE, body: JSON.stringify(value) });

/** For a day, of nothing but to administer the site. */
export const grantFor = (site: string): Asked => ({
  path: {},
  ...json({ principal: "the access matrix", sites: [site], connections: [], types: [], actions: ["administer"], days: 1, why: "the access matrix" }),
});

/** Without a reason: who may gets 422, and the connection goes on. */
const steering = (target: string): Asked => {
  const [site = "", connection = ""] = target.split("/");
  return { path: { site, connection }, ...json({}) };
};

type AskOf = (target: string, standing: Standing) => Asked;

export const ASKS: Readonly<Record<string, AskOf>> = {
  postDocuments: (target) => {
    const [site = "", connection = ""] = target.split("/");
    return { path: { site, connection }, ...messageTo(connection) };
  },
  postDocumentsNamingTheirSite: (connection) => ({ path: { connection }, ...messageTo(connection) }),
  leaseDeliveries: (site) => ({ path: { site }, ...json({ max: 1 }) }),
  reportVerdicts: (site) => ({ path: { site }, ...json({ verdicts: [{ delivery: "nothing", leaseToken: "none", result: "outdated" }] }) }),
  sendHeartbeat: (site) => ({ path: { site }, ...json({}) }),
  readResults: (site) => ({ path: { site }, query: { connection: `mes-${site}` } }),
  readDocument: (site, { documents }) => ({ path: { site, id: documents[site] ?? String(documents.hamburg) } }),
  readOrder: (site, { order }) => ({ path: { site }, query: { number: order } }),
  listOpenDocuments: (site) => ({ path: { site }, query: { limit: "1" } }),
  // Without its number: asked for by who may, it is 422, whatever the ERP says.
  readOrderBalance: (site) => ({ path: { site } }),
  readLotGenealogy: (site) => ({ path: { site, lot: "-" } }),
  listMasterData: (site) => ({ path: { site }, query: { limit: "1" } }),
  // Of an attempt that is not there: who may gets 409, and nothing is done.
  commandDocument: (site, { documents }) => ({
    path: { site, id: documents[site] ?? String(documents.hamburg) },
    ...json({ command: "skip", attempt: 999, why: "the access matrix" }),
  }),
  listConnections: (site) => ({ path: { site } }),
  pauseConnection: steering,
  resumeConnection: steering,
  createGrant: (site) => grantFor(site),
  listGrants: () => ({ path: {} }),
  revokeGrant: (site, { grants }) => ({ path: { id: grants[site] ?? "00000000000000000000000000" }, ...json({ why: "the access matrix" }) }),
  readAudit: () => ({ path: {} }),
  // A value that no scheme takes: who may gets 422, and the secret stays.
  replaceSecret: (target) => {
    const [connection = "", which = ""] = target.split("/");
    return { path: { connection, which }, ...json({ value: "not a webhook's", why: "the access matrix" }) };
  },
  readApiDescription: () => ({ path: {} }),
};
