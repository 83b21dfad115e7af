import process from "node:process";
import * as z from "zod";
import { ConnectionsAnswer } from "../core/connections/connection-states.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { localTime, print, printJson, shown, table } from "./show.ts";

export const SteerOptions = z.object({ site: z.string(), why: z.string(), url: z.string().optional(), json: z.boolean().default(false) });
export const ConnectionsOptions = SteerOptions.omit({ why: true });

const pathOf = (site: string): string => `/v1/sites/${encodeURIComponent(site)}/connections`;

const Steered = z.object({ changed: z.boolean(), by: z.string().optional(), at: z.string().optional() });

/** Stops, or starts again, the consumption of a target connection's queue; what comes meanwhile waits in order. */
export async function steer(name: "pause" | "resume", connection: string, options: z.infer<typeof SteerOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const path = `${pathOf(options.site)}/${encodeURIComponent(connection)}/${name === "pause" ? "pause" : "resumption"}`;
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  const answer = await call(reach, { method: "POST", path, headers, body: Buffer.from(JSON.stringify({ why: options.why })) });
  if (answer.status !== 200) throw refusal(`${name} of ${connection}`, answer);
  if (options.json) printJson(answer.body);
  else print(steeredLines(name, connection, options.site, read(Steered, answer)));
  return EXIT.done;
}

function steeredLines(name: "pause" | "resume", connection: string, site: string, { changed, by, at }: z.infer<typeof Steered>): string[] {
  if (name === "resume") return [changed ? `${connection} goes on: what has waited is handled in its order` : `${connection} was not paused`];
  if (!changed && by !== undefined && at !== undefined) return [`${connection} is paused already, by ${shown(by)} since ${localTime(at)}`];
  return [`${connection} is paused: what comes for it waits, in order, at most fourteen days`, `next: orderlane resume ${connection} --site ${site} --why "…"`];
}

/** How each connection of a site stands. */
export async function connections(options: z.infer<typeof ConnectionsOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const answer = await call(reach, { method: "GET", path: pathOf(options.site), headers: asPerson(reach) });
  if (answer.status !== 200) throw refusal(`the connections of ${options.site}`, answer);
  if (options.json) printJson(answer.body);
  else
    print(
      table(
        read(ConnectionsAnswer, answer).connections.map(({ connection, role, state, paused, openUntil }) => [
          connection,
          role,
          state,
          noteOf(paused, openUntil),
        ]),
      ),
    );
  return EXIT.done;
}

function noteOf(paused: { readonly by: string; readonly why: string; readonly at: string } | undefined, openUntil: string | undefined): string {
  if (paused !== undefined) return `by ${paused.by} since ${localTime(paused.at)}: ${paused.why}`;
  return openUntil === undefined ? "" : `tried again at ${localTime(openUntil)}`;
}
