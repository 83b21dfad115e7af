import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { ledgerStore } from "../../aws/ledger-store.ts";
import { Grant, grantItem } from "../../core/access/grants.ts";
import { DocumentType } from "../../core/documents/document-types.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { connectionOf } from "../../core/settings/settings.ts";
import type { CloudParts } from "../cloud.ts";
import { credentialsFor } from "../sender-credentials.ts";
import { takeRole } from "./aws-role.ts";

/** Every kind of caller, as headers or a query of its requests. */

export type Presents = { readonly headers?: Readonly<Record<string, string>>; readonly query?: Readonly<Record<string, string>> };
export type Shown = { readonly method: string; readonly url: string; readonly body: string };
/** `under`: where the same routes stand for it. */
export type Principal = { readonly under?: string; readonly present: (request: Shown) => Presents | Promise<Presents> };

const GrantParts = Grant.omit({ pk: true, sk: true });
/** Longer than a grant that is given with one of them. */
const DAYS_MS = 3 * 86_400_000;
const PATIENCE_MS = 20_000;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const newToken = (): string => `orl_${Array.from(randomBytes(32), (byte) => ALPHABET.charAt(byte & 31)).join("")}`;

const HAMBURG = { sites: ["hamburg"], connections: ["mes-hamburg"] };
const SUZHOU = { sites: ["suzhou"], connections: ["mes-suzhou"] };
const BOTH = { sites: ["hamburg", "suzhou"], connections: ["mes-hamburg", "mes-suzhou"] };
const ACTIONS = Grant.shape.actions.element.options;

/** Grants as the ledger holds them; every one is of all types and actions and in force, unless it says another. */
const GRANTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ...Object.fromEntries(ACTIONS.map((action) => [action, { ...HAMBURG, actions: [action] }])),
  "no-action": { ...HAMBURG, actions: [] },
  all: HAMBURG,
  "other-site": SUZHOU,
  both: BOTH,
  "no-connection": { ...BOTH, connections: [] },
  "no-type": { ...BOTH, types: [] },
  "erp-admin": { ...BOTH, connections: ["erp"], actions: ["administer"] },
  expired: { ...BOTH, expiresAt: 1 },
  revoked: { ...BOTH, revoked: true },
};

/** AWS roles, and the grants that their ARNs have; the administrators' stands in the settings instead. */
const ROLES: Readonly<Record<string, { readonly name: string; readonly grant?: Readonly<Record<string, unknown>> }>> = {
  "aws-stranger": { name: "matrix-stranger" },
  "aws-revoked": { name: "matrix-revoked", grant: { ...BOTH, revoked: true } },
  "aws-reader": { name: "matrix-reader", grant: { ...HAMBURG, actions: ["read"] } },
  "aws-admin": { name: "orderlane-local-administrators" },
};

const bearing = (token: string): Principal => {
  const presents = { headers: { authorization: `Bearer ${token}` } };
  return { present: () => presents };
};

/** Gives out the tokens, and knows the senders' secrets. */
export async function principalsOf(cloud: CloudParts): Promise<Readonly<Record<string, Principal>>> {
  const client = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
  const ledger = ledgerStore({ client, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: PATIENCE_MS });
  const tokens: Record<string, string> = {};
  const whole = { principal: "the access matrix", types: DocumentType.options, actions: ACTIONS, expiresAt: systemClock.now() + DAYS_MS, revoked: false };
  for (const [name, grant] of Object.entries(GRANTS)) {
    const token = newToken();
    tokens[name] = token;
    await ledger.write([{ kind: "put", item: grantItem(token, GrantParts.parse({ ...whole, ...grant })) }]);
  }
  const roles: Record<string, Principal> = {};
  for (const [name, role] of Object.entries(ROLES)) {
    const taken = await takeRole(cloud, role.name);
    if (role.grant !== undefined)
      await ledger.write([{ kind: "put", item: grantItem(taken.principal, GrantParts.parse({ ...whole, ...role.grant, principal: taken.principal })) }]);
    roles[name] = taken;
  }
  client.destroy();
  return {
    ...roles,
    none: { present: () => ({}) },
    malformed: bearing("orl_short"),
    unknown: bearing(newToken()),
    "in-url": { present: () => ({ query: { access_token: String(tokens.both) } }) },
    ...Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, bearing(token)])),
    webhook: senderOf(cloud, "erp"),
    basic: senderOf(cloud, "sap"),
    hmac: senderOf(cloud, "b2mml"),
  };
}

/** The sender of a connection, by its own scheme. */
function senderOf(cloud: CloudParts, id: string): Principal {
  const { source } = connectionOf(cloud.settings, id);
  const name = secretNameOf(source);
  const credentials = credentialsFor(source, z.string().parse(name === undefined ? undefined : cloud.secrets[name]));
  return { present: ({ body }) => ({ headers: credentials({ id: `matrix-${randomIds.next()}`, timestampSeconds: Math.floor(Date.now() / 1000), body }) }) };
}
