import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Aws, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Settings } from "../../core/settings/settings.ts";
import { ConnectionSecrets } from "../constructs/connection-secrets.ts";
import { LedgerTable } from "../constructs/ledger-table.ts";
import { PayloadBucket } from "../constructs/payload-bucket.ts";
import { stackNamesOf, stageOf } from "../stage.ts";

/** What must outlive every deployment: ledger, payloads, secrets and their key; and the topic that alarms go to. */
export class StateStack extends Stack {
  readonly ledger: LedgerTable;
  readonly payloads: PayloadBucket;
  readonly secrets: ConnectionSecrets;
  readonly alarms: Topic;

  constructor(scope: Construct, settings: Settings) {
    const { retain, payloadDays, alarms } = stageOf(settings.stage);
    super(scope, stackNamesOf(settings.stage).state, { description: `Orderlane ${settings.stage}: ledger, payloads, secrets`, terminationProtection: retain });
    const key = new Key(this, "Key", {
      description: `Orderlane ${settings.stage}: ledger, payloads, secrets and alarms`,
      enableKeyRotation: true,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.alarms = new Topic(this, "Alarms", { displayName: `Orderlane ${settings.stage}`, masterKey: key, enforceSSL: true });
    // Key and topic must both name CloudWatch; only for this account's alarms.
    this.alarms.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } } }));
    this.ledger = new LedgerTable(this, "Ledger", { key, topic: this.alarms, retain, alarmed: alarms === "each" });
    this.payloads = new PayloadBucket(this, "Payloads", { key, retain, days: payloadDays });
    this.secrets = new ConnectionSecrets(this, "Secrets", { connections: settings.connections, key, retain });
    new CfnOutput(this, "AlarmTopicArn", { value: this.alarms.topicArn, description: "Subscribe whoever is on call to this topic" });
  }
}
