import { type Agents, createAgents } from "./agent.ts";
import type { Functions } from "./functions.ts";
import type { Traits } from "./planned-documents.ts";
import { createMes, type Mes } from "./plant.ts";
import type { Random } from "./random.ts";
import type { Requests } from "./requests.ts";
import { type Process, type Scheduler, START } from "./scheduler.ts";
import type { Tally } from "./tally.ts";
import type { WorldPlan } from "./world-plan.ts";

export type PlantsOptions = {
  readonly plan: WorldPlan;
  readonly sites: readonly string[];
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tally: Tally;
  readonly requests: Requests;
  readonly over: (process: Process) => Functions;
  readonly traitsOf: (tag: string) => Traits;
  readonly isHealed: () => boolean;
  readonly hasMail: (site: string) => boolean;
};

export type Plants = {
  readonly systems: ReadonlyMap<string, Mes>;
  /** Something lies in the site's mailbox. */
  poke(site: string): void;
  /** How often agents were told that another verdict is stored. */
  conflicts(): number;
};

/** Each site's MES and the agent that works for it. */
export function createPlants(options: PlantsOptions): Plants {
  const { plan, sites, scheduler, random, tally, traitsOf, isHealed } = options;
  const systems = new Map(sites.map((site) => [site, createMes({ site, now: () => scheduler.now(), traitsOf, forgets: plan.plantForgets === true })]));
  const agents = new Map<string, Agents>();
  for (const [site, mes] of systems) {
    const habits = plan.habits[site];
    if (habits === undefined) continue;
    const hasMail = (): boolean => options.hasMail(site);
    const parts = { scheduler, random: random.fork(`agents ${site}`), tally, site, mes, habits, isHealed, hasMail };
    agents.set(site, createAgents({ ...parts, startedAt: START, api: apiOf(options, site) }));
  }
  return {
    systems,
    poke: (site) => agents.get(site)?.poke(),
    conflicts: () => [...agents.values()].reduce((sum, agent) => sum + agent.conflicts(), 0),
  };
}

function apiOf({ requests, over }: PlantsOptions, site: string): Parameters<typeof createAgents>[0]["api"] {
  return {
    lease: (max) => requests.call("lease-deliveries", (process) => over(process).lease(site, max)),
    heartbeat: async () => void (await requests.call("heartbeat", (process) => over(process).heartbeat(site))),
    report: async (delivery, verdict) => {
      const verdicts = [{ ...verdict, delivery: delivery.id, leaseToken: "lease" }];
      const answer = await requests.call("report-verdicts", (process) => over(process).report(site, { verdicts }));
      const result = answer?.results[0]?.result;
      if (result === undefined) return undefined;
      return result === "conflict" ? "conflict" : "taken";
    },
  };
}
