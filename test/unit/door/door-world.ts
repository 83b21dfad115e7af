import { plainJsonFormat } from "../../../connectors/plain-json/format.ts";
import { Grant, grantItem } from "../../../core/access/grants.ts";
import { cachedKeySets, type Jwks } from "../../../core/access/key-sets.ts";
import type { DoorPorts } from "../../../core/door/request.ts";
import type { Item } from "../../../core/ledger/ledger-store.ts";
import { Settings } from "../../../core/settings/settings.ts";
import { createReceiveDocuments } from "../../../functions/receive-documents/receive-documents.ts";
import type { TokenKind } from "../../bad-input/build-request.ts";
import { type VirtualClock, virtualClock } from "../../support/memory/clock.ts";
import { memoryJwks } from "../../support/memory/jwks.ts";
import { type MemoryLaneQueue, memoryLaneQueue } from "../../support/memory/lane-queue.ts";
import { type MemoryLedgerStore, memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { type MemoryPayloadStore, memoryPayloadStore } from "../../support/memory/payload-store.ts";
import { type MemorySecrets, memorySecrets } from "../../support/memory/secrets.ts";

export const START = Date.UTC(2026, 2, 1, 12, 0, 0, 500);
export const SECRET = `whsec_${Buffer.from("a secret of the door's own tests").toString("base64")}`;

const target = { commitSeconds: 2, callsPerSecond: 10, maxConcurrency: 2, batchSize: 10, oneAtATime: false, breakerFailures: 5, breakerSeconds: 10 };
const source = { allowlist: [], validateAtDoor: false, timeZone: "Europe/Berlin", volatile: ["sentAt"] };
const site = { businessDeadlineSeconds: 20, leaseSeconds: 5, agentSilenceSeconds: 10, pollAfterSeconds: { busy: 1, idle: 1 } };
const type = { ordering: "lane", takesOver: false, dependencySeconds: 20, versioned: false };
const SIGNED = { scheme: "standard-webhooks", secret: "erp-webhook" };
const mes = (id: string, of: string) => ({
  id,
  system: "plain-json",
  role: "mes",
  sites: [of],
  source: { ...source, scheme: "bearer", matchKey: "exact" },
  target,
});

export type SourceChanges = {
  readonly validateAtDoor?: boolean;
  readonly allowlist?: readonly string[];
  readonly timeZone?: string;
  /** The settings of another scheme than Standard Webhooks. */
  readonly scheme?: Readonly<Record<string, unknown>>;
  /** Reports go to the MES, so that the ERP may send some. */
  readonly routesReports?: boolean;
  /** Whose published keys are asked for; without one, nobody's. */
  readonly jwks?: Jwks;
};

const settingsOf = ({ scheme = SIGNED, routesReports = false, jwks: _jwks, ...erp }: SourceChanges): Settings =>
  Settings.parse({
    stage: "local",
    sites: ["hamburg", "suzhou"].map((id) => ({
      id,
      routes: {
        OperationsRequest: `mes-${id}`,
        MaterialDefinition: `mes-${id}`,
        MaterialActual: routesReports ? `mes-${id}` : "erp",
        SegmentResponse: "erp",
        TestResult: "erp",
        MaterialLot: "erp",
      },
      ...site,
    })),
    connections: [
      {
        id: "erp",
        system: "plain-json",
        role: "erp",
        backflush: "orderlane",
        receipt: "orderlane",
        sites: ["hamburg", "suzhou"],
        url: "https://erp.example.org",
        source: { ...source, ...scheme, matchKey: "strip-leading-zeros", ...erp },
        target,
      },
      mes("mes-hamburg", "hamburg"),
      mes("mes-suzhou", "suzhou"),
    ],
    documentTypes: {
      OperationsRequest: { ...type, takesOver: true, versioned: true },
      MaterialDefinition: { ...type, versioned: true },
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

const token = (letter: string): string => `orl_${letter.repeat(26)}`;
export const TOKENS: Readonly<Record<TokenKind, string>> = {
  valid: token("a"),
  none: "",
  malformed: "orl_short",
  unknown: token("b"),
  expired: token("c"),
  revoked: token("d"),
  long: "",
  "other-site": token("e"),
  "without-action": token("f"),
  "without-type": token("g"),
};

const full = {
  principal: "the plant's agent",
  sites: ["hamburg"],
  connections: ["mes-hamburg"],
  types: ["MaterialActual", "SegmentResponse", "TestResult", "MaterialLot"],
  actions: ["post", "lease"],
  expiresAt: START + 1,
  revoked: false,
};
const given: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  [TOKENS.valid, {}],
  [TOKENS.expired, { expiresAt: START }],
  [TOKENS.revoked, { revoked: true }],
  [TOKENS["other-site"], { sites: ["suzhou"], connections: ["mes-suzhou"] }],
  [TOKENS["without-action"], { actions: ["lease", "read"] }],
  [TOKENS["without-type"], { types: ["OperationsRequest"] }],
];
const GrantParts = Grant.omit({ pk: true, sk: true });

export type DoorWorld = Omit<DoorPorts, "ledger" | "payloads" | "queue" | "secrets" | "clock"> & {
  readonly ledger: MemoryLedgerStore;
  readonly payloads: MemoryPayloadStore;
  readonly queue: MemoryLaneQueue;
  readonly secrets: MemorySecrets;
  readonly clock: VirtualClock;
  readonly receive: ReturnType<typeof createReceiveDocuments>;
  /** What is in the ledger besides the grants. */
  written(): readonly Item[];
  queued(): number;
};

/** The door with in-memory ports, a token of each kind, and a look at what it left behind. */
export async function doorWorld(erp: SourceChanges = {}, refuses: () => boolean = () => false): Promise<DoorWorld> {
  const settings = settingsOf(erp);
  const clock = virtualClock(START);
  const ledger = memoryLedgerStore();
  const payloads = memoryPayloadStore();
  const queue = memoryLaneQueue({ clock, visibilityMilliseconds: 5000, refuses });
  const secrets = memorySecrets({ "erp-webhook": [SECRET] });
  for (const [name, change] of given) await ledger.write([{ kind: "put", item: grantItem(name, GrantParts.parse({ ...full, ...change })) }]);
  const keySets = cachedKeySets({ jwks: erp.jwks ?? memoryJwks(), clock });
  const ports = { ledger, payloads, queue, secrets, keySets, clock, settings, formatOf: () => plainJsonFormat };
  return {
    ...ports,
    receive: createReceiveDocuments(ports),
    written: () => ledger.all().filter((item) => !item.pk.startsWith("ACCESS#")),
    queued: () => settings.connections.reduce((sum, connection) => sum + queue.depth(connection.id), 0),
  };
}
