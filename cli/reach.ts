import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { EXIT, Failure, usage } from "./failure.ts";

/** What `npm start` and `npm run cloud` leave behind, so that the command works against the local cloud without being told anything. */
const AccessFile = z.object({
  url: z.string(),
  token: z.string().optional(),
  webhookSecret: z.string().optional(),
  /** Where a document is looked for when no site is named. */
  sites: z.array(z.string()).optional(),
  /** That sends where none is named. */
  connection: z.string().optional(),
});
type AccessFile = z.infer<typeof AccessFile>;

/** Where the API is, and as whom it is asked. */
export type Reach = {
  readonly url: string;
  readonly token?: string;
  /** Persons' requests are signed with this machine's AWS credentials. */
  readonly isSigned?: true;
  readonly webhookSecret?: string;
  readonly connection?: string;
  readonly sites: readonly string[];
};

/** Any of them says that there are AWS credentials; where only a profile's file does, `--aws` asks for it. */
const AWS_CREDENTIALS = [
  "AWS_PROFILE",
  "AWS_ACCESS_KEY_ID",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

type Environment = Readonly<Record<string, string | undefined>>;

const LOCAL_FILE = join(import.meta.dirname, "..", ".local", "access.json");

/**
 * The address from `--url`, else ORDERLANE_URL, else the local cloud's file; the token from ORDERLANE_TOKEN, else that file.
 * What the file holds is used for the address in it and for no other: a local token is sent nowhere else.
 * @throws Failure
 */
export function reachOf(url: string | undefined, env: Environment): Reach {
  const file = readAccess(given(env.ORDERLANE_ACCESS_FILE) ?? LOCAL_FILE);
  const base = baseOf(given(url) ?? given(env.ORDERLANE_URL) ?? file?.url);
  const own = file !== undefined && withoutSlash(file.url) === base ? file : undefined;
  const token = given(env.ORDERLANE_TOKEN) ?? own?.token;
  return {
    url: base,
    ...(isSigned(token, env) ? { isSigned: true } : {}),
    ...(token === undefined ? {} : { token }),
    ...(own?.webhookSecret === undefined ? {} : { webhookSecret: own.webhookSecret }),
    ...(own?.connection === undefined ? {} : { connection: own.connection }),
    sites: own?.sites ?? [],
  };
}

const isSigned = (token: string | undefined, env: Environment): boolean =>
  given(env.ORDERLANE_AWS) !== undefined || (token === undefined && AWS_CREDENTIALS.some((name) => given(env[name]) !== undefined));

const withoutSlash = (address: string): string => address.replace(/\/+$/, "");

function baseOf(address: string | undefined): string {
  if (address === undefined)
    throw usage("the API's address is not known", "neither --url nor ORDERLANE_URL is set, and no local cloud runs", "npm start, or give --url https://…");
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return withoutSlash(address);
  throw usage(`the address ${address} is not valid`, "it must begin with https:// (or http:// locally)", "correct --url or ORDERLANE_URL");
}

/** An empty variable of a shell is one that is not set. */
const given = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text.trim());

function readAccess(path: string): AccessFile | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return AccessFile.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? error.name) : String(error);
    throw new Failure({ what: `${path} cannot be used`, why, next: "remove it and start the local cloud again: npm start", exit: EXIT.failed });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // No local cloud runs: the ordinary case outside development.
    return undefined;
  }
}
