import * as z from "zod";
import { VerdictResult } from "../../core/ledger/items.ts";
import { hearAgent } from "../../core/mailbox/agent-silence.ts";
import { recordVerdict, type VerdictAnswer, type VerdictPorts } from "../../core/mailbox/verdict.ts";
import { siteOf } from "../../core/settings/settings.ts";

/** Cut, and unknown fields let through, not refused: a plant would repeat a refused report for ever. An item of the ledger holds 400 KB. */
const upTo = (characters: number) => z.string().transform((text) => [...text].slice(0, characters).join(""));
const LINES_AT_MOST = 300;

const VerdictLineRequest = z.object({ id: upTo(100), result: VerdictResult, message: upTo(300).optional() });

export const VerdictsRequest = z.strictObject({
  verdicts: z
    .array(
      z.object({
        delivery: z.string(),
        leaseToken: z.string().min(1).max(64),
        result: VerdictResult,
        reference: upTo(100).optional(),
        reason: z.object({ code: upTo(100), message: upTo(1000) }).optional(),
        lines: z
          .array(VerdictLineRequest)
          .transform((lines) => lines.slice(0, LINES_AT_MOST))
          .optional(),
      }),
    )
    .min(1)
    .max(100),
});
export type VerdictsRequest = z.infer<typeof VerdictsRequest>;

export const HeartbeatRequest = z.strictObject({});

export type VerdictLine = { readonly delivery: string; readonly result: VerdictAnswer };

/**
 * Stores the verdicts of a site's agent, each by itself; the first of a delivery counts. One that cannot be stored keeps none behind it from being so.
 * Throws at the end where one could not: the agent repeats the report, and those that were stored answer the same again.
 */
export function createReportVerdicts(ports: VerdictPorts): (site: string, request: VerdictsRequest) => Promise<{ results: VerdictLine[] }> {
  return async (siteId, request) => {
    const site = siteOf(ports.settings, siteId);
    await hearAgent(ports, site);
    const results: VerdictLine[] = [];
    const failures: unknown[] = [];
    for (const { delivery, leaseToken: _lease, ...verdict } of request.verdicts) {
      try {
        results.push({ delivery, result: await recordVerdict(ports, site, delivery, verdict) });
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${request.verdicts.length} verdicts could not be stored`);
    return { results };
  };
}

/** The agent is there: the business deadlines of its deliveries run. */
export function createHeartbeat(ports: VerdictPorts): (site: string) => Promise<{ serverTime: string; pollAfterSeconds: number }> {
  return async (siteId) => {
    const site = siteOf(ports.settings, siteId);
    await hearAgent(ports, site);
    return { serverTime: new Date(ports.clock.now()).toISOString(), pollAfterSeconds: site.pollAfterSeconds.idle };
  };
}
