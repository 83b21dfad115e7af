import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { Language } from "../../cli/words.ts";
import { SiteId } from "../../core/documents/ids.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import type { CloudParts } from "../cloud.ts";
import { issueToken } from "../scenario/token.ts";
import { type Example, onTheCloud } from "./examples.ts";
import type { Shown } from "./page.ts";
import { onlyOf, runExample } from "./run-example.ts";

class ExampleFailed extends Error {}

/** Runs what the page shows against a cloud. @throws ExampleFailed where a command ends with another code than the page says */
export async function showCloud(cloud: CloudParts, lang: Language): Promise<Shown[]> {
  const token = await tokenOf(cloud, lang);
  const env = { ORDERLANE_URL: cloud.apiUrl, ORDERLANE_TOKEN: token };
  const [sending, ...others] = onTheCloud(lang);
  if (sending === undefined) return [];
  const sent = await shownOf(sending, sending.args, lang, { ...env, ERP_SECRET: secretOf(cloud) });
  const ids = await settled(cloud.apiUrl, token, sent);
  const shown = [sent];
  for (const example of others) shown.push(await shownOf(example, named(example.args, ids), lang, env, ids));
  return shown;
}

async function shownOf(example: Example, args: string, lang: Language, env: Readonly<Record<string, string>>, ids: readonly string[] = []): Promise<Shown> {
  const ran = await runExample({ ...example, args }, lang, env);
  if (ran.code !== example.exit) throw new ExampleFailed(`orderlane ${args} ended with ${ran.code}: ${ran.shown}`);
  return { example, args, shown: example.isList === true ? onlyOf(ids.slice(0, 1), ran.shown) : ran.shown };
}

const named = (args: string, ids: readonly string[]): string => ids.reduce((text, id, at) => text.replaceAll(`ID${at + 1}`, id), args);

const tokenOf = (cloud: CloudParts, lang: Language): Promise<string> =>
  issueToken(cloud, {
    principal: lang === "en" ? "Anna in operations" : "运维王芳",
    sites: [SiteId.parse("hamburg")],
    connections: [],
    types: [],
    actions: ["read", "command"],
  });

const secretOf = ({ settings, secrets }: CloudParts): string =>
  String(secrets[String(secretNameOf(settings.connections.find(({ id }) => id === "erp")?.source))]);

const ID = /[0-9a-z]{26}\.[0-9a-z]{26}/g;
const Standing = z.object({ state: z.string() });
const PATIENCE_MS = 15_000;

/** The ids that were sent, once each stands where the page says. */
async function settled(url: string, token: string, { shown }: Shown): Promise<readonly string[]> {
  const ids = [...new Set(shown.match(ID))];
  const end = Date.now() + PATIENCE_MS;
  for (const id of ids) {
    for (;;) {
      const response = await fetch(`${url}/v1/sites/hamburg/documents/${id}`, { headers: { authorization: `Bearer ${token}` } });
      const { state } = Standing.parse(await response.json());
      if (state === "parked" || state === "waiting") break;
      if (Date.now() > end) throw new ExampleFailed(`${id} is still ${state}`);
      await pause(100);
    }
  }
  return ids;
}
