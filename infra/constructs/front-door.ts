import {
  AccessLogFormat,
  AuthorizationType,
  type EndpointConfiguration,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { InterfaceVpcEndpoint } from "aws-cdk-lib/aws-ec2";
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Endpoint } from "../stage.ts";
import { accept } from "./access.ts";
import { refuseAsProblems } from "./gateway-refusals.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

export type Route = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly handler: IFunction;
  /** Of systems and agents: not under `/aws`, where persons come with their AWS identity. */
  readonly forMachines?: true;
};

type Props = {
  readonly stage: string;
  readonly routes: readonly Route[];
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly endpoint: Endpoint;
  readonly logDays: RetentionDays;
  readonly topic: ITopic;
};

/** The gateway's own stage, the same everywhere: the product's version is in the path. */
const GATEWAY_STAGE = "live";

/**
 * Persons' routes stand here once more, for requests signed with AWS credentials (SigV4): the gateway checks the signature and tells the functions whose it is
 * (aws/http-function.ts). What the role or user may do says a grant, not IAM.
 */
const SIGNED = "/aws";

/** The REST API. Bodies go through as base64, byte by byte: an HTTP API would hand XML over as UTF-8 text and destroy GBK and every signature over it. */
export class FrontDoor extends Construct {
  readonly api: RestApi;
  readonly serverErrors: ShopFloorAlarm;

  constructor(scope: Construct, id: string, { stage, routes, requestsPerSecond, requestBurst, endpoint, logDays, topic }: Props) {
    super(scope, id);
    const apiName = `orderlane-${stage}`;
    const accessLog = new LogGroup(this, "AccessLog", { logGroupName: `/orderlane/${stage}/access`, retention: logDays, removalPolicy: RemovalPolicy.DESTROY });
    this.api = new RestApi(this, "Api", {
      restApiName: apiName,
      description: "ERPs post documents, plants' agents lease work and answer, persons ask and command",
      binaryMediaTypes: ["*/*"],
      ...this.reachedBy(endpoint),
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: GATEWAY_STAGE,
        throttlingRateLimit: requestsPerSecond,
        throttlingBurstLimit: requestBurst,
        loggingLevel: MethodLoggingLevel.ERROR,
        // Bodies never reach a log.
        dataTraceEnabled: false,
        metricsEnabled: false,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(ACCESS_LINE),
      },
    });
    for (const { method, path, handler, forMachines } of routes) {
      const integration = new LambdaIntegration(handler, { proxy: true, allowTestInvoke: false });
      this.api.root.resourceForPath(path).addMethod(method, integration);
      if (forMachines !== true) this.api.root.resourceForPath(SIGNED + path).addMethod(method, integration, { authorizationType: AuthorizationType.IAM });
    }
    refuseAsProblems(this.api);
    this.errorLog(logDays);
    this.serverErrors = this.alarm(apiName, topic);
    this.acceptFindings();
  }

  /** A private API refuses whatever does not come through its VPC endpoint, before any function runs. */
  private reachedBy(endpoint: Endpoint): { readonly endpointConfiguration: EndpointConfiguration; readonly policy?: PolicyDocument } {
    if (endpoint.kind === "public") return { endpointConfiguration: { types: [EndpointType.REGIONAL] } };
    const { vpcEndpointId } = endpoint;
    const vpcEndpoint = InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(this, "VpcEndpoint", { vpcEndpointId, port: 443 });
    const called = { actions: ["execute-api:Invoke"], resources: ["execute-api:/*"], principals: [new AnyPrincipal()] };
    const policy = new PolicyDocument({
      statements: [
        new PolicyStatement({ ...called, effect: Effect.ALLOW, conditions: { StringEquals: { "aws:SourceVpce": vpcEndpointId } } }),
        new PolicyStatement({ ...called, effect: Effect.DENY, conditions: { StringNotEquals: { "aws:SourceVpce": vpcEndpointId } } }),
      ],
    });
    return { endpointConfiguration: { types: [EndpointType.PRIVATE], vpcEndpoints: [vpcEndpoint] }, policy };
  }

  /** The gateway would make this group itself, without retention. */
  private errorLog(retention: RetentionDays): void {
    const log = new LogGroup(this, "ErrorLog", {
      logGroupName: `API-Gateway-Execution-Logs_${this.api.restApiId}/${GATEWAY_STAGE}`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api.deploymentStage.node.addDependency(log);
  }

  private alarm(apiName: string, topic: ITopic): ShopFloorAlarm {
    return new ShopFloorAlarm(this, "ServerErrors", {
      impact: "Senders are answered with errors: new orders and confirmations wait at the ERP and in the plants until they are sent again.",
      heading: RUNBOOK.doorFails,
      topic,
      metric: this.api.metricServerError({ period: Duration.minutes(1), statistic: "Sum", dimensionsMap: { ApiName: apiName, Stage: GATEWAY_STAGE } }),
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private acceptFindings(): void {
    const byFunction =
      "The function behind the route checks signature or token over the raw bytes: a gateway authorizer never sees a body, so it could not check a signature.";
    accept(this.api, {
      "AwsSolutions-APIG2": "Bodies are raw bytes that the functions check with zod and answer line by line; the gateway's validator reads JSON text only.",
      "AwsSolutions-APIG3":
        "Throttling, body limit, allowlist and signatures stand before any work is done; a web ACL (5 USD a month and more) is each account's own decision and attaches to the stage from outside.",
      "AwsSolutions-APIG4": byFunction,
      "AwsSolutions-COG4": `${byFunction} AWS China has no Cognito user pools.`,
      "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]":
        "The account's one role for the gateway's logs, in the form AWS documents for it; no function can assume it.",
    });
  }
}

/** One line a request: who came, what was asked and answered; no header, no body, no token. */
const ACCESS_LINE = JSON.stringify({
  requestId: "$context.requestId",
  at: "$context.requestTimeEpoch",
  from: "$context.identity.sourceIp",
  // Of a signed request; "-" of every other.
  as: "$context.identity.userArn",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  refusal: "$context.error.responseType",
  bytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
});
