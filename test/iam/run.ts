import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { IAMClient } from "@aws-sdk/client-iam";
import { concerns, type Removal, removalsFrom } from "./policy.ts";
import { openRightsLog, type RightsLog } from "./rights-log.ts";
import { putPolicy, type Role, rolesOf } from "./roles.ts";
import { breakersClosed, freshen, openStageSet, type StageSet } from "./stage-set.ts";
import { storiesOf } from "./stories.ts";
import type { Story } from "./story.ts";
import { type Noticed, type Told, tellWatched, tellWhole } from "./watch.ts";

/**
 * `npm run test:iam [-- --function NAME] [-- --only ACTION] [-- --tamper]`: least privilege, proved. The very stacks run in the emulator with its IAM enforcement; the whole
 * scenario is told; then every action and every resource of every statement of every function's and workflow's role is taken away singly, a story that needs
 * it is told again, and somebody must notice. What nobody notices is either not needed, and goes for good, or the scenario lacks a story. Exit code 0 only if
 * each removal was noticed.
 */

const LOG_FILE = join(import.meta.dirname, "..", "..", ".local", "iam-cloud.log");

/**
 * What the emulator has no part in: Step Functions sets up a workflow's own log with these, when the workflow is made (AWS: "Logging using CloudWatch Logs", its
 * IAM policy). The roles of the gateway's log and of the two schedules are not of functions either.
 */
