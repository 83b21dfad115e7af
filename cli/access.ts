import * as z from "zod";
import { GrantGiven, GrantsAnswer, GrantTold } from "../core/access/grant-shapes.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { type Reach, reachOf } from "./reach.ts";
import { localTime, print, printJson, shown, table } from "./show.ts";

const Asking = z.object({ url: z.string().optional(), json: z.boolean().default(false) });

const names = z.string().transform((text) => text.split(",").map((name) => name.trim()));

export const GrantOptions = Asking.extend({
  sites: names,
  connections: names.optional(),
  types: names.optional(),
  actions: names,
  days: z.number(),
  why: z.string(),
  awsRole: z.string().optional(),
});

export const ListOptions = Asking.extend({ all: z.boolean().default(false) });

export const RevokeOptions = Asking.extend({ why: z.string() });

const post = (reach: Reach, path: string, body: unknown) =>
  call(reach, { method: "POST", path, headers: { ...asPerson(reach), "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)) });

/** Gives access: a token, which is printed here and never again, or the grant of an AWS role or user. */
export async function grant(principal: string | undefined, options: z.infer<typeof GrantOptions>): Promise<number> {
  const { sites, connections = [], types = [], actions, days, why, awsRole, json } = options;
  const holder = awsRole === undefined ? { principal } : { aws: awsRole };
  const answer = await post(reachOf(options.url, process.env), "/v1/access/grants", { ...holder, sites, connections, types, actions, days, why });
  if (answer.status !== 201) throw refusal("the grant was not given", answer);
  if (json) printJson(answer.body);
  else print(givenLines(read(GrantGiven, answer)));
  return EXIT.done;
}

function givenLines(given: GrantGiven): string[] {
  const told = [`grant ${given.id} of ${shown(given.principal)} until ${localTime(given.expiresAt)}`];
  if (given.token === undefined) return [...told, "next: requests signed by this identity are let in (orderlane --aws)"];
  return [
    ...told,
    `token: ${given.token}`,
    "It is told this once: keep it where its holder keeps secrets.",
    `to end it: orderlane access revoke ${given.id} --why …`,
  ];
}

/** The grants that the asker could have given; those that ended only with --all. */
export async function list(options: z.infer<typeof ListOptions>): Promise<number> {
  const grants = await allGrants(reachOf(options.url, process.env), options.all);
  if (options.json) printJson({ grants });
  else print(grants.length === 0 ? ["no grants"] : listLines(grants));
  return EXIT.done;
}

async function allGrants(reach: Reach, isAll: boolean): Promise<GrantTold[]> {
  const grants: GrantTold[] = [];
  for (let after: string | undefined; ; ) {
    const query = new URLSearchParams({ state: isAll ? "all" : "active", ...(after === undefined ? {} : { after }) });
    const answer = await call(reach, { method: "GET", path: `/v1/access/grants?${query}`, headers: asPerson(reach) });
    if (answer.status !== 200) throw refusal("the grants", answer);
    const page = read(GrantsAnswer, answer);
    grants.push(...page.grants);
    if (page.after === undefined) break;
    after = page.after;
  }
  return grants.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
}

const listLines = (grants: readonly GrantTold[]): string[] =>
  table([
    ["grant", "who", "state", "until", "last used", "sites", "actions", "given by"],
    ...grants.map(({ id, principal, state, expiresAt, lastUsedAt, sites, actions, createdBy }) => [
      id,
      principal,
      state,
      localTime(expiresAt),
      lastUsedAt === undefined ? "never" : localTime(lastUsedAt),
      sites.join(","),
      actions.join(","),
      createdBy,
    ]),
  ]);

/** Ends a grant at once. */
export async function revoke(id: string, options: z.infer<typeof RevokeOptions>): Promise<number> {
  const answer = await post(reachOf(options.url, process.env), `/v1/access/grants/${encodeURIComponent(id)}/revocation`, { why: options.why });
  if (answer.status !== 200) throw refusal(`grant ${id} was not revoked`, answer, answer.status === 404 ? "orderlane access list names the grants" : undefined);
  if (options.json) printJson(answer.body);
  else print([`grant ${id} of ${shown(read(GrantTold, answer).principal)} is in force no more`]);
  return EXIT.done;
}
