import { plainJsonFormat } from "../../../connectors/plain-json/format.ts";
import { cachedKeySets } from "../../../core/access/key-sets.ts";
import type { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { parseExactJson } from "../../../core/documents/exact-json.ts";
import type { DocumentId } from "../../../core/documents/ids.ts";
import type { MappingAnswer } from "../../../core/documents/source-format.ts";
import type { DoorAnswer } from "../../../core/door/answer-message.ts";
import type { DoorRequest } from "../../../core/door/request.ts";
import { readHeader } from "../../../core/effects/effect.ts";
import { createLoadBudget } from "../../../core/effects/load-budget.ts";
import type { StepOutcome } from "../../../core/effects/outcomes.ts";
import type { TargetSystem } from "../../../core/effects/target-system.ts";
import type { CommandName } from "../../../core/lanes/notices.ts";
import type { LanePorts } from "../../../core/lanes/ports.ts";
import type { Header } from "../../../core/ledger/items.ts";
import { type LeaseAnswer, leaseDeliveries } from "../../../core/mailbox/lease.ts";
import { mappingContext } from "../../../core/mapping/context.ts";
import { type Connection, connectionOf, type Settings, siteOf } from "../../../core/settings/settings.ts";
import { createAdvanceLane, type LaneRecord } from "../../../functions/advance-lane/advance-lane.ts";
import { createCommandDocument } from "../../../functions/command-document/command-document.ts";
import { createPerformStep } from "../../../functions/perform-step/perform-step.ts";
import { createReceiveDocuments } from "../../../functions/receive-documents/receive-documents.ts";
import { createHeartbeat, createReportVerdicts, type VerdictLine, type VerdictsRequest } from "../../../functions/report-verdicts/report-verdicts.ts";
import { createWakeDue } from "../../../functions/wake-due/wake-due.ts";
import { memoryAudit } from "../memory/audit.ts";
import { memoryJwks } from "../memory/jwks.ts";
import type { BarePorts } from "./gated-ports.ts";

/** The real logic of every function over the ports of one invocation: what each function's handler composes on AWS. */
export type Functions = {
  receive(request: DoorRequest): Promise<DoorAnswer>;
  advance(records: readonly LaneRecord[], remainingMs: () => number): Promise<readonly string[]>;
  perform(input: unknown, remainingMs: () => number): Promise<StepOutcome>;
  lease(site: string, max: number): Promise<LeaseAnswer>;
  report(site: string, verdicts: VerdictsRequest): Promise<{ readonly results: readonly VerdictLine[] }>;
  heartbeat(site: string): Promise<unknown>;
  command(
    site: string,
    document: DocumentId,
    command: CommandName,
    said?: { readonly postedAs?: string; readonly unchecked?: true },
  ): Promise<"queued" | "refused" | "perhaps queued">;
  wake(): Promise<unknown>;
};

class NoTarget extends Error {}

const queueUrlOf = (connection: Connection): string => `queue:${connection.id}`;

export function functionsOver(ports: BarePorts, settings: Settings, onFailure: (record: LaneRecord, error: unknown) => void): Functions {
  const { ledger, payloads, queue, workflows, clock, ids, pause } = ports;
  const budget = createLoadBudget({ ledger, clock, ids, claimSeconds: settings.limits.claimSeconds, pause });

  async function map(header: Header): Promise<MappingAnswer | undefined> {
    const source = await payloads.read(header.id);
    if (source === undefined) return undefined;
    const parsed = parseExactJson(new TextEncoder().encode(source));
    if (parsed.kind === "refused") return { kind: "invalid", reasons: [{ code: "WORLD-003", message: parsed.message }] };
    return plainJsonFormat.toCanonical(parsed.value, mappingContext(connectionOf(settings, header.connection), siteOf(settings, header.site)));
  }

  async function canonicalOf(document: DocumentId): Promise<CanonicalDocument | undefined> {
    const header = await readHeader(ledger, document);
    const mapped = header === undefined ? undefined : await map(header);
    return mapped?.kind === "canonical" ? mapped.document : undefined;
  }

  const targetOf = (connection: Connection): TargetSystem => {
    const target = ports.targets.get(connection.id);
    if (target === undefined) throw new NoTarget(`${connection.id} is called by nobody`);
    return target;
  };
  const lanes: LanePorts = { ledger, clock, ids, budget, settings, queue, workflows, map, targetOf, queueUrlOf };
  // No connection of these worlds has tokens of another issuer.
  const keySets = cachedKeySets({ jwks: memoryJwks(), clock });
  return {
    receive: createReceiveDocuments({ ledger, payloads, queue, secrets: ports.secrets, keySets, clock, settings, formatOf: () => plainJsonFormat }),
    advance: createAdvanceLane({ ...lanes, onFailure }),
    perform: createPerformStep({ ledger, clock, ids, budget, settings, workflows, map, targetOf }),
    lease: (site, max) =>
      leaseDeliveries({ ledger, clock, ids, settings, canonicalOf, onUnleasable: () => undefined }, siteOf(settings, site), max, (document) => document),
    report: (site, verdicts) => createReportVerdicts({ ledger, clock, settings, queue, workflows })(site, verdicts),
    heartbeat: (site) => createHeartbeat({ ledger, clock, settings, queue, workflows })(site),
    command: async (site, document, command, said = {}) => {
      const give = createCommandDocument({ ledger, queue, ids, clock, settings, audit: memoryAudit() });
      const answer = await give(site, document, { command, why: "a test", ...said }, { who: "operator", from: "192.0.2.1" });
      if (answer.kind !== "refused") return "queued";
      return answer.problem.name === "not-queued" ? "perhaps queued" : "refused";
    },
    wake: createWakeDue({ ledger, clock, settings, queue, workflows }),
  };
}
