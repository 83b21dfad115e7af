import * as z from "zod";

/** AWS identities as principals: whoever the gateway knows by their signature (SigV4), mapped to a role or user, in every partition. */

/** As the gateway tells of a caller whose signature it has checked, and the account that the gateway is in. */
export type AwsCaller = { readonly arn: string; readonly account: string };

export type AwsIdentity = {
  /** `aws:` and the ARN of the role or user, without its path: what a grant names. */
  readonly principal: string;
  readonly account: string;
  readonly kind: "role" | "user";
  readonly name: string;
  /** Of a role's session: whoever took the role, by their own word. */
  readonly session?: string;
};

const NAME = "[\\w+=,.@-]{1,64}";
const ARN = /^arn:(?<partition>aws|aws-cn|aws-us-gov):(?:iam|sts)::(?<account>\d{12}):(?<rest>.+)$/;
const SESSION = new RegExp(`^assumed-role/(?<name>${NAME})/(?<session>[\\w+=,.@-]{2,64})$`);
/** With any path before the name: the ARN of a role's session tells no path, and a name is unique within its account whatever the path. */
const ROLE_OR_USER = new RegExp(`^(?<kind>role|user)/(?:[\\u0021-\\u007e]*/)?(?<name>${NAME})$`);

/** Undefined for what no grant can name: the account's root, a federated user, a service. */
export function awsIdentityOf(arn: string): AwsIdentity | undefined {
  const { partition, account, rest } = ARN.exec(arn)?.groups ?? {};
  if (partition === undefined || account === undefined || rest === undefined) return undefined;
  const session = SESSION.exec(rest)?.groups;
  if (session?.name !== undefined && session.session !== undefined) return identity(partition, account, "role", session.name, session.session);
  const { kind, name } = ROLE_OR_USER.exec(rest)?.groups ?? {};
  return name === undefined ? undefined : identity(partition, account, kind === "user" ? "user" : "role", name);
}

const identity = (partition: string, account: string, kind: "role" | "user", name: string, session?: string): AwsIdentity => ({
  principal: `aws:arn:${partition}:iam::${account}:${kind}/${name}`,
  account,
  kind,
  name,
  ...(session === undefined ? {} : { session }),
});

/** ARN of a role or user, as IAM shows it. */
export const AwsArn = z
  .string()
  .max(2048)
  .refine((text) => awsIdentityOf(text) !== undefined, "is the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/orderlane-operators");

const ROLE_NAME = new RegExp(`^${NAME}$`);

/** Who administers before anybody was granted anything: the ARN of a role or user, or the name of a role of the stage's own account. */
export const Administrator = z
  .string()
  .refine((text) => ROLE_NAME.test(text) || awsIdentityOf(text) !== undefined, "is the ARN of an IAM role or user, or the name of a role of this account");

/** @param account the gateway's own: a role of the same name in another account is another role */
export function isAdministrator(administrators: readonly string[], who: AwsIdentity, account: string): boolean {
  const isOwnRole = who.kind === "role" && who.account === account;
  return administrators.some((named) => (isOwnRole && named === who.name) || awsIdentityOf(named)?.principal === who.principal);
}
