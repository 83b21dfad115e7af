import { ComparisonOperator, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Access } from "./access.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

/** The sparse index of what is not settled (LANES.md 2). */
const OPEN_INDEX = "open";

type LedgerCall = "GetItem" | "BatchGetItem" | "Query" | "ConditionCheckItem" | "PutItem" | "UpdateItem" | "DeleteItem";
const WRITES: ReadonlySet<LedgerCall> = new Set(["PutItem", "UpdateItem", "DeleteItem"]);

type Props = { readonly key: IKey; readonly topic: ITopic; readonly retain: boolean; readonly alarmed: boolean };

/** The ledger: on demand, encrypted by our key, restorable to any second of the last 35 days. */
export class LedgerTable extends Construct {
  readonly table: Table;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { key, topic, retain, alarmed }: Props) {
    super(scope, id);
    this.key = key;
    this.table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      // Payloads have their retention; nothing else of the ledger carries the attribute yet.
      timeToLiveAttribute: "expiresAt",
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: OPEN_INDEX,
      partitionKey: { name: "openShard", type: AttributeType.STRING },
      sortKey: { name: "dueAt", type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    if (alarmed) this.alarms(topic);
  }

  private alarms(topic: ITopic): void {
    for (const metricName of ["ReadThrottleEvents", "WriteThrottleEvents"]) {
      new ShopFloorAlarm(this, metricName, {
        impact: "Documents are answered with 503 or move slowly: the ledger refuses requests.",
        heading: RUNBOOK.ledgerRefuses,
        topic,
        metric: new Metric({
          namespace: "AWS/DynamoDB",
          metricName,
          dimensionsMap: { TableName: this.table.tableName },
          statistic: "Sum",
          period: Duration.minutes(1),
        }),
        // A few are met on any hot minute and are tried again by the store itself.
        threshold: 10,
        evaluationPeriods: 5,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    }
  }

  /** These calls and no others; a transaction's items are each asked for as the call of their kind. */
  calling(...calls: readonly LedgerCall[]): Access[] {
    const writes = calls.some((call) => WRITES.has(call));
    const reads = calls.some((call) => !WRITES.has(call));
    const onTable = { actions: calls.map((call) => `dynamodb:${call}`), resources: [this.table.tableArn] };
    return [onTable, ...(reads ? [this.decrypting()] : []), ...(writes ? [this.encrypting()] : [])];
  }

  /** The list of what is open. */
  listingOpen(): Access[] {
    return [{ actions: ["dynamodb:Query"], resources: [`${this.table.tableArn}/index/${OPEN_INDEX}`] }, this.decrypting()];
  }

  /** That a grant was used, and nothing but grants. */
  notingUse(): Access[] {
    const conditions = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["ACCESS#*"] } };
    return [{ actions: ["dynamodb:UpdateItem"], resources: [this.table.tableArn], conditions }, this.encrypting()];
  }

  private decrypting(): Access {
    return { actions: ["kms:Decrypt", "kms:DescribeKey"], resources: [this.key.keyArn] };
  }

  private encrypting(): Access {
    return {
      actions: ["kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
      resources: [this.key.keyArn],
    };
  }
}
