import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { ledgerStore } from "../../aws/ledger-store.ts";
import { type Grant, grantItem } from "../../core/access/grants.ts";
import type { CloudParts } from "../cloud.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_CHARACTERS = 32;
const DAY_MS = 86_400_000;

const newToken = (): string => `orl_${[...randomBytes(RANDOM_CHARACTERS)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("")}`;

export type Granted = Pick<Grant, "principal" | "sites" | "connections" | "types" | "actions">;

/** Gives out bearer tokens, each good for a day: what an administrator does once for each agent and person. */
export async function issueTokens<Name extends string>(cloud: CloudParts, grants: Readonly<Record<Name, Granted>>): Promise<Record<Name, string>> {
  const client = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
  const ledger = ledgerStore({ client, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: 5_000 });
  const tokens: Partial<Record<Name, string>> = {};
  for (const name of namesOf(grants)) {
    const token = newToken();
    await ledger.write([{ kind: "put", item: grantItem(token, { ...grants[name], expiresAt: Date.now() + DAY_MS, revoked: false }) }]);
    tokens[name] = token;
  }
  client.destroy();
  return whole(tokens, namesOf(grants));
}
