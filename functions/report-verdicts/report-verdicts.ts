import * as z from "zod";
import { Verdict } from "../../core/ledger/items.ts";
import { hearAgent } from "../../core/mailbox/agent-silence.ts";
import { recordVerdict, type VerdictAnswer, type VerdictPorts } from "../../core/mailbox/verdict.ts";
import { siteOf } from "../../core/settings/settings.ts";

export const VerdictsRequest = z.strictObject({
  verdicts: z
    .array(Verdict.extend({ delivery: z.string(), leaseToken: z.string().min(1).max(64) }))
    .min(1)
    .max(100),
});
export type VerdictsRequest = z.infer<typeof VerdictsRequest>;

export const HeartbeatRequest = z.strictObject({});

export type VerdictLine = { readonly delivery: string; readonly result: VerdictAnswer };

/** Stores the verdicts of a site's agent, each by itself; the first of a delivery counts. */
export function createReportVerdicts(ports: VerdictPorts): (site: string, request: VerdictsRequest) => Promise<{ results: VerdictLine[] }> {
  return async (siteId, request) => {
    const site = siteOf(ports.settings, siteId);
    await hearAgent(ports, site);
    const results: VerdictLine[] = [];
    for (const { delivery, leaseToken: _lease, ...verdict } of request.verdicts) {
      results.push({ delivery, result: await recordVerdict(ports, site, delivery, verdict) });
    }
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
