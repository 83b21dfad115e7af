import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { ledgerStore } from "../../aws/ledger-store.ts";
import { type Grant, grantItem, tokenHash } from "../../core/access/grants.ts";
import { itemOf } from "../../core/ledger/items.ts";
import { grantKey } from "../../core/ledger/keys.ts";
import type { CloudParts } from "../cloud.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_CHARACTERS = 32;
const DAY_MS = 86_400_000;
const PATIENCE_MS = 5_000;

const newToken = (): string => `orl_${Array.from(randomBytes(RANDOM_CHARACTERS), (byte) => ALPHABET.charAt(byte & 31)).join("")}`;

export type Granted = Pick<Grant, "principal" | "sites" | "connections" | "types" | "actions">;

/** Gives out a bearer token, good for a month, so that its holder may give others for days: what an administrator does once for each agent and person. */
export async function issueToken(cloud: CloudParts, grant: Granted): Promise<string> {
  const client = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
  const ledger = ledgerStore({ client, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: PATIENCE_MS });
  const token = newToken();
  const id = randomIds.next();
  const now = systemClock.now();
  const given = { ...grant, expiresAt: now + 30 * DAY_MS, revoked: false, id, createdAt: now, createdBy: "the local cloud", why: "npm start" };
  await ledger.write([
    { kind: "put", item: grantItem(token, given) },
    { kind: "put", item: itemOf(grantKey(id), { hash: tokenHash(token) }) },
  ]);
  client.destroy();
  return token;
}
