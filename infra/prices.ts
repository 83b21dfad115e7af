/**
 * List prices of us-east-1 in US dollars, without free tiers and without the discounts of large volumes. Written down on `asOf`, not read from AWS's price list that day: check before
 * you quote. `SOURCES` says where each stands. Read them as exact decimals (infra/bill/money.ts), never as binary fractions.
 */
export const PRICES = {
  region: "us-east-1",
  asOf: "2026-11-25",
  perMillion: {
    /** REST API. */
    apiRequest: 3.5,
    /** FIFO: a send, a receive or a delete, up to 64 KB each; an empty receive too. */
    queueRequest: 0.5,
    functionRequest: 0.2,
    /** On demand. */
    writeUnit: 0.625,
    readUnit: 0.125,
    /** Standard workflows. */
    transition: 25,
    expressRequest: 1,
    objectPut: 5,
    objectGet: 0.4,
    secretRead: 5,
    /** EventBridge Scheduler. */
    scheduledCall: 1,
    /** KMS, symmetric: 0.03 for 10,000. */
    keyRequest: 3,
  },
  perGbSecond: {
    /** arm64. */
    function: 0.000_013_333_4,
    /** Billed by started 100 ms and started 64 MB. */
    express: 0.000_016_67,
  },
  perMonth: {
    key: 1,
    secret: 0.4,
    /** Standard resolution, for each metric that it reads. */
    alarmMetric: 0.1,
    compositeAlarm: 0.5,
    customMetric: 0.3,
    dashboard: 3,
    /** VPC interface endpoint, for each availability zone: 0.01 an hour. */
    interfaceEndpoint: 7.3,
  },
  perGb: {
    logsTaken: 0.5,
    transferOut: 0.09,
  },
  perGbMonth: {
    table: 0.25,
    pointInTimeRecovery: 0.2,
    logs: 0.03,
    objects: 0.023,
  },
} as const;

/** Where each price is published. */
export const SOURCES: { readonly [Group in Exclude<keyof typeof PRICES, "region" | "asOf">]: Readonly<Record<keyof (typeof PRICES)[Group], string>> } = {
  perMillion: {
    apiRequest: "aws.amazon.com/api-gateway/pricing, REST APIs, first 333 million",
    queueRequest: "aws.amazon.com/sqs/pricing, FIFO queues",
    functionRequest: "aws.amazon.com/lambda/pricing",
    writeUnit: "aws.amazon.com/dynamodb/pricing/on-demand, standard table class",
    readUnit: "aws.amazon.com/dynamodb/pricing/on-demand, standard table class",
    transition: "aws.amazon.com/step-functions/pricing, Standard",
    expressRequest: "aws.amazon.com/step-functions/pricing, Express",
    objectPut: "aws.amazon.com/s3/pricing, S3 Standard",
    objectGet: "aws.amazon.com/s3/pricing, S3 Standard",
    secretRead: "aws.amazon.com/secrets-manager/pricing",
    scheduledCall: "aws.amazon.com/eventbridge/pricing, Scheduler",
    keyRequest: "aws.amazon.com/kms/pricing",
  },
  perGbSecond: {
    function: "aws.amazon.com/lambda/pricing, Arm, first 7.5 billion",
    express: "aws.amazon.com/step-functions/pricing, Express, first 1,000 GB-hours",
  },
  perMonth: {
    key: "aws.amazon.com/kms/pricing",
    secret: "aws.amazon.com/secrets-manager/pricing",
    alarmMetric: "aws.amazon.com/cloudwatch/pricing, Alarms",
    compositeAlarm: "aws.amazon.com/cloudwatch/pricing, Alarms",
    customMetric: "aws.amazon.com/cloudwatch/pricing, Metrics, first 10,000",
    dashboard: "aws.amazon.com/cloudwatch/pricing, Dashboards",
    interfaceEndpoint: "aws.amazon.com/privatelink/pricing, interface endpoints, 730 hours",
  },
  perGb: {
    logsTaken: "aws.amazon.com/cloudwatch/pricing, Logs, collected (standard)",
    transferOut: "aws.amazon.com/ec2/pricing/on-demand, data transfer out to the internet",
  },
  perGbMonth: {
    table: "aws.amazon.com/dynamodb/pricing/on-demand, data storage",
    pointInTimeRecovery: "aws.amazon.com/dynamodb/pricing/on-demand, continuous backups",
    logs: "aws.amazon.com/cloudwatch/pricing, Logs, archived",
    objects: "aws.amazon.com/s3/pricing, S3 Standard, first 50 TB",
  },
};
