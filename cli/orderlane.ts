import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import * as z from "zod";
import { GrantOptions, grant, ListOptions, list as listGrants, RevokeOptions, revoke } from "./access.ts";
import { DocumentOptions, document, OpenOptions, OrderOptions, open, order } from "./ask.ts";
import { AuditListOptions, AuditVerifyOptions, list as listAudit, verify as verifyAudit } from "./audit.ts";
import { BalanceOptions, balance } from "./balance.ts";
import { CommandOptions, command } from "./command.ts";
import { EXIT, Failure } from "./failure.ts";
import { LoadOptions, load } from "./load.ts";
import { LotOptions, lot } from "./lot.ts";
import { DuplicatesOptions, duplicates } from "./master.ts";
import { putSecret, SecretOptions } from "./secret.ts";
import { SendOptions, send } from "./send.ts";
import { printJson, shown } from "./show.ts";
import { ConnectionsOptions, connections, SteerOptions, steer } from "./steer.ts";
import { TryOptions, tryFile } from "./try.ts";

/** The `orderlane` command. Exit codes: 0 done, 1 failed, 2 usage, 3 differences. */

const Package = z.object({ version: z.string() });
const { version } = Package.parse(JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8")));

const program = new Command("orderlane")
  .description("Asks Orderlane where orders stand, sends documents and gives commands")
  .version(version)
  .exitOverride()
  .showHelpAfterError("(orderlane --help tells more)")
  .addHelpText(
    "after",
    `
Where and as whom: --url or ORDERLANE_URL, and ORDERLANE_TOKEN or --aws; without them what the local cloud of this checkout (npm start) wrote
into .local/access.json. Times are shown in this machine's zone.
Exit codes: 0 done, 1 failed, 2 usage, 3 differences found.`,
  );

/** What every command takes. */
const shared = (name: string, summary: string): Command =>
  program.command(name).description(summary).option("--json", "print the API's answer as JSON").option("--url <address>", "the API's address (ORDERLANE_URL)");

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number from 1.");
}

/** Sets the exit code; stdout is flushed by ending, not by exit(). */
async function end(code: Promise<number>): Promise<void> {
  process.exitCode = await code;
}

/** How a sender shows who it is (docs/signatures.md). */
const withCredentials = (command: Command): Command =>
  command
    .option("--site <id>", "the site; without it the documents name it")
    .option("--secret-env <name>", "sign with the secret in this environment variable, by Standard Webhooks unless --hmac-header is given")
    .option("--hmac-header <name>", "sign the body alone, and put the signature into this header")
    .addOption(new Option("--hmac-encoding <encoding>", "of that signature").choices(["base64", "hex"]).default("base64"))
    .option("--hmac-prefix <text>", "before that signature, such as sha256=")
    .option("--basic-env <name>", "send with the user:password in this environment variable")
    .option("--token <token>", "send with this bearer token, ours or an OAuth2 issuer's (a variable is safer: ORDERLANE_TOKEN)");

withCredentials(shared("send <file>", "send a file of documents as one message; - reads standard input"))
  .option("--connection <id>", "the connection that sends; without it the one that the local cloud names")
  .option("--key <key>", "the message's idempotency key; without it the same file is the same message")
  .option("--key-header <name>", "the header that brings the key, where the connection names one")
  .action((file: unknown, options: unknown) => end(send(z.string().parse(file), SendOptions.parse(options), Date.now())));

program
  .command("try <file>")
  .description("map a file as a connection would, without sending it: source, canonical form, the rule behind each value, what would park")
  .requiredOption("--connection <id>", "the connection whose tables read it")
  .option("--site <id>", "the site; without it the document names it")
  .option("--stage <stage>", "whose settings: local, small or prod (local)")
  .option("--lang <language>", "en or zh-CN (en)")
  .option("--format <format>", "what the plant's agent asks for: canonical or b2mml-v7 (canonical)")
  .option("--json", "print everything as JSON")
  .action((file: unknown, options: unknown) => end(tryFile(z.string().parse(file), TryOptions.parse(options))));

