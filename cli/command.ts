import * as z from "zod";
import { siteOfDocument } from "./ask.ts";
import { asPerson, call, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { print, printJson } from "./show.ts";

export const CommandOptions = z.object({
  why: z.string(),
  attempt: z.number().optional(),
  site: z.string().optional(),
  url: z.string().optional(),
  json: z.boolean().default(false),
});

/** Puts a command into the document's lane; what it came to stands in the document's timeline. */
export async function command(name: "replay" | "skip" | "undo", id: string, options: z.infer<typeof CommandOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  const site = await siteOfDocument(reach, id, options.site);
  const asked = { command: name, why: options.why, ...(options.attempt === undefined ? {} : { attempt: options.attempt }) };
  const path = `/v1/sites/${encodeURIComponent(site)}/documents/${encodeURIComponent(id)}/commands`;
  const answer = await call(reach, { method: "POST", path, headers, body: Buffer.from(JSON.stringify(asked)) });
  const look = `orderlane document ${id} --site ${site}`;
  if (answer.status !== 202) throw refusal(`${name} of ${id}`, answer, answer.status === 409 ? look : undefined);
  if (options.json) printJson(answer.body);
  else print([`${name} is in the document's lane: its turn comes after what is before it there.`, `next: ${look}`]);
  return EXIT.done;
}
