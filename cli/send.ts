import { createHash } from "node:crypto";
import * as z from "zod";
import { signWebhook } from "../core/access/standard-webhooks.ts";
import { AcceptedBody, type LineResult } from "../core/door/line-results.ts";
import { type Answer, call, refusal } from "./call.ts";
import { EXIT, Failure, usage } from "./failure.ts";
import { type Reach, reachOf } from "./reach.ts";
import { readDocument } from "./read-document.ts";
import { print, printJson, table } from "./show.ts";

export const SendOptions = z.object({
  site: z.string().optional(),
  connection: z.string().optional(),
  secretEnv: z.string().optional(),
  token: z.string().optional(),
  key: z.string().optional(),
  url: z.string().optional(),
  json: z.boolean().default(false),
});
export type SendOptions = z.infer<typeof SendOptions>;

/** Posts a file's bytes as one message of a connection, signed or with a token. Exit code 1 where any line was not taken. */
export async function send(file: string, options: SendOptions, now: number): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const connection = options.connection ?? reach.connection;
  if (connection === undefined) throw usage(`${file} was not sent`, "a message belongs to a connection, and none is named", "give --connection CONNECTION");
  const body = readDocument(file);
  const headers = { "content-type": "application/json", ...credentials(reach, options, body, now) };
  const site = options.site === undefined ? "" : `/sites/${encodeURIComponent(options.site)}`;
  const answer = await call(reach, { method: "POST", path: `/v1${site}/connections/${encodeURIComponent(connection)}/documents`, headers, body });
  const lines = linesIn(answer);
  if (lines === undefined) throw refusal(`${file} was not taken`, answer);
  if (options.json) printJson(answer.body);
  else tell(file, lines, options.site);
  return lines.every(({ result }) => result === "accepted" || result === "duplicate") ? EXIT.done : EXIT.failed;
}

/**
 * What was named on the command line alone; else what is known of this API, both at once: the door takes what the connection's scheme asks for and looks at nothing else.
 */
function credentials(reach: Reach, options: SendOptions, body: Uint8Array, now: number): Record<string, string> {
  if (options.secretEnv !== undefined && options.token !== undefined)
    throw usage("the message cannot be sent", "--secret-env signs and --token does not: one of them", "leave one of the two away");
  if (options.secretEnv !== undefined) return signed(secretIn(options.secretEnv), options.key, body, now);
  if (options.token !== undefined) return bearer(options.token, options.key);
  const signature = reach.webhookSecret === undefined ? {} : signed(reach.webhookSecret, options.key, body, now);
  const token = reach.token === undefined ? {} : bearer(reach.token, options.key);
  if (reach.webhookSecret === undefined && reach.token === undefined)
    throw usage("the message cannot be sent", "neither a secret nor a token is known", "give --secret-env NAME or set ORDERLANE_TOKEN");
  return { ...token, ...signature };
}

function secretIn(name: string): string {
  const secret = process.env[name];
  if (secret !== undefined && secret !== "") return secret;
  throw usage("the message cannot be signed", `the environment variable ${name} is empty`, `export ${name}=whsec_…, then run the command again`);
}

/** Without a key of its own the same file is the same message: sent twice, it is taken once. */
const keyOf = (body: Uint8Array): string => `file-${createHash("sha256").update(body).digest("hex").slice(0, 32)}`;

function signed(secret: string, key: string | undefined, body: Uint8Array, now: number): Record<string, string> {
  const id = key === undefined ? keyOf(body) : key;
  const timestamp = String(Math.floor(now / 1000));
  try {
    return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signWebhook(id, timestamp, body, secret) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure({ what: "the message cannot be signed", why, next: "copy the secret again, whsec_ included", exit: EXIT.usage });
  }
}

const bearer = (token: string, key: string | undefined): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(key === undefined ? {} : { "idempotency-key": key }),
});

const WithLines = z.object({ lines: AcceptedBody.shape.lines });

/** A 202 has a result per line, a refusal only where lines differ. */
function linesIn({ body }: Answer): readonly LineResult[] | undefined {
  const parsed = WithLines.safeParse(body);
  return parsed.success && parsed.data.lines.length > 0 ? parsed.data.lines : undefined;
}

function tell(file: string, lines: readonly LineResult[], site: string | undefined): void {
  const rows = lines.map(({ line, result, document, code, detail, path }) => [
    `line ${line}`,
    result,
    document === undefined ? [code, path, detail].filter((part) => part !== undefined).join(" ") : document,
  ]);
  print([`${file}: ${counted(lines)}`, ...table(rows), ...nextLines(lines, site)]);
}

function counted(lines: readonly LineResult[]): string {
  const groups = Map.groupBy(lines, ({ result }) => result);
  return [...groups].map(([result, members]) => `${members.length} ${result}`).join(", ");
}

function nextLines(lines: readonly LineResult[], site: string | undefined): string[] {
  if (lines.some(({ result }) => result === "retry")) return ["next: run the same command again; what was taken answers duplicate"];
  const document = lines.find((line) => line.document !== undefined)?.document;
  if (document === undefined) return ["next: correct what was refused, and send it again"];
  return [`next: orderlane document ${document}${site === undefined ? "" : ` --site ${site}`}`];
}