const SET_UP_BY_AWS = /^logs:(\w+LogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/;

const say = (text: string): void => console.log(text);

type Wanted = {
  readonly function: string | undefined;
  readonly only: string | undefined;
  /** Gives a function a right that nobody needs, to see that this is found. */
  readonly tamper: boolean;
};
type Taken = { readonly role: Role; readonly policy: Role["policies"][number]; readonly removal: Removal };

/** @returns what is wrong with the arguments */
function wantedIn(args: readonly string[]): Wanted | string {
  try {
    const { values } = parseArgs({ args: [...args], options: { function: { type: "string" }, only: { type: "string" }, tamper: { type: "boolean" } } });
    return { function: values.function, only: values.only, tamper: values.tamper === true };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main(): Promise<number> {
  const wanted = wantedIn(process.argv.slice(2));
  if (typeof wanted === "string") {
    console.error(`orderlane: ${wanted}\nusage: npm run test:iam -- [--function NAME] [--only ACTION] [--tamper]`);
    return 2;
  }
  const begun = performance.now();
  say("Least privilege: a cloud whose roles are held to their rights …");
  const set = await openStageSet(say, LOG_FILE);
  const { enforcement } = set.cloud.emulator;
  if (enforcement === undefined) throw new Error("the emulator does not enforce rights");
  const log = await openRightsLog(enforcement.rightsLog);
  try {
    const counts = await prove(set, log, wanted);
    say(`${Math.round((performance.now() - begun) / 1000)} s`);
    say(JSON.stringify(counts));
    return counts.removed === counts.noticed && counts.removed > 0 ? 0 : 1;
  } finally {
    await log.close();
    await set.close();
  }
}

type Counts = { readonly statements: number; readonly removed: number; readonly noticed: number };

async function prove(set: StageSet, log: RightsLog, wanted: Wanted): Promise<Counts> {
  const iam = new IAMClient(set.cloud.clients);
  if (wanted.tamper) await giveTooMuch(set, iam);
  const roles = await rolesOf(set.cloud);
  const stories = storiesOf(set.cloud.settings);
  say(`\n${stories.length} stories, with all rights:`);
  const told = await tellAll(set, log, stories);
  const all = roles.flatMap((role) => takenFrom(role));
  const asked = all.filter(({ removal }) => !removal.actions.every((action) => SET_UP_BY_AWS.test(action)));
  const chosen = asked.filter(({ role, removal }) => isWanted(wanted, role, removal));
  say(`\n${chosen.length} removals, one at a time:`);
  let noticed = 0;
  for (const [at, taken] of chosen.entries()) {
    const since = performance.now();
    const outcome = await tryWithout({ set, log, iam, told }, taken);
    if (outcome.kind === "noticed") noticed += 1;
    say(`  ${String(at + 1).padStart(3)}/${chosen.length} ${lineOf(taken, outcome)} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
  }
  say("\nThe stories once more, with all rights given back:");
  await tellAll(set, log, stories);
  const left = all.length - asked.length;
  if (left > 0)
    say(`\nNot asked for here: ${left} actions and resources by which Step Functions sets up the workflows' own logs; the emulator does not do that.`);
  return { statements: new Set(chosen.map(({ policy, removal }) => policy.document.Statement[removal.statement])).size, removed: chosen.length, noticed };
}

async function giveTooMuch({ cloud }: StageSet, iam: IAMClient): Promise<void> {
  const [role] = await rolesOf(cloud);
  if (role === undefined) throw new Error("no role was deployed");
  const tooMuch = { Effect: "Allow" as const, Action: ["sqs:PurgeQueue"], Resource: ["*"] };
  await putPolicy(iam, role.name, "TooMuch", { Version: "2012-10-17", Statement: [tooMuch] });
  say(`(as asked, ${role.owner} was given ${tooMuch.Action.join()}, which nobody needs)`);
}

async function tellAll(set: StageSet, log: RightsLog, stories: readonly Story[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const story of stories) {
    const each = await tellWhole(set, log, story);
    told.push(each);
    say(`  ${story.name.padEnd(60)}${(each.milliseconds / 1000).toFixed(1).padStart(5)} s`);
  }
  return told;
}

const takenFrom = (role: Role): Taken[] => role.policies.flatMap((policy) => removalsFrom(policy.document).map((removal) => ({ role, policy, removal })));

const isWanted = ({ function: name, only }: Wanted, { owner }: Role, { actions }: Removal): boolean =>
  (name === undefined || owner === name) && (only === undefined || actions.includes(only));

type Rig = { readonly set: StageSet; readonly log: RightsLog; readonly iam: IAMClient; readonly told: readonly Told[] };

/** Takes it away, tells the stories that need it until one notices, and gives it back. */
async function tryWithout({ set, log, iam, told }: Rig, { role, policy, removal }: Taken): Promise<Noticed> {
  const stories = storiesFor(told, role, removal);
  if (stories.length === 0) return { kind: "unnoticed", end: "no story asks for it" };
  const functionName = role.kind === "function" ? set.cloud.functionNames[role.owner] : undefined;
  let outcome: Noticed = { kind: "unnoticed", end: "" };
  await breakersClosed(set);
  await putPolicy(iam, role.name, policy.name, removal.left);
  try {
    for (const story of stories) {
      // What a function has read of a secret it believes for five minutes: only a new one asks.
      if (role.kind === "function" && removal.actions.includes("secretsmanager:GetSecretValue")) await freshen(set, role.owner);
      outcome = await tellWatched({ set, log, role, functionName }, removal, story);
      if (outcome.kind === "noticed") break;
    }
  } finally {
    await putPolicy(iam, role.name, policy.name, policy.document);
  }
  return outcome;
}

const STORIES_AT_MOST = 8;

/** The quickest first of those that asked for it when nothing was missing. */
const storiesFor = (told: readonly Told[], role: Role, removal: Removal): readonly Told[] =>
  told
    .filter(({ questions }) => questions.some((question) => question.role === role.name && concerns(removal, question)))
    .toSorted((one, other) => one.milliseconds - other.milliseconds)
    .slice(0, STORIES_AT_MOST);

function lineOf({ role, removal }: Taken, outcome: Noticed): string {
  const on =
    removal.part === "Action" ? shortOf(removal.resources) : `${removal.actions.length > 3 ? `${removal.actions.length} actions` : removal.actions.join(", ")}`;
  const what = `${role.owner}: without ${removal.part === "Action" ? removal.removed : shortOf([removal.removed])} (${on})`;
  switch (outcome.kind) {
    case "noticed":
      return `${what}: noticed, ${outcome.by.slice(0, 160)}`;
    case "swallowed":
      return `✗ ${what}: NOT NOTICED: ${outcome.action} was refused, and nobody said so`;
    case "unnoticed":
      return `✗ ${what}: NOT NOTICED: ${outcome.end}`;
  }
}

const shortOf = (resources: readonly string[]): string =>
  resources.length > 1 ? `${resources.length} resources` : resources.map((resource) => resource.replace(/^arn:aws:(\w+):[^:]*:\d*:/, "$1:")).join();

process.exitCode = await main().catch((error: unknown) => {
  console.error(`orderlane: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return 1;
});
// What was stopped in its middle leaves waits behind that nobody needs any more.
process.exit();