shared("order <number>", "both directions of an order in one timeline, what blocks it and why")
  .requiredOption("--site <id>", "the site")
  .action((number: unknown, options: unknown) => end(order(z.string().parse(number), OrderOptions.parse(options))));

shared("document <id>", "one document: state, steps, deliveries, timeline")
  .option("--site <id>", "the site; without it those of the local cloud")
  .option("--content", "also what came, beside what was understood")
  .action((id: unknown, options: unknown) => end(document(z.string().parse(id), DocumentOptions.parse(options))));

shared("balance <number>", "what the plant reported of an order beside the ERP's own books; exit code 3 where they differ")
  .requiredOption("--site <id>", "the site")
  .addOption(new Option("--lang <language>", "of the words").choices(["en", "zh-CN"]).default("en"))
  .action((number: unknown, options: unknown) => end(balance(z.string().parse(number), BalanceOptions.parse(options))));

shared("lot <number>", "what a lot was made of, or went into: lots, orders, operations, machines, persons, parameters, tests")
  .requiredOption("--site <id>", "the site")
  .option("--material <id>", "which material's lot, where the number stands for several")
  .option("--forward", "what it went into")
  .addOption(new Option("--lang <language>", "of the words").choices(["en", "zh-CN"]).default("en"))
  .action((number: unknown, options: unknown) => end(lot(z.string().parse(number), LotOptions.parse(options))));

shared("open", "what is not settled, with cause and age")
  .requiredOption("--site <id>", "the site")
  .option("--state <state>", "only those that are received, held, delivering, waiting or parked")
  .option("--limit <n>", "at most so many, 1 to 200 (50)")
  .option("--after <mark>", "go on where the answer before ended")
  .action((options: unknown) => end(open(OpenOptions.parse(options))));

const master = program.command("master").description("master data: full loads, and what has two codes");

withCredentials(master.command("load <file>"))
  .description("send a file of any size as messages, with progress; stopped anywhere, the same command goes on")
  .requiredOption("--connection <id>", "the connection that sends")
  .option("--json", "print what came of it as JSON")
  .option("--url <address>", "the API's address (ORDERLANE_URL)")
  .action((file: unknown, options: unknown) => end(load(z.string().parse(file), LoadOptions.parse(options))));

master
  .command("duplicates")
  .description("the same thing under two codes, and two things under one code")
  .requiredOption("--site <id>", "the site")
  .option("--json", "print everything as JSON")
  .option("--url <address>", "the API's address (ORDERLANE_URL)")
  .action((options: unknown) => end(duplicates(DuplicatesOptions.parse(options))));

const access = program.command("access").description("who may do what: grants of tokens and AWS identities");
const audit = program.command("audit").description("who did what, when, from where and why");
const secret = program.command("secret").description("the secrets that a connection and we know each other by");
/** What every command of a group takes. */
const within = (group: Command, name: string, summary: string): Command =>
  group.command(name).description(summary).option("--json", "print the answer as JSON").option("--url <address>", "the API's address (ORDERLANE_URL)");

within(access, "grant [principal]", "give a person or an agent a token, told once; or let an AWS role or user in")
  .requiredOption("--sites <ids>", "the sites, separated by commas")
  .option("--connections <ids>", "the connections, to post for or to administer")
  .option("--types <names>", "the document types, to post")
  .requiredOption("--actions <names>", "of post, lease, verdict, read, command, administer")
  .requiredOption("--days <n>", "how long, 1 to 366", wholeNumber)
  .requiredOption("--why <text>", "written into the audit")
  .option("--aws-role <arn>", "the ARN of an IAM role or user, instead of a principal with a token")
  .action((principal: unknown, options: unknown) => end(grant(z.string().optional().parse(principal), GrantOptions.parse(options))));
within(access, "list", "the grants in force, and when each was last used")
  .option("--all", "also those that have ended")
  .action((options: unknown) => end(listGrants(ListOptions.parse(options))));
within(access, "revoke <id>", "end a grant at once")
  .requiredOption("--why <text>", "written into the audit")
  .action((id: unknown, options: unknown) => end(revoke(z.string().parse(id), RevokeOptions.parse(options))));
