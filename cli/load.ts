import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { AcceptedBody, type LineResult } from "../core/door/line-results.ts";
import { type Answer, call, refusal } from "./call.ts";
import { CredentialOptions, credentials } from "./credentials.ts";
import { EXIT, Failure } from "./failure.ts";
import { messagesIn } from "./load-messages.ts";
import { type Reach, reachOf } from "./reach.ts";
import { contentTypeOf, readDocument } from "./read-document.ts";
import { print, printJson, table } from "./show.ts";

export const LoadOptions = CredentialOptions.omit({ key: true, keyHeader: true }).extend({
  connection: z.string(),
  site: z.string().optional(),
  url: z.string().optional(),
  json: z.boolean().default(false),
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
  if (progress.done > 0) process.stderr.write(`goes on at message ${progress.done + 1} of ${messages.length}\n`);
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
        ...lines.filter(({ result }) => result === "refused").map((line) => `message ${progress.done + 1}, ${refusedWords(line)}`),
      ],
    };
    writeFileSync(progressFile(file), JSON.stringify(progress));
    process.stderr.write(`\r${progress.done} of ${messages.length} messages …`);
  }
  process.stderr.write("\n");
  rmSync(progressFile(file), { force: true });
  const { accepted, duplicate, refused } = progress;
  if (options.json) printJson({ file, messages: messages.length, accepted, duplicate, refused });
  else
    print([
      `${file}: ${messages.length} messages, ${accepted} accepted, ${duplicate} duplicate, ${refused.length} refused`,
      ...table(refused.map((line) => [line])),
    ]);
  return refused.length === 0 ? EXIT.done : EXIT.failed;
}

const count = (lines: readonly LineResult[], result: LineResult["result"]): number => lines.filter((line) => line.result === result).length;
const refusedWords = ({ line, code, path, detail }: LineResult): string =>
  [`document ${line}`, code, path, detail].filter((part) => part !== undefined).join(" ");

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
    if (answer.status !== 503 && answer.status !== 429) throw refusal(`a message of ${file} was not taken`, answer, AGAIN);
    if (waitMs !== undefined) await pause(waitMs);
  }
  throw new Failure({ what: `${file} is not loaded yet`, why: "the API could not take its next message for half a minute", next: AGAIN, exit: EXIT.failed });
}

const AGAIN = "mend it, then run the same command again: it goes on where it ended";

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
