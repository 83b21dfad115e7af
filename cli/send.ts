import * as z from "zod";
import { AcceptedBody, type LineResult } from "../core/door/line-results.ts";
import { type Answer, call, refusal } from "./call.ts";
import { CredentialOptions, credentials } from "./credentials.ts";
import { EXIT, type Failure, usage } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { contentTypeOf, readDocument } from "./read-document.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson, shown, table } from "./show.ts";
import { dictionary, type Language } from "./words.ts";

export const SendOptions = CredentialOptions.extend({
  site: z.string().optional(),
  connection: z.string().optional(),
  ...SharedOptions.shape,
});
export type SendOptions = z.infer<typeof SendOptions>;

/** Posts a file's bytes as one message of a connection, signed or with a token. Exit code 1 where any line was not taken. */
export async function send(file: string, options: SendOptions, now: number): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const connection = options.connection ?? reach.connection;
  if (connection === undefined) throw noConnection(file);
  const body = readDocument(file);
  const headers = { "content-type": contentTypeOf(body), ...credentials(reach, options, body, now) };
  const site = options.site === undefined ? "" : `/sites/${encodeURIComponent(options.site)}`;
  const answer = await call(reach, { method: "POST", path: `/v1${site}/connections/${encodeURIComponent(connection)}/documents`, headers, body });
  const lines = linesIn(answer);
  if (lines === undefined) throw refusal({ en: `${file} was not taken`, "zh-CN": `${file} 未被接收` }, answer);
  if (options.json) printJson(answer.body);
  else tell(file, lines, options);
  return lines.every(({ result }) => result === "accepted" || result === "duplicate") ? EXIT.done : EXIT.failed;
}

const WithLines = z.object({ lines: AcceptedBody.shape.lines });

/** A 202 has a result per line, a refusal only where lines differ. */
function linesIn({ body }: Answer): readonly LineResult[] | undefined {
  const parsed = WithLines.safeParse(body);
  return parsed.success && parsed.data.lines.length > 0 ? parsed.data.lines : undefined;
}

const noConnection = (file: string): Failure =>
  usage(
    { en: `${file} was not sent`, "zh-CN": `${file} 未发送` },
    { en: "a message belongs to a connection, and none is named", "zh-CN": "报文属于某个连接，但没有指明" },
    { en: "give --connection CONNECTION", "zh-CN": "给出 --connection 连接" },
  );

const WORDS = dictionary(
  {
    line: (number: number) => `line ${number}`,
    results: { accepted: "accepted", duplicate: "duplicate", refused: "refused", retry: "retry" },
    next: "next: ",
    again: "run the same command again; what was taken answers duplicate",
    correct: "correct what was refused, and send it again",
  },
  {
    line: (number) => `第 ${number} 行`,
    results: { accepted: "已接收", duplicate: "重复", refused: "被拒收", retry: "请重发" },
    next: "下一步：",
    again: "再执行同一命令；已接收的会回答“重复”",
    correct: "更正被拒收的，再发送",
  },
);

function tell(file: string, lines: readonly LineResult[], { site, lang }: Pick<SendOptions, "site" | "lang">): void {
  const words = WORDS[lang];
  const rows = lines.map(({ line, result, document, code, detail, path }) => [
    words.line(line),
    words.results[result],
    document === undefined ? [code, path, detail].filter((part) => part !== undefined).join(" ") : document,
  ]);
  print([`${shown(file)}: ${counted(lines, lang)}`, ...table(rows), ...nextLines(lines, site, lang)]);
}

function counted(lines: readonly LineResult[], lang: Language): string {
  const groups = Map.groupBy(lines, ({ result }) => result);
  return [...groups].map(([result, members]) => `${members.length} ${WORDS[lang].results[result]}`).join(", ");
}

function nextLines(lines: readonly LineResult[], site: string | undefined, lang: Language): string[] {
  const { next, again, correct } = WORDS[lang];
  if (lines.some(({ result }) => result === "retry")) return [next + again];
  const document = lines.find((line) => line.document !== undefined)?.document;
  if (document === undefined) return [next + correct];
  return [`${next}orderlane document ${document}${site === undefined ? "" : ` --site ${site}`}`];
}