within(audit, "list", "the audit's records of its last day, or of a span")
  .option("--from <day>", "the first day, UTC, such as 2026-03-01")
  .option("--to <day>", "the last day")
  .action((options: unknown) => end(listAudit(AuditListOptions.parse(options))));
within(audit, "verify", "prove that nothing was removed or altered; exit code 3 and the record's name where something was")
  .option("--from <day>", "begin with this day")
  .option("--to <day>", "end with this day")
  .option("--known <place>", "what an earlier verify printed; may be given several times", (place: string, before: readonly string[]) => [...before, place], [])
  .action((options: unknown) => end(verifyAudit(AuditVerifyOptions.parse(options))));
within(secret, "put <connection>", "put a new secret; the former one stays valid beside it")
  .addOption(new Option("--which <secret>", "source: what it shows us; call: what we show it").choices(["source", "call"]).makeOptionMandatory())
  .requiredOption("--from-env <name>", "the variable that holds the value")
  .option("--alone", "the former one is no longer valid: it has leaked")
  .requiredOption("--why <text>", "written into the audit")
  .action((connection: unknown, options: unknown) => end(putSecret(z.string().parse(connection), SecretOptions.parse(options))));

program.option("--aws", "sign as your AWS identity instead of a token (ORDERLANE_AWS=1); without a token this is done where AWS credentials are set");
/** Stands anywhere in the command. */
const withoutAws = process.argv.filter((one) => one !== "--aws");
if (withoutAws.length < process.argv.length) process.env.ORDERLANE_AWS = "1";

const SUMMARIES = {
  replay: "try a parked, rejected, undone or skipped document again",
  skip: "pass over a parked document that left nothing behind",
  resolve: "say that a parked document's posting was entered by hand; it is looked up in the target",
  undo: "reverse what a parked, or delivered, document applied",
} as const;

for (const name of ["replay", "skip", "resolve", "undo"] as const) {
  const given = shared(`${name} <id>`, SUMMARIES[name])
    .requiredOption("--why <text>", "written into the document's timeline and the audit")
    .option("--site <id>", "the site; without it those of the local cloud")
    .option("--attempt <n>", "only if the document is in this attempt", wholeNumber)
    .option("--plan", "only show what would be done")
    .option("--yes", "do it without asking; needed where nobody is at a terminal")
    .option("--no-wait", "do not wait for what the lane makes of it");
  if (name === "resolve") {
    given.requiredOption("--posted-as <number>", "the target's own number of what was entered");
    given.option("--unchecked", "the target cannot be asked for a number, and you have looked there");
  }
  given.action((id: unknown, options: unknown) => end(command(name, z.string().parse(id), CommandOptions.parse(options))));
}

for (const name of ["pause", "resume"] as const) {
  shared(`${name} <connection>`, name === "pause" ? "let what comes for a connection wait, in order" : "let it go on")
    .requiredOption("--site <id>", "a site that the connection serves")
    .requiredOption("--why <text>", "written into the audit")
    .action((connection: unknown, options: unknown) => end(steer(name, z.string().parse(connection), SteerOptions.parse(options))));
}
shared("connections", "how each connection of a site stands: paused, by whom and why, breaker, silent agent")
  .requiredOption("--site <id>", "the site")
  .action((options: unknown) => end(connections(ConnectionsOptions.parse(options))));

/** What, why and the next command; as JSON on stdout where that was asked for. */
function report(error: unknown): number {
  // Commander has printed its own words.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (!(error instanceof Failure)) throw error;
  const { what, why, next, exit, problem } = error.told;
  if (process.argv.includes("--json")) printJson({ failed: what, why, next, ...(problem === undefined ? {} : { problem }) });
  process.stderr.write(`orderlane: ${shown(what)}: ${shown(why)}\n  next: ${shown(next)}\n`);
  return exit;
}

try {
  await program.parseAsync(withoutAws);
} catch (error) {
  process.exitCode = report(error);
}
