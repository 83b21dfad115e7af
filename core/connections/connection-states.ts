import * as z from "zod";
import { breakerUntil } from "../effects/load-budget.ts";
import { SECOND } from "../lanes/times.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import { readAgent } from "../mailbox/agent-silence.ts";
import type { Connection, Settings, Site } from "../settings/settings.ts";
import { readPauses } from "./pauses.ts";

const Time = z.string().meta({ description: "UTC, ISO 8601 with milliseconds" });

const ConnectionAnswer = z.strictObject({
  connection: z.string(),
  role: z.enum(["erp", "mes"]),
  /** `paused` by an operator; `breaker-open`: it failed again and again, and is tried again at `openUntil`; `silent`: its plant's agent was not heard of for its time; else `open`. */
  state: z.enum(["open", "paused", "breaker-open", "silent"]),
  paused: z.strictObject({ by: z.string(), why: z.string(), at: Time }).optional(),
  openUntil: Time.optional(),
  agentHeardAt: Time.optional(),
});
export type ConnectionAnswer = z.infer<typeof ConnectionAnswer>;

/** Body of GET /v1/sites/{site}/connections. */
export const ConnectionsAnswer = z.strictObject({ site: z.string(), asOf: Time, connections: z.array(ConnectionAnswer) });
export type ConnectionsAnswer = z.infer<typeof ConnectionsAnswer>;

type Ports = { readonly ledger: LedgerStore; readonly clock: Clock; readonly settings: Settings };

const instant = (at: number): string => new Date(at).toISOString();

/** How each connection of a site stands. */
export async function connectionsAnswer(ports: Ports, site: Site): Promise<ConnectionsAnswer> {
  const { ledger, clock, settings } = ports;
  const own = settings.connections.filter(({ sites }) => sites.includes(site.id));
  const now = clock.now();
  const [pauses, agent] = await Promise.all([
    readPauses(
      ledger,
      own.map(({ id }) => id),
    ),
    readAgent(ports, site),
  ]);
  const connections = await Promise.all(
    own.map(async (connection): Promise<ConnectionAnswer> => {
      const pause = pauses.get(connection.id);
      const openUntil = await breakerUntil(ledger, connection, now);
      const heardAt = connection.role === "mes" ? agent?.heardAt : undefined;
      return {
        connection: connection.id,
        role: connection.role,
        state: pause === undefined ? stateOf(connection, site, openUntil, heardAt, now) : "paused",
        ...(pause === undefined ? {} : { paused: { ...pause, at: instant(pause.at) } }),
        ...(openUntil === undefined ? {} : { openUntil: instant(openUntil) }),
        ...(heardAt === undefined ? {} : { agentHeardAt: instant(heardAt) }),
      };
    }),
  );
  return { site: site.id, asOf: instant(now), connections };
}

function stateOf({ role }: Connection, site: Site, openUntil: number | undefined, heardAt: number | undefined, now: number): ConnectionAnswer["state"] {
  if (openUntil !== undefined) return "breaker-open";
  const isSilent = role === "mes" && (heardAt === undefined || now - heardAt > site.agentSilenceSeconds * SECOND);
  return isSilent ? "silent" : "open";
}
