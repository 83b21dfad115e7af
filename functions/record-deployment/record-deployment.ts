import { createHash } from "node:crypto";
import * as z from "zod";
import type { Audit } from "../../core/audit/audit.ts";
import { Link, readRecords } from "../../core/audit/records.ts";
import { freeText } from "../../core/documents/free-text.ts";
import { parseIfThere } from "../../core/ledger/items.ts";
import type { Key, LedgerStore } from "../../core/ledger/ledger-store.ts";

export type RecordDeploymentPorts = {
  readonly ledger: LedgerStore;
  /** The audit, and where each record came to stand. */
  readonly auditWith: (onRecorded: (link: Link) => void) => Audit;
};

/** What infra/constructs/deployment-record.ts gives: hashes by what they are of (`connection erp`, `site hamburg`, `table plain-json/order.json`). */
export const Deployment = z.object({
  stage: z.string(),
  who: z.string(),
  why: z.string(),
  parts: z.record(z.string(), z.string()),
});
export type Deployment = z.infer<typeof Deployment>;

/** The deployment must not go on; the message is for who deploys. */
export class DeploymentRefused extends Error {}

const Named = z.object({ who: freeText(100), why: freeText(500) });

/** Where the audit's last record of a deployment stands. */
const POINTER: Key = { pk: "AUDIT", sk: "DEPLOYMENT" };
const Recorded = z.object({ parts: z.array(z.string()) });

/**
 * Records in the audit that settings or mapping tables have changed: which by name, and the hashes before and after. What was before is told by the audit
 * itself. A deployment that changes neither is no change, and needs no reason.
 * @throws DeploymentRefused where something changes and nobody says who and why
 */
export function createRecordDeployment({ ledger, auditWith }: RecordDeploymentPorts): (deployment: Deployment) => Promise<"recorded" | "unchanged"> {
  return async ({ stage, parts, ...said }) => {
    const former = await formerParts(ledger);
    const changes = changesOf(former, parts);
    if (former !== undefined && changes.added.length + changes.changed.length + changes.removed.length === 0) return "unchanged";
    const named = Named.safeParse(said);
    if (!named.success) throw new DeploymentRefused("settings or mapping tables change: say who changes them and why: cdk deploy -c who=… -c why=…");
    let link: Link | undefined;
    const audit = auditWith((recorded) => {
      link = recorded;
    });
    const before = former === undefined ? {} : { before: hashOf(former) };
    const details = { ...before, after: hashOf(parts), ...changes, parts: listOf(parts) };
    await audit.record({ ...named.data, from: "deployment", action: "settings", what: `stage ${stage}`, details });
    if (link !== undefined) await ledger.write([{ kind: "put", item: { ...POINTER, ...link } }]);
    return "recorded";
  };
}

type Parts = Readonly<Record<string, string>>;

/** Sorted, so that the same parts are the same text. */
const listOf = (parts: Parts): string[] =>
  Object.entries(parts)
    .map(([name, hash]) => `${name} = ${hash}`)
    .sort();

const hashOf = (parts: Parts): string => createHash("sha256").update(listOf(parts).join("\n")).digest("hex");

async function formerParts(ledger: LedgerStore): Promise<Parts | undefined> {
  const link = parseIfThere(Link, await ledger.read(POINTER));
  const [record] = link === undefined ? [] : await readRecords(ledger, link.day, link.n - 1, 1);
  if (record === undefined || "damaged" in record) return undefined;
  const { parts } = Recorded.parse(record.details);
  return Object.fromEntries(parts.map((part) => [part.slice(0, part.lastIndexOf(" = ")), part.slice(part.lastIndexOf(" = ") + 3)]));
}

function changesOf(former: Parts = {}, parts: Parts) {
  return {
    added: Object.keys(parts).filter((name) => former[name] === undefined),
    changed: Object.keys(parts).filter((name) => former[name] !== undefined && former[name] !== parts[name]),
    removed: Object.keys(former).filter((name) => parts[name] === undefined),
  };
}
