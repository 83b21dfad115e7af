import * as z from "zod";
import { AcceptedBody, type LineResult } from "../core/door/line-results.ts";
import { type Answer, call, refusal } from "./call.ts";
import { CredentialOptions, credentials } from "./credentials.ts";
import { EXIT, usage } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { contentTypeOf, readDocument } from "./read-document.ts";
import { print, printJson, table } from "./show.ts";

export const SendOptions = CredentialOptions.extend({
  site: z.string().optional(),
  connection: z.string().optional(),
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
  const headers = { "content-type": contentTypeOf(body), ...credentials(reach, options, body, now) };
  const site = options.site === undefined ? "" : `/sites/${encodeURIComponent(options.site)}`;
  const answer = await call(reach, { method: "POST", path: `/v1${site}/connections/${encodeURIComponent(connection)}/documents`, headers, body });
  const lines = linesIn(answer);
  if (lines === undefined) throw refusal(`${file} was not taken`, answer);
  if (options.json) printJson(answer.body);
  else tell(file, lines, options.site);
  return lines.every(({ result }) => result === "accepted" || result === "duplicate") ? EXIT.done : EXIT.failed;
}

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
