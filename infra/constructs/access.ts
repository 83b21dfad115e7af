import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Validations } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

/** What a function may do: named actions on named resources. */
export type Access = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Findings of cdk-nag that this access is accepted for, each with its reason; needed where a resource holds a wildcard. */
  readonly accepted?: Readonly<Record<string, string>>;
};

/** Gives a role its access, below a construct that carries the reasons. */
export function grant(scope: Construct, role: Role, accesses: readonly Access[]): void {
  for (const { actions, resources, conditions, accepted } of accesses) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions === undefined ? {} : { conditions }) }));
    if (accepted !== undefined) accept(scope, accepted);
  }
}

/** Accepts findings of cdk-nag below a construct, each for its reason. */
export function accept(scope: Construct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
