import { setTimeout as delay } from "node:timers/promises";
import { concerns, type Removal } from "./policy.ts";
import { isQuestion, type Question, type RightsLog } from "./rights-log.ts";
import type { Role } from "./roles.ts";
import { type StageSet, StoryEnded } from "./stage-set.ts";
import type { Story } from "./story.ts";

/** A story told while something is missing, and whether anybody noticed. */

export type Noticed =
  | { readonly kind: "noticed"; readonly by: string; readonly action: string }
  /** The emulator refused something, and neither the story nor a log said so. */
  | { readonly kind: "swallowed"; readonly action: string }
  | { readonly kind: "unnoticed"; readonly end: string };

/** A message that failed is delivered again after 5 s, so this is two deliveries. */
const STORY_MS = 12_000;
/** How long a story may still take once something was refused: as often as it takes with all rights, and never less than this. */
const PATIENCE_TIMES = 3;
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 20;

/** Calls that AWS itself makes with a role: what is refused there fails before any function runs, or after it. */
const BY_AWS = ["logs:CreateLogStream", "logs:PutLogEvents", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const isAwsOwn = ({ kind }: Role, action: string): boolean => kind === "workflow" || BY_AWS.includes(action);

type Watched = { readonly set: StageSet; readonly log: RightsLog; readonly role: Role; readonly functionName: string | undefined };

/** How a story ended. */
type End = { readonly kind: "as it should" } | { readonly kind: "not at all" | "wrong"; readonly why: string };

/** What was seen so far. */
type Seen = { readonly refused: Question | undefined; readonly isInLog: boolean };

/** Tells the story until a refusal has been seen from outside: the story went wrong, or does not go on, or the function's own log names the action. */
export async function tellWatched(watched: Watched, removal: Removal, { story, milliseconds }: Told): Promise<Noticed> {
  const { set, log } = watched;
  await log.read();
  const stop = new AbortController();
  let end: End | undefined;
  const telling = endOf(story, set, AbortSignal.any([stop.signal, AbortSignal.timeout(STORY_MS)])).then((how) => {
    end = how;
  });
  let seen: Seen = { refused: undefined, isInLog: false };
  let patience = Number.POSITIVE_INFINITY;
  for (;;) {
    // Before the log is read, so that all that the story left there is read too.
    const ended = end;
    seen = lookedAt(seen, await log.read(), watched, removal);
    if (seen.refused !== undefined) patience = Math.min(patience, performance.now() + Math.max(PATIENCE_MS, PATIENCE_TIMES * milliseconds));
    const verdict = verdictOn(seen, ended, watched.role, performance.now() >= patience);
    if (verdict !== undefined) {
      stop.abort();
      await telling;
      return verdict;
    }
    await delay(LOOK_EVERY_MS);
  }
}

const endOf = (story: Story, set: StageSet, signal: AbortSignal): Promise<End> =>
  story.tell(set, signal).then(
    () => ({ kind: "as it should" }),
    (error: unknown) => (error instanceof StoryEnded ? { kind: "not at all", why: error.message } : { kind: "wrong", why: String(error) }),
  );

function lookedAt(before: Seen, lines: Awaited<ReturnType<RightsLog["read"]>>, { role, functionName }: Watched, removal: Removal): Seen {
  const refused = lines.filter(isQuestion).find((line) => line.role === role.name && !line.allowed && concerns(removal, line));
  const isInLog = lines.some((line) => !isQuestion(line) && line.function === functionName && removal.actions.includes(line.refused));
  return { refused: before.refused ?? refused, isInLog: before.isInLog || isInLog };
}

/** Undefined while it may still come. */
function verdictOn({ refused, isInLog }: Seen, end: End | undefined, role: Role, isLate: boolean): Noticed | undefined {
  if (refused === undefined) return end === undefined ? undefined : { kind: "unnoticed", end: wordsOf(end) };
  const { action } = refused;
  const by = isAwsOwn(role, action) ? "AWS's own call was refused" : isInLog ? "its log" : outcryOf(end, isLate);
  if (by !== undefined) return { kind: "noticed", by, action };
  return isLate ? { kind: "swallowed", action } : undefined;
}

const wordsOf = (end: End): string => (end.kind === "as it should" ? "all went as it should" : end.why);

function outcryOf(end: End | undefined, isLate: boolean): string | undefined {
  if (end === undefined) return isLate ? "the story does not come to its end" : undefined;
  return end.kind === "as it should" ? undefined : end.why;
}

export type Told = { readonly story: Story; readonly milliseconds: number; readonly questions: readonly Question[] };

/** Tells a story with nothing missing. @throws what went wrong with it, or that something was refused all the same */
export async function tellWhole(set: StageSet, log: RightsLog, story: Story): Promise<Told> {
  await log.read();
  const begun = performance.now();
  await story.tell(set, AbortSignal.timeout(2 * STORY_MS));
  const milliseconds = performance.now() - begun;
  const questions = (await log.read()).filter(isQuestion);
  const refused = questions.find(({ allowed }) => !allowed);
  if (refused !== undefined) throw new Error(`${refused.role} was refused ${refused.action} on ${refused.resource}, with all that the deployment gave it`);
  return { story, milliseconds, questions };
}
