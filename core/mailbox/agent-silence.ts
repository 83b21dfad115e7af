import { SECOND } from "../lanes/times.ts";
import { AgentItem, type Delivery, itemOf, parseIfThere } from "../ledger/items.ts";
import { agentKey } from "../ledger/keys.ts";
import type { Site } from "../settings/settings.ts";
import type { MailboxPorts } from "./mailbox.ts";

export async function readAgent(ports: MailboxPorts, site: Site): Promise<AgentItem | undefined> {
  return parseIfThere(AgentItem, await ports.ledger.read(agentKey(site.id)));
}

/** How long the agent has been silent in all, in milliseconds, as of now. */
export function silentMs(agent: AgentItem | undefined, site: Site, now: number): number {
  if (agent === undefined) return 0;
  return agent.silentMs + Math.max(0, now - agent.heardAt - site.agentSilenceSeconds * SECOND);
}

/** The agent was heard of, where it leases in the language it asks for. Written at most a few times per silence limit, since agents poll every few seconds. */
export async function hearAgent(ports: MailboxPorts, site: Site, format?: string): Promise<AgentItem> {
  for (;;) {
    const now = ports.clock.now();
    const before = await readAgent(ports, site);
    if (before !== undefined && isKnown(before, format) && now - before.heardAt < (site.agentSilenceSeconds * SECOND) / 4) return before;
    const after = { ...agentKey(site.id), heardAt: now, silentMs: silentMs(before, site, now), ...spoken(before, format) };
    const unchanged = before === undefined ? [{ absent: true as const }] : [{ path: "heardAt", is: before.heardAt }];
    const answer = await ports.ledger.write([{ kind: "put", item: itemOf(agentKey(site.id), after), if: unchanged }]);
    if (answer.kind === "written") return after;
  }
}

/** A heartbeat says no language: the one it leased in last is kept. */
function spoken(before: AgentItem | undefined, format: string | undefined): { readonly format?: string } {
  const last = format === undefined ? before?.format : format;
  return last === undefined ? {} : { format: last };
}

const isKnown = (before: AgentItem, format: string | undefined): boolean => format === undefined || before.format === format;

/** When the business deadline of a leased delivery passes: it stands still while the agent is silent (LANES.md 8); undefined where none runs. */
export function deadlineOf(delivery: Delivery, agent: AgentItem | undefined, site: Site, now: number): number | undefined {
  if (!delivery.hasDeadline || delivery.firstLeasedAt === undefined || delivery.verdict !== undefined || delivery.withdrawn) return undefined;
  const stoodStill = silentMs(agent, site, now) - (delivery.silentMsAtLease ?? 0);
  return delivery.firstLeasedAt + site.businessDeadlineSeconds * SECOND + Math.max(0, stoodStill);
}
