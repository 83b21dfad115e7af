import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DocumentType, isMasterData } from "../../core/documents/document-types.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { connectionOf } from "../../core/settings/settings.ts";
import type { CloudParts } from "../cloud.ts";
import { type FakeErpServer, startFakeErpServer } from "../fake-erp-server.ts";
import { credentialsFor } from "../sender-credentials.ts";
import { createWebhookSender, type WebhookSender } from "../webhook-sender.ts";
import { createErpRules, type ErpRules } from "./erp-rules.ts";
import { type Plant, startPlant } from "./plant.ts";
import { type Granted, issueToken } from "./token.ts";

/** What the scenario needs of a running cloud. */
export type RunningCloud = CloudParts & { killFunction(name: string): Promise<readonly number[]> };

/** A company with one ERP and a plant at each site, around a running cloud. */
export type Installation = {
  readonly cloud: RunningCloud;
  readonly erp: FakeErpServer;
  readonly rules: ErpRules;
  readonly plants: readonly Plant[];
  /** The ERP's side that posts webhooks. */
  readonly sender: WebhookSender;
  /** A person's token: may post, read and command. */
  readonly token: string;
  readonly webhookSecret: string;
  close(): Promise<void>;
};

export type InstallationOptions = {
  readonly cloud: RunningCloud;
  /** Where the settings say that the ERP's API is. */
  readonly erpPort: number;
  /** What an agent may want a person to know. */
  readonly report?: (site: string, event: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** Starts the ERP, gives out the tokens, and starts each plant's MES and agent. */
export async function openInstallation({ cloud, erpPort, report }: InstallationOptions): Promise<Installation> {
  const { settings } = cloud;
  const rules = createErpRules();
  const erp = await startFakeErpServer({ token: secretOf(cloud, "callSecret"), port: erpPort, refuses: rules.refuses, plan: rules.plan });
  const directory = await mkdtemp(join(tmpdir(), "orderlane-agents-"));
  const token = await issueToken(cloud, personGrant(cloud));
  const agents = await Promise.all(settings.sites.map(async ({ id }) => ({ site: id, token: await issueToken(cloud, agentGrant(cloud, id)) })));
  const plants = agents.map((agent) =>
    startPlant({
      ...agent,
      api: cloud.apiUrl,
      directory,
      now: Date.now,
      ...(report === undefined ? {} : { report: (event, detail) => report(agent.site, event, detail) }),
    }),
  );
  const webhookSecret = secretOf(cloud, "sourceSecret");
  const { source } = connectionOf(cloud.settings, "erp");
  return {
    cloud,
    erp,
    rules,
    plants,
    sender: createWebhookSender({ url: `${cloud.apiUrl}/v1/connections/erp/documents`, credentials: credentialsFor(source, webhookSecret), now: Date.now }),
    token,
    webhookSecret,
    close: async () => {
      await Promise.all(plants.map((plant) => plant.close()));
      await erp.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

class Incomplete extends Error {}

function secretOf({ settings, secrets }: CloudParts, which: "callSecret" | "sourceSecret"): string {
  const erp = settings.connections.find(({ role }) => role === "erp");
  const name = which === "callSecret" ? erp?.callSecret : secretNameOf(erp?.source);
  const value = name === undefined ? undefined : secrets[name];
  if (value === undefined) throw new Incomplete(`the settings name no ${which} of an ERP that the cloud has a value for`);
  return value;
}

const personGrant = ({ settings }: CloudParts): Granted => ({
  principal: "you@example.com",
  sites: settings.sites.map(({ id }) => id),
  connections: settings.connections.map(({ id }) => id),
  types: [...DocumentType.options],
  actions: ["post", "read", "command"],
});

const agentGrant = ({ settings }: CloudParts, site: string): Granted => ({
  principal: `agent-${site}`,
  sites: settings.sites.flatMap(({ id }) => (id === site ? [id] : [])),
  connections: settings.connections.flatMap(({ id, role, sites }) => (role === "mes" && sites.some((served) => served === site) ? [id] : [])),
  types: ["MaterialActual", ...DocumentType.options.filter(isMasterData)],
  actions: ["post", "lease", "verdict"],
});
