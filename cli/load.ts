import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { AcceptedBody, type LineResult } from "../core/door/line-results.ts";
import { type Answer, call, refusal } from "./call.ts";
import { CredentialOptions, credentials } from "./credentials.ts";
import { EXIT, Failure } from "./failure.ts";
import { messagesIn } from "./load-messages.ts";
import { progressOn } from "./progress.ts";
import { type Reach, reachOf } from "./reach.ts";
import { contentTypeOf, readDocument } from "./read-document.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson, shown, table } from "./show.ts";
import { dictionary, type Text } from "./words.ts";

export const LoadOptions = CredentialOptions.omit({ key: true, keyHeader: true }).extend({
  connection: z.string(),
  site: z.string().optional(),
  ...SharedOptions.shape,
});
type LoadOptions = z.infer<typeof LoadOptions>;

/** What was done of a file, beside the file: a load that was stopped goes on where it ended, there and nowhere else. */
const Progress = z.object({
  digest: z.string(),
  /** The address it was sent to. */
  to: z.string(),
  done: z.number().int().min(0),
  accepted: z.number().int(),
  duplicate: z.number().int(),
  refused: z.array(z.string()),
});
type Progress = z.infer<typeof Progress>;

const progressFile = (file: string): string => `${file}.orderlane-load.json`;

/**
 * A full load: a file of any number of documents, as messages that the door takes, one after another, with progress. Stopped anywhere, the same command goes
 * on; what was sent before answers `duplicate`. Exit code 1 where any document was refused.
 */
export async function load(file: string, options: LoadOptions): Promise<number> {
  const bytes = readDocument(file);
  const messages = messagesIn(bytes);
  const reach = reachOf(options.url, process.env);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const to = reach.url + pathOf(options);
  let progress = readProgress(file, digest, to);
  const words = WORDS[options.lang];
  const shownProgress = progressOn(process.stderr);
  if (progress.done > 0) process.stderr.write(`${words.goesOn(progress.done + 1, messages.length)}\n`);
  for (const message of messages.slice(progress.done)) {
    const lines = await sendPatiently(file, reach, options, message);
    progress = {
      digest,
      to,
      done: progress.done + 1,
      accepted: progress.accepted + count(lines, "accepted"),
      duplicate: progress.duplicate + count(lines, "duplicate"),
      refused: [
        ...progress.refused,
        ...lines.filter(({ result }) => result === "refused").map((line) => words.refusedIn(progress.done + 1, line.line) + refusedWords(line)),
      ],
    };
    writeFileSync(progressFile(file), JSON.stringify(progress));
    shownProgress.at(words.done(progress.done, messages.length));
  }
  shownProgress.end();
  rmSync(progressFile(file), { force: true });
  const { accepted, duplicate, refused } = progress;
  if (options.json) printJson({ file, messages: messages.length, accepted, duplicate, refused });
  else print([`${shown(file)}: ${words.sum(messages.length, accepted, duplicate, refused.length)}`, ...table(refused.map((line) => [line]))]);
  return refused.length === 0 ? EXIT.done : EXIT.failed;
}

const count = (lines: readonly LineResult[], result: LineResult["result"]): number => lines.filter((line) => line.result === result).length;
const refusedWords = ({ code, path, detail }: LineResult): string => [code, path, detail].filter((part) => part !== undefined).join(" ");

const WORDS = dictionary(
  {
    goesOn: (at: number, of: number) => `goes on at message ${at} of ${of}`,
    done: (done: number, of: number) => `${done} of ${of} messages …`,
    refusedIn: (message: number, line: number) => `message ${message}, document ${line} `,
    sum: (messages: number, accepted: number, duplicate: number, refused: number) =>
      `${messages} messages, ${accepted} accepted, ${duplicate} duplicate, ${refused} refused`,
  },
  {
    goesOn: (at, of) => `从第 ${at} 条报文继续，共 ${of} 条`,
    done: (done, of) => `${done} / ${of} 条报文 …`,
    refusedIn: (message, line) => `第 ${message} 条报文，第 ${line} 个单据 `,
    sum: (messages, accepted, duplicate, refused) => `${messages} 条报文，已接收 ${accepted}，重复 ${duplicate}，被拒收 ${refused}`,
  },
);

function readProgress(file: string, digest: string, to: string): Progress {
  const none = { digest, to, done: 0, accepted: 0, duplicate: 0, refused: [] };
  try {
    const known = Progress.parse(JSON.parse(readFileSync(progressFile(file), "utf8")));
    return known.digest === digest && known.to === to ? known : none;
  } catch {
    // None, or of another kind: sent from the start, which doubles nothing.
    return none;
  }
}

/** Longest together 31 s: longer than a hiccup of the queue, shorter than anybody's patience. */
const PAUSES_MS = [1000, 2000, 4000, 8000, 16_000];

/** 429 and 503 are asked for again; anything else is told. @throws Failure */
async function sendPatiently(file: string, reach: Reach, options: LoadOptions, message: Uint8Array): Promise<readonly LineResult[]> {
  for (const waitMs of [...PAUSES_MS, undefined]) {
    const answer = await sendOnce(reach, options, message);
    const lines = linesIn(answer);
    if (answer.status !== 503 && answer.status !== 429 && lines !== undefined) return lines;
    if (answer.status !== 503 && answer.status !== 429)
      throw refusal({ en: `a message of ${file} was not taken`, "zh-CN": `${file} 的一条报文未被接收` }, answer, AGAIN);
    if (waitMs !== undefined) await pause(waitMs);
  }
  throw new Failure({
    what: { en: `${file} is not loaded yet`, "zh-CN": `${file} 尚未装载完` },
    why: { en: "the API could not take its next message for half a minute", "zh-CN": "半分钟内 API 无法接收下一条报文" },
    next: AGAIN,
    exit: EXIT.failed,
  });
}

const AGAIN: Text = {
  en: "mend it, then run the same command again: it goes on where it ended",
  "zh-CN": "排除原因，然后再执行同一命令：从停下处继续",
};

function pathOf({ site, connection }: Pick<LoadOptions, "site" | "connection">): string {
  const ofSite = site === undefined ? "" : `/sites/${encodeURIComponent(site)}`;
  return `/v1${ofSite}/connections/${encodeURIComponent(connection)}/documents`;
}

function sendOnce(reach: Reach, options: LoadOptions, body: Uint8Array): Promise<Answer> {
  const headers = { "content-type": contentTypeOf(body), ...credentials(reach, options, body, Date.now()) };
  return call(reach, { method: "POST", path: pathOf(options), headers, body });
}

const WithLines = z.object({ lines: AcceptedBody.shape.lines });

/** Of a message of one document that is refused the answer is the problem itself. */
function linesIn({ body }: Answer): readonly LineResult[] | undefined {
  const parsed = WithLines.safeParse(body);
  if (parsed.success) return parsed.data.lines;
  const problem = z.object({ status: z.literal(422), code: z.string(), detail: z.string(), path: z.string().optional() }).safeParse(body);
  if (!problem.success) return undefined;
  const { code, detail, path } = problem.data;
  return [{ line: 1, result: "refused", code, detail, ...(path === undefined ? {} : { path }) }];
}
