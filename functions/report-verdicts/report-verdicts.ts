import { hearAgent } from "../../core/mailbox/agent-silence.ts";
import type { HeartbeatBody, VerdictsBody, VerdictsRequest } from "../../core/mailbox/bodies.ts";
import { recordVerdict, type VerdictPorts } from "../../core/mailbox/verdict.ts";
import { siteOf } from "../../core/settings/settings.ts";

/**
 * Stores the verdicts of a site's agent, each by itself; the first of a delivery counts. One that cannot be stored keeps none behind it from being so.
 * Throws at the end where one could not: the agent repeats the report, and those that were stored answer the same again.
 */
export function createReportVerdicts(ports: VerdictPorts): (site: string, request: VerdictsRequest) => Promise<VerdictsBody> {
  return async (siteId, request) => {
    const site = siteOf(ports.settings, siteId);
    await hearAgent(ports, site);
    const results: VerdictsBody["results"] = [];
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
export function createHeartbeat(ports: VerdictPorts): (site: string) => Promise<HeartbeatBody> {
  return async (siteId) => {
    const site = siteOf(ports.settings, siteId);
    await hearAgent(ports, site);
    return { serverTime: new Date(ports.clock.now()).toISOString(), pollAfterSeconds: site.pollAfterSeconds.idle };
  };
}
