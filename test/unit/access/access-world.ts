import type { AwsCaller } from "../../../core/access/aws-identity.ts";
import { type Grant, grantItem } from "../../../core/access/grants.ts";
import { type TokenUsage, tokenUsage } from "../../../core/access/token-usage.ts";
import { ledgerAudit } from "../../../core/audit/ledger-audit.ts";
import { ConnectionId, SiteId } from "../../../core/documents/ids.ts";
import type { HttpAnswer } from "../../../core/door/problems.ts";
import { Settings } from "../../../core/settings/settings.ts";
import { createManageAccess } from "../../../functions/manage-access/manage-access.ts";
import { createReplaceSecret } from "../../../functions/replace-secret/replace-secret.ts";
import { memoryAudit } from "../../support/memory/audit.ts";
import { virtualClock } from "../../support/memory/clock.ts";
import { countingIds } from "../../support/memory/ids.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { memorySecretVersions } from "../../support/memory/secret-versions.ts";
import { doorWorld, START } from "../door/door-world.ts";

const DAY_MS = 86_400_000;
const ROLE = "arn:aws:iam::111122223333:role/orderlane-admins";
export const ACCOUNT = "111122223333";
export const ADMIN: AwsCaller = { arn: "arn:aws:sts::111122223333:assumed-role/orderlane-admins/ann", account: ACCOUNT };

const token = (letter: string): string => `orl_${letter.repeat(26)}`;
/** Who administers Hamburg alone, without reading; and who may do all there but administer. */
export const HAMBURG_ADMIN = token("h");
export const OPERATOR = token("k");

export type Asked = {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly token?: string;
  readonly aws?: AwsCaller;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
};

const REVOCATION = /^\/v1\/access\/grants\/([^/]+)\/revocation$/;
const SECRET = /^\/v1\/connections\/([^/]+)\/secrets\/([^/]+)$/;

const headersOf = ({ body, token: bearer, headers = {} }: Asked) => ({
  ...(body === undefined ? {} : { "content-type": ["application/json"] }),
  ...(bearer === undefined ? {} : { authorization: [`Bearer ${bearer}`] }),
  ...headers,
});

function bodyOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

/** Access and audit over in-memory ports, an administrator by AWS identity, and two tokens. */
export async function accessWorld({ administrators = [ROLE] }: { readonly administrators?: readonly string[] } = {}) {
  const door = await doorWorld();
  const clock = virtualClock(START);
  const ledger = memoryLedgerStore();
  const settings = Settings.parse({ ...door.settings, administrators });
  const ids = countingIds(3);
  const audit = ledgerAudit({ ledger, clock, days: 10 });
  const told = memoryAudit();
  const troubles: unknown[] = [];
  const usage: TokenUsage = tokenUsage({ ledger, clock, onTrouble: (error) => troubles.push(error) });
  const both = {
    record: async (entry: Parameters<typeof audit.record>[0]) => {
      await told.record(entry);
      await audit.record(entry);
    },
  };
  const versions = memorySecretVersions();
  const ports = { ledger, clock, settings, ids, usage, audit: both };
  const manage = createManageAccess(ports);
  const replace = createReplaceSecret({ ...ports, versions });

  const put = (name: string, grant: Partial<Omit<Grant, "pk" | "sk">>) =>
    ledger.write([
      {
        kind: "put",
        item: grantItem(name, {
          principal: "somebody",
          sites: [SiteId.parse("hamburg")],
          connections: [ConnectionId.parse("mes-hamburg")],
          types: ["MaterialActual"],
          actions: ["administer"],
          expiresAt: START + 30 * DAY_MS,
          revoked: false,
          ...grant,
        }),
      },
    ]);
  await put(HAMBURG_ADMIN, { principal: "Hanna in Hamburg", actions: ["administer", "post", "lease"] });
  await put(OPERATOR, { principal: "Otto in operations", actions: ["post", "lease", "verdict", "read", "command"] });

  function ask(asked: Asked): Promise<HttpAnswer> {
    const url = new URL(asked.path, "http://localhost");
    const request = {
      method: asked.method ?? "GET",
      query: Object.fromEntries(url.searchParams),
      headers: headersOf(asked),
      body: bodyOf(asked.body),
      sourceIp: "203.0.113.7",
      aws: asked.aws,
    };
    const [, connection, which] = SECRET.exec(url.pathname) ?? [];
    if (connection !== undefined && which !== undefined) return replace({ ...request, path: { connection, which } });
    const id = REVOCATION.exec(url.pathname)?.[1];
    if (id !== undefined) return manage({ ...request, resource: "/v1/access/grants/{id}/revocation", path: { id } });
    return manage({ ...request, resource: url.pathname, path: {} });
  }
  return { ...ports, told, ledger, clock, versions, troubles, ask, put };
}
export type AccessWorld = Awaited<ReturnType<typeof accessWorld>>;
