import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Aws } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { grant } from "./access.ts";

type Props = { readonly handler: IFunction; readonly name: string; readonly description: string; readonly enabled: boolean };

/** Calls a function each minute. */
export class MinuteSchedule extends Construct {
  constructor(scope: Construct, id: string, { handler, name, description, enabled }: Props) {
    super(scope, id);
    const role = new Role(this, "Role", {
      // Only for schedules of this account: AWS's guard against a confused deputy.
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } } }),
      description: `Calls ${name} each minute`,
    });
    grant(this, role, [{ actions: ["lambda:InvokeFunction"], resources: [handler.functionArn] }]);
    // The plain resource: the CDK's own target would let the role call every version of the function.
    new CfnSchedule(this, "Schedule", {
      description,
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      state: enabled ? "ENABLED" : "DISABLED",
      // No retry: the next minute does what this one missed.
      target: { arn: handler.functionArn, roleArn: role.roleArn, retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 } },
    });
  }
}
