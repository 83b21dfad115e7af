import { Aws, CfnMapping, Fn } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

/** Where a partition's console stands. */
const CONSOLES = {
  aws: { host: "console.aws.amazon.com" },
  "aws-cn": { host: "console.amazonaws.cn" },
  "aws-us-gov": { host: "console.amazonaws-us-gov.com" },
} as const;

/** Links into the console of the partition that the stack stands in, found out when it is deployed. */
export function consoleLinks(scope: Construct) {
  const consoles = new CfnMapping(scope, "Consoles", { mapping: CONSOLES });
  const host = Fn.findInMap(consoles.logicalId, Aws.PARTITION, "host");
  const cloudWatch = `https://${host}/cloudwatch/home?region=${Aws.REGION}`;
  return {
    alarms: `${cloudWatch}#alarmsV2:`,
    queries: `${cloudWatch}#logsV2:logs-insights`,
    executions: `https://${host}/states/home?region=${Aws.REGION}#/statemachines`,
  };
}
