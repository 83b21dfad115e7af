import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { ledgerStore } from "../../aws/ledger-store.ts";
import { Grant, grantItem, tokenHash } from "../../core/access/grants.ts";
import { DocumentType } from "../../core/documents/document-types.ts";
import { ConnectionId } from "../../core/documents/ids.ts";
import { LineResult } from "../../core/door/line-results.ts";
import { accessKey, messageKey } from "../../core/ledger/keys.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { connectionOf } from "../../core/settings/settings.ts";
import type { CloudParts } from "../../local/cloud.ts";
import { credentialsFor } from "../../local/sender-credentials.ts";
import { documentedProblems, type Observed, unlikeDocumented } from "./documented.ts";
import { type Ask, overHttp, toFunction } from "./requests.ts";

/** Who asks the running API, and what is kept of its answers. */

const GrantParts = Grant.omit({ pk: true, sk: true });
/** Longer than a grant that is given with one of them. */
const DAYS_MS = 3 * 86_400_000;
const newToken = (): string => `orl_${randomIds.next()}`;

export type ApiRig = Awaited<ReturnType<typeof openRig>>;

export async function openRig(cloud: CloudParts) {
  const client = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
  const ledger = ledgerStore({ client, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: 20_000 });
  const lambda = new LambdaClient(cloud.clients);
  const observations = new Set<string>();
  const misfits: string[] = [];
  let messages = 0;

  /** Holds an answer to its documentation, and notes it. */
  function keep(operationId: string, answer: Observed): Observed {
    const unlike = unlikeDocumented(operationId, answer);
    if (unlike !== undefined) misfits.push(`${operationId}: ${unlike}`);
    const code = z.object({ code: z.string() }).safeParse(JSON.parse(answer.body));
    observations.add(answer.status < 300 || !code.success ? `${operationId} ${answer.status}` : `${operationId} ${answer.status} ${code.data.code}`);
    return answer;
  }

  async function give(change: Readonly<Record<string, unknown>>): Promise<string> {
    const token = newToken();
    const whole = {
      principal: "the conformance test",
      sites: ["hamburg"],
      connections: ["mes-hamburg"],
      types: DocumentType.options,
      actions: Grant.shape.actions.element.options,
      expiresAt: systemClock.now() + DAYS_MS,
      revoked: false,
    };
    await ledger.write([{ kind: "put", item: grantItem(token, GrantParts.parse({ ...whole, ...change })) }]);
    return token;
  }

  /** A token whose item is none of ours: whoever reads it fails. */
  async function giveDamaged(): Promise<string> {
    const token = newToken();
    await ledger.write([{ kind: "put", item: { ...accessKey(tokenHash(token)), principal: 1 } }]);
    return token;
  }

  /** An idempotency key whose item is none of ours. */
  async function damageKey(connection: string, key: string): Promise<void> {
    await ledger.write([{ kind: "put", item: { ...messageKey(ConnectionId.parse(connection), key), digest: 1 } }]);
  }

  /** The headers of a connection's sender, by its own scheme. */
  function senderHeaders(connection: string, body: string, id?: string): Readonly<Record<string, string>> {
    messages += 1;
    const { source } = connectionOf(cloud.settings, connection);
    const name = secretNameOf(source);
    const held = z.string().parse(name === undefined ? undefined : cloud.secrets[name]);
    const named = id === undefined ? `conformance-${randomIds.next()}-${messages}` : id;
    return credentialsFor(source, held)({ id: named, timestampSeconds: Math.floor(Date.now() / 1000), body });
  }

  return {
    cloud,
    tokens: {
      whole: await give({}),
      /** May everything at every site and connection. */
      admin: await give({ sites: ["hamburg", "suzhou"], connections: cloud.settings.connections.map(({ id }) => id) }),
      other: await give({ sites: ["suzhou"], connections: ["mes-suzhou"] }),
      powerless: await give({ actions: [] }),
      damaged: await giveDamaged(),
    },
    senderHeaders,
    damageKey,
    keep,
    misfits,
    reached: (): string[] => [...observations].sort(),
    missing: (): string[] => documentedProblems().filter((problem) => !observations.has(problem)),
    http: async (ask: Ask): Promise<Observed> => keep(ask.operationId, await overHttp(cloud, ask)),
    invoke: async (ask: Ask): Promise<Observed> => keep(ask.operationId, await toFunction(cloud, lambda, ask)),
    close: () => client.destroy(),
  };
}

export const bearer = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });
export const JSON_TYPE = { "content-type": "application/json" } as const;
export const XML_TYPE = { "content-type": "application/xml" } as const;

/** The documents that a message became. */
export const documentsIn = ({ body }: Observed): string[] =>
  z
    .object({ lines: z.array(LineResult) })
    .parse(JSON.parse(body))
    .lines.flatMap(({ document }) => (document === undefined ? [] : [document]));
