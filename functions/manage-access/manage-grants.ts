import { awsIdentityOf } from "../../core/access/aws-identity.ts";
import type { GrantGiven, GrantRequest, GrantsAnswer, GrantTold } from "../../core/access/grant-shapes.ts";
import { Grant, GrantId, hashOfPrincipal, tokenHash } from "../../core/access/grants.ts";
import type { Audit } from "../../core/audit/audit.ts";
import type { Administering } from "../../core/door/guarded.ts";
import { type Problem, problemOf } from "../../core/door/problems.ts";
import { itemOf, parseIfThere, parseItem } from "../../core/ledger/items.ts";
import { accessKey, GRANTS, grantKey } from "../../core/ledger/keys.ts";
import type { Condition, Item, LedgerStore } from "../../core/ledger/ledger-store.ts";
import type { Clock, Ids } from "../../core/ledger/ports.ts";
import type { Settings } from "../../core/settings/settings.ts";
import { excessOf, holdsAll } from "./hold.ts";

export type GrantPorts = {
  readonly ledger: LedgerStore;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly settings: Settings;
  /** 130 random bits each: ids of grants, and tokens. */
  readonly ids: Ids;
};

export type Managed<Answer> = { readonly kind: "done"; readonly answer: Answer } | { readonly kind: "refused"; readonly problem: Problem };

const DAY_MS = 86_400_000;
const PAGE = 100;

export type ManageGrants = {
  /** Gives a token, told once, or a grant of an AWS identity. Nobody gives what he does not hold himself, nor for longer. */
  grant(request: GrantRequest, who: Administering): Promise<Managed<GrantGiven>>;
  /** Those that the asker could have given; a page. */
  list(state: "active" | "all", after: string | undefined, who: Administering): Promise<GrantsAnswer>;
  /** In force no more from now on, whoever holds the token; once more is the same answer. */
  revoke(id: string, why: string, who: Administering): Promise<Managed<GrantTold>>;
};

/** Every deed is recorded in the audit before it is done: rejects, and does nothing, where that fails. */
export function createManageGrants(ports: GrantPorts): ManageGrants {
  return {
    grant: async (request, who) => {
      const excess = excessOf(request, who.grant, ports.settings, ports.clock.now());
      return excess === undefined ? give(ports, request, who) : { kind: "refused", problem: excess };
    },
    list: (state, after, who) => list(ports, state, after, who),
    revoke: async (id, why, who) => {
      const found = await readGiven(ports.ledger, id);
      if (found === undefined || !holdsAll(who.grant, found.grant, ports.settings))
        return { kind: "refused", problem: problemOf("not-found", "there is no such grant") };
      return found.grant.revoked ? { kind: "done", answer: toldOf(found, ports.clock.now()) } : revoke(ports, found, why, who);
    },
  };
}

async function give(ports: GrantPorts, request: GrantRequest, who: Administering): Promise<Managed<GrantGiven>> {
  const { ids, clock, audit, ledger } = ports;
  const now = clock.now();
  const { holder, token, hash } = holderOf(request, ids);
  const former = parseIfThere(Grant, await ledger.read(accessKey(hash)));
  if (former !== undefined && isActive(former, now)) return alreadyHeld(former);
  const { days, why, sites, connections, types, actions } = request;
  const id = ids.next();
  const given = { principal: holder, sites: unique(sites), connections: unique(connections), types: unique(types), actions: unique(actions) };
  const expiresAt = now + days * DAY_MS;
  const details = { ...given, by: token === undefined ? "aws" : "token", expiresAt: new Date(expiresAt).toISOString() };
  await audit.record({ who: who.principal, from: who.from, action: "grant", what: id, why, details });
  const item = itemOf(accessKey(hash), { ...given, expiresAt, revoked: false, id, createdAt: now, createdBy: who.principal, why });
  const answer = await ledger.write([
    { kind: "put", item, if: [asRead(former)] },
    { kind: "put", item: itemOf(grantKey(id), { hash }), if: [{ absent: true }] },
  ]);
  const grant = parseItem(Grant, item);
  if (answer.kind === "refused") return alreadyHeld(grant);
  return { kind: "done", answer: { ...toldOf({ id, grant }, now), ...(token === undefined ? {} : { token }) } };
}

type Holder = { readonly holder: string; readonly hash: string; readonly token?: string };

