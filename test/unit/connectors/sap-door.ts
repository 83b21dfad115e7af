import type * as z from "zod";
import { sapIdocFormat } from "../../../connectors/sap-idoc/format.ts";
import { Grant, grantItem } from "../../../core/access/grants.ts";
import { cachedKeySets } from "../../../core/access/key-sets.ts";
import { DocumentId } from "../../../core/documents/ids.ts";
import { parseKeptText } from "../../../core/documents/kept-text.ts";
import { AcceptedBody, type LineResult } from "../../../core/door/line-results.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { mappingContext } from "../../../core/mapping/context.ts";
import { connectionOf, Settings, siteOf } from "../../../core/settings/settings.ts";
import { createReceiveDocuments } from "../../../functions/receive-documents/receive-documents.ts";
import { virtualClock } from "../../support/memory/clock.ts";
import { memoryJwks } from "../../support/memory/jwks.ts";
import { memoryLaneQueue } from "../../support/memory/lane-queue.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { memoryPayloadStore } from "../../support/memory/payload-store.ts";
import { memorySecrets } from "../../support/memory/secrets.ts";

const START = Date.UTC(2026, 10, 24, 12);
const TOKEN = `orl_${"a".repeat(26)}`;
const target = { commitSeconds: 2, callsPerSecond: 10, maxConcurrency: 2, batchSize: 10, oneAtATime: false, breakerFailures: 5, breakerSeconds: 10 };
const source = { scheme: "bearer", allowlist: [], validateAtDoor: false, timeZone: "Europe/Berlin", matchKey: "strip-leading-zeros", volatile: [] };
const type = { ordering: "lane", takesOver: true, dependencySeconds: 20, versioned: true };

export const SETTINGS = Settings.parse({
  stage: "local",
  sites: [
    {
      id: "hamburg",
      routes: { OperationsRequest: "mes-hamburg", MaterialDefinition: "mes-hamburg", Equipment: "mes-hamburg" },
      businessDeadlineSeconds: 20,
      leaseSeconds: 5,
      agentSilenceSeconds: 10,
      pollAfterSeconds: { busy: 1, idle: 1 },
    },
  ],
  connections: [
    {
      id: "erp",
      system: "sap-idoc",
      role: "erp",
      backflush: "erp",
      receipt: "erp",
      sites: ["hamburg"],
      siteCodes: { DM01: "hamburg" },
      unversioned: ["MaterialDefinition", "Equipment"],
      url: "https://erp.example.org/sap/bc/idoc_xml",
      source,
      target,
    },
    { id: "mes-hamburg", system: "plain-json", role: "mes", sites: ["hamburg"], source, target },
  ],
  documentTypes: {
    OperationsRequest: type,
    MaterialDefinition: type,
    MaterialActual: { ...type, versioned: false },
    Equipment: type,
    ProcessSegment: type,
    OperationsDefinition: type,
    Person: type,
    ReasonCode: type,
    SegmentResponse: type,
    TestResult: type,
    MaterialLot: type,
    UnitOfMeasure: type,
  },
  limits: {
    consumerTimeoutSeconds: 4,
    claimSeconds: 6,
    callSeconds: 2,
    receivedWakeSeconds: 900,
    watchSeconds: 2,
    bodyBytes: 4 * 1024 * 1024,
    linesPerMessage: 500,
    signatureToleranceSeconds: 300,
    openShards: 2,
    headerDays: 400,
    resultDays: 400,
    genealogyDays: 3653,
    auditDays: 10,
  },
});

/** What became of one document of a message: refused by its code and place, parked by its reasons, or taken as this canonical document. */
export type Fate =
  | { readonly refused: string; readonly path?: string }
  | { readonly parked: readonly string[] }
  | { readonly taken: unknown }
  | { readonly result: string };

export type SapDoor = {
  send(body: Uint8Array | string, contentType?: string): Promise<{ readonly status: number; readonly fates: readonly Fate[] }>;
  stored(): number;
};

/** The door of a connection with SAP, in memory, and what the lane would say of what it took. */
export async function sapDoor(): Promise<SapDoor> {
  const clock = virtualClock(START);
  const ledger = memoryLedgerStore();
  const payloads = memoryPayloadStore();
  const all = { sites: ["hamburg"], connections: ["erp"], types: ["OperationsRequest", "MaterialDefinition", "Equipment"], actions: ["post"] };
  const grant = Grant.omit({ pk: true, sk: true }).parse({ ...all, principal: "SAP", expiresAt: START + 1000, revoked: false });
  await ledger.write([{ kind: "put", item: grantItem(TOKEN, grant) }]);
  const queue = memoryLaneQueue({ clock, visibilityMilliseconds: 5000, refuses: () => false });
  const receive = createReceiveDocuments({
    ledger,
    payloads,
    queue,
    secrets: memorySecrets({}),
    keySets: cachedKeySets({ jwks: memoryJwks(), clock }),
    clock,
    settings: SETTINGS,
    formatOf: () => sapIdocFormat,
  });
  const context = mappingContext(connectionOf(SETTINGS, "erp"), siteOf(SETTINGS, "hamburg"));

  const fateOf = async (document: string): Promise<Fate> => {
    const kept = await payloads.read(DocumentId.parse(document));
    const parsed = kept === undefined ? undefined : parseKeptText(kept);
    if (parsed?.kind !== "parsed") throw new Error(`${document} cannot be read again`);
    const answer = sapIdocFormat.toCanonical(parsed.value, context);
    return answer.kind === "canonical" ? { taken: answer.document } : { parked: answer.reasons.map(({ code, field, text }) => [code, field, text].join(" ")) };
  };
  return {
    send: async (body, contentType = "application/xml") => {
      const answer = await receive({
        path: { connection: "erp" },
        headers: { "content-type": [contentType], authorization: [`Bearer ${TOKEN}`] },
        body: typeof body === "string" ? Buffer.from(body) : body,
        sourceIp: "192.0.2.1",
      });
      const said: unknown = JSON.parse(answer.body);
      if (answer.status !== 202) return { status: answer.status, fates: refusalsIn(ProblemBody.parse(said)) };
      const fates = AcceptedBody.parse(said).lines.map((line) =>
        line.result === "accepted" && line.document !== undefined ? fateOf(line.document) : Promise.resolve(notTaken(line)),
      );
      return { status: answer.status, fates: await Promise.all(fates) };
    },
    stored: () => ledger.all().filter((item) => !item.pk.startsWith("ACCESS#")).length,
  };
}

const notTaken = ({ result, code, path }: LineResult): Fate => (code === undefined ? { result } : { refused: code, ...at(path) });

const refusalsIn = ({ code, path, lines }: z.infer<typeof ProblemBody>): Fate[] =>
  lines === undefined ? [{ refused: code, ...at(path) }] : lines.map(notTaken);

const at = (path: string | undefined) => (path === undefined ? {} : { path });
