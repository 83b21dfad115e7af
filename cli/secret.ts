import * as z from "zod";
import { SecretReplaced } from "../core/access/secret-form.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT, usage } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { print, printJson, shown } from "./show.ts";

export const SecretOptions = z.object({
  which: z.enum(["source", "call"]),
  fromEnv: z.string(),
  alone: z.boolean().default(false),
  why: z.string(),
  url: z.string().optional(),
  json: z.boolean().default(false),
});

/** Puts a connection's new secret. Its value comes from a variable, so that it stands in no shell history and no process list. */
export async function putSecret(connection: string, options: z.infer<typeof SecretOptions>): Promise<number> {
  const { which, fromEnv, alone, why } = options;
  const value = process.env[fromEnv];
  if (value === undefined || value === "")
    throw usage("the secret is not known", `the variable ${fromEnv} is not set`, `read -rs ${fromEnv} && export ${fromEnv}`);
  const reach = reachOf(options.url, process.env);
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  const path = `/v1/connections/${encodeURIComponent(connection)}/secrets/${which}`;
  const answer = await call(reach, { method: "POST", path, headers, body: Buffer.from(JSON.stringify({ value, alone, why })) });
  if (answer.status !== 200) throw refusal(`the secret of ${connection} was not put`, answer);
  if (options.json) printJson(answer.body);
  else {
    const { secret, version, valid } = read(SecretReplaced, answer);
    const former = valid > 1 ? "the former value stays valid until the next one is put" : "no other value is valid";
    print([`${shown(secret)}: version ${version}; ${former}`, "Functions that hold the former value ask again within five minutes."]);
  }
  return EXIT.done;
}
