import * as z from "zod";
import { siteOfDocument } from "./ask.ts";
import { asPerson, call, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson } from "./show.ts";
import { dictionary, same, type Text } from "./words.ts";

export const CommandOptions = SharedOptions.extend({
  why: z.string(),
  attempt: z.number().optional(),
  site: z.string().optional(),
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
  if (answer.status !== 202) throw refusal(whatOf(name, id), answer, answer.status === 409 ? same(look) : undefined);
  const words = WORDS[options.lang];
  if (options.json) printJson(answer.body);
  else print([words.queued(name), `${words.next}${look}`]);
  return EXIT.done;
}

const whatOf = (name: string, id: string): Text => ({ en: `${name} of ${id}`, "zh-CN": `单据 ${id} 的命令 ${name}` });

const WORDS = dictionary(
  { queued: (name: string) => `${name} is in the document's lane: its turn comes after what is before it there.`, next: "next: " },
  { queued: (name) => `命令 ${name} 已进入该单据的通道：前面的处理完就轮到它。`, next: "下一步：" },
);
