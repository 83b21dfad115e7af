import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod";
import type { CloudParts } from "../../local/cloud.ts";
import { PolicyDocument } from "./policy.ts";

/** A role as it was deployed: of a function or of a state machine. */
export type Role = {
  /** Of the function, or of the workflow: its folder. */
  readonly owner: string;
  readonly kind: "function" | "workflow";
  readonly name: string;
  readonly policies: readonly { readonly name: string; readonly document: PolicyDocument }[];
};

const RoleArn = z.string().regex(/^arn:aws:iam::\d{12}:role\/[^/]+$/);
const nameIn = (arn: unknown): string => RoleArn.parse(arn).split("/").slice(-1).join();

/** Every role of every function and state machine of a deployed cloud. */
export async function rolesOf(cloud: CloudParts): Promise<readonly Role[]> {
  const [iam, lambda, sfn] = [new IAMClient(cloud.clients), new LambdaClient(cloud.clients), new SFNClient(cloud.clients)];
  const functions = Object.entries(cloud.functionNames).map(async ([owner, FunctionName]) => {
    const { Role: arn } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return withPolicies(iam, { owner, kind: "function", name: nameIn(arn) });
  });
  const workflows = Object.entries(cloud.workflowArns).map(async ([owner, stateMachineArn]) => {
    const { roleArn } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return withPolicies(iam, { owner, kind: "workflow", name: nameIn(roleArn) });
  });
  return Promise.all([...functions, ...workflows]);
}

async function withPolicies(iam: IAMClient, role: Omit<Role, "policies">): Promise<Role> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role.name }));
  const policies = PolicyNames.map(async (name) => {
    const { PolicyDocument: text } = await iam.send(new GetRolePolicyCommand({ RoleName: role.name, PolicyName: name }));
    return { name, document: PolicyDocument.parse(JSON.parse(decodeURIComponent(z.string().parse(text)))) };
  });
  return { ...role, policies: await Promise.all(policies) };
}

/** Replaces one policy of a role, at once and without a deployment. @param document undefined: the policy is deleted */
export async function putPolicy(iam: IAMClient, role: string, policy: string, document: PolicyDocument | undefined): Promise<void> {
  const names = { RoleName: role, PolicyName: policy };
  await (document === undefined
    ? iam.send(new DeleteRolePolicyCommand(names))
    : iam.send(new PutRolePolicyCommand({ ...names, PolicyDocument: JSON.stringify(document) })));
}
