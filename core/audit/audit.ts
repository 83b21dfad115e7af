import * as z from "zod";

/** What was done, or asked for, by whom and why: one entry of the audit. */

/** The table holds UTF-8: half of a surrogate pair would come back as something else, and break the chain. */
const Text = z.string().transform((text) => text.toWellFormed());

export const AuditDetails = z.record(Text, z.union([Text, z.number(), z.boolean(), z.array(Text)]));
export type AuditDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export const AuditEntry = z.object({
  /** A grant's principal, an AWS role or user as `aws:arn:…`, or who deployed. */
  who: Text,
  /** The source address as the gateway knows it (with the session's name of an AWS identity), or `deployment`. */
  from: Text,
  /** A name such as `grant`, `revoke`, `replay`, `pause`, `secret`, `settings`. */
  action: Text,
  /** What it is done to: a document's id, a grant's id, a connection, a secret's name. */
  what: Text,
  why: Text,
  /** Never a payload, a token or a secret. */
  details: AuditDetails,
});
export type AuditEntry = {
  readonly who: string;
  readonly from: string;
  readonly action: string;
  readonly what: string;
  readonly why: string;
  readonly details: AuditDetails;
};

/** Called before the deed: recorded as asked for. Rejects where it could not be recorded, and then the deed must not be done. */
export interface Audit {
  record(entry: AuditEntry): Promise<void>;
}