function holderOf({ principal, aws }: GrantRequest, ids: Ids): Holder {
  const identity = aws === undefined ? undefined : awsIdentityOf(aws);
  if (identity !== undefined) return { holder: identity.principal, hash: hashOfPrincipal(identity.principal) };
  if (principal === undefined) throw new RangeError("a grant without a holder passed its schema");
  const token = `orl_${ids.next()}`;
  return { holder: principal, token, hash: tokenHash(token) };
}

/** Of two who give to one AWS identity at once, one is refused. */
const asRead = (former: Grant | undefined): Condition => {
  if (former === undefined) return { absent: true };
  return former.id === undefined ? { path: "id", absent: true } : { path: "id", is: former.id };
};

const alreadyHeld = ({ principal, id }: Grant): Managed<never> => ({
  kind: "refused",
  problem: problemOf("grant-exists", `${principal} holds grant ${id ?? "that was given outside the API"}: revoke it first`),
});

const unique = <Name extends string>(names: readonly Name[]): Name[] => [...new Set(names)];

const isActive = (grant: Grant, now: number): boolean => !grant.revoked && grant.expiresAt > now;

type Given = { readonly id: string; readonly grant: Grant };

async function list(ports: GrantPorts, state: "active" | "all", after: string | undefined, who: Administering): Promise<GrantsAnswer> {
  const now = ports.clock.now();
  const entries = await ports.ledger.list(GRANTS, { prefix: "", limit: PAGE, ...(after === undefined ? {} : { after }) });
  const items = entries.length === 0 ? [] : await ports.ledger.readMany(entries.map(({ hash }) => accessKey(String(hash))));
  const given = entries.flatMap((entry, at) => givenOf(entry.sk, items[at])).filter(({ grant }) => holdsAll(who.grant, grant, ports.settings));
  const grants = given.filter(({ grant }) => state === "all" || isActive(grant, now)).map((one) => toldOf(one, now));
  const last = entries.at(-1);
  return { grants, ...(entries.length < PAGE || last === undefined ? {} : { after: last.sk }) };
}

/** The place of an AWS identity is taken by its newest grant. */
function givenOf(id: string, item: Item | undefined): Given[] {
  const grant = parseIfThere(Grant, item);
  return grant?.id === id ? [{ id, grant }] : [];
}

async function readGiven(ledger: LedgerStore, id: string): Promise<Given | undefined> {
  // The table refuses a key of more than 1,024 bytes: what is no id is asked for nowhere.
  if (!GrantId.safeParse(id).success) return undefined;
  const entry = await ledger.read(grantKey(id));
  if (entry === undefined) return undefined;
  return givenOf(id, await ledger.read(accessKey(String(entry.hash))))[0];
}

async function revoke({ ledger, audit, clock }: GrantPorts, { id, grant }: Given, why: string, who: Administering): Promise<Managed<GrantTold>> {
  await audit.record({ who: who.principal, from: who.from, action: "revoke", what: id, why, details: { principal: grant.principal } });
  const now = clock.now();
  const set = { revoked: true, revokedAt: now, revokedBy: who.principal };
  await ledger.write([{ kind: "update", key: grant, set, if: [{ path: "id", is: id }] }]);
  return { kind: "done", answer: toldOf({ id, grant: { ...grant, ...set } }, now) };
}

function toldOf({ id, grant }: Given, now: number): GrantTold {
  const { principal, sites, connections, types, actions, createdAt, createdBy, why, expiresAt, lastUsedAt, revoked, revokedAt, revokedBy } = grant;
  if (createdAt === undefined || createdBy === undefined || why === undefined) throw new RangeError(`grant ${id} does not say who gave it, when and why`);
  return {
    id,
    by: principal.startsWith("aws:") ? "aws" : "token",
    principal,
    state: stateOf(revoked, expiresAt <= now),
    sites,
    connections,
    types,
    actions,
    createdAt: instant(createdAt),
    createdBy,
    why,
    expiresAt: instant(expiresAt),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: instant(lastUsedAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: instant(revokedAt) }),
    ...(revokedBy === undefined ? {} : { revokedBy }),
  };
}

const stateOf = (isRevoked: boolean, isExpired: boolean): GrantTold["state"] => {
  if (isRevoked) return "revoked";
  return isExpired ? "expired" : "active";
};

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();
