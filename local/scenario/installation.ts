import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FakeB2mml } from "../../connectors/b2mml/fake.ts";
import type { FakeSap } from "../../connectors/sap-idoc/fake.ts";
import { DocumentType } from "../../core/documents/document-types.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { connectionOf } from "../../core/settings/settings.ts";
import type { CloudParts } from "../cloud.ts";
import { fakeB2mmlPart } from "../fake-b2mml-server.ts";
import { type FakeErpServer, fakeErpPart } from "../fake-erp-server.ts";
import { createFakeHost } from "../fake-host.ts";
import { fakeSapPart } from "../fake-sap-server.ts";
import { credentialsFor } from "../sender-credentials.ts";
import { createWebhookSender, type WebhookSender } from "../webhook-sender.ts";
import { createErpRules, type ErpRules } from "./erp-rules.ts";
import { type Plant, startPlant } from "./plant.ts";
import { type Granted, issueToken } from "./token.ts";

/** What the scenario needs of a running cloud. */
export type RunningCloud = CloudParts & { killFunction(name: string): Promise<readonly number[]> };

/** An ERP of another language: the simulated system, and its side that posts messages. */
export type FurtherErp<Fake> = { readonly fake: Fake; readonly sender: WebhookSender };

/** A company with an ERP, an older SAP, a planning system and a plant at each site, around a running cloud. */
export type Installation = {
  readonly cloud: RunningCloud;
  readonly erp: FakeErpServer;
  readonly rules: ErpRules;
  /** Of Hamburg; speaks IDoc. */
  readonly sap: FurtherErp<FakeSap>;
  /** Of Suzhou; speaks B2MML. */
  readonly b2mml: FurtherErp<FakeB2mml>;
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
  /** Where the settings say that the ERPs' APIs are. */
  readonly erpPort: number;
  /** What an agent may want a person to know. */
  readonly report?: (site: string, event: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** Starts the ERPs, gives out the tokens, and starts each plant's MES and agent. */
export async function openInstallation({ cloud, erpPort, report }: InstallationOptions): Promise<Installation> {
  const { settings } = cloud;
  const rules = createErpRules();
  const host = createFakeHost();
  const erp = fakeErpPart({ token: heldOf(cloud, "erp").call, refuses: rules.refuses, plan: rules.plan }, host);
  const sap = fakeSapPart({ authorization: basicOf(heldOf(cloud, "sap").call), timeZone: "Europe/Berlin", sender: "SAPHAM" }, host);
  const b2mml = fakeB2mmlPart({ token: heldOf(cloud, "b2mml").call, sender: "PLANNING" }, host);
  const url = await host.listen([erp, sap, b2mml], erpPort);
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
  return {
    cloud,
    erp: { ...host, url, fake: erp.fake },
    sap: { fake: sap.fake, sender: senderOf(cloud, "sap", "text/xml") },
    b2mml: { fake: b2mml.fake, sender: senderOf(cloud, "b2mml", "application/xml") },
    rules,
    plants,
    sender: senderOf(cloud, "erp", "application/json"),
    token,
    webhookSecret: heldOf(cloud, "erp").source,
    close: async () => {
      await Promise.all(plants.map((plant) => plant.close()));
      await host.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

class Incomplete extends Error {}

/** What an ERP holds: what it shows us, and what we must show it. */
function heldOf({ settings, secrets }: CloudParts, id: string): { readonly source: string; readonly call: string } {
  const { source, callSecret } = connectionOf(settings, id);
  const [shown, asked] = [secretNameOf(source), callSecret].map((name) => (name === undefined ? undefined : secrets[name]));
  if (shown === undefined || asked === undefined) throw new Incomplete(`the cloud has no secrets of connection ${id}`);
  return { source: shown, call: asked };
}

const basicOf = (userAndPassword: string): string => `Basic ${Buffer.from(userAndPassword, "utf8").toString("base64")}`;

const senderOf = (cloud: CloudParts, id: string, contentType: string): WebhookSender =>
  createWebhookSender({
    url: `${cloud.apiUrl}/v1/connections/${id}/documents`,
    credentials: credentialsFor(connectionOf(cloud.settings, id).source, heldOf(cloud, id).source),
    contentType,
    now: Date.now,
  });

export const personGrant = ({ settings }: CloudParts): Granted => ({
  principal: "you@example.com",
  sites: settings.sites.map(({ id }) => id),
  connections: settings.connections.map(({ id }) => id),
  types: [...DocumentType.options],
  actions: ["post", "read", "command", "administer"],
});

export const agentGrant = ({ settings }: CloudParts, site: string): Granted => ({
  principal: `agent-${site}`,
  sites: settings.sites.flatMap(({ id }) => (id === site ? [id] : [])),
  connections: settings.connections.flatMap(({ id, role, sites }) => (role === "mes" && sites.some((served) => served === site) ? [id] : [])),
  types: [...DocumentType.options],
  actions: ["post", "lease", "verdict"],
});
