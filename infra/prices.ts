/**
 * List prices of us-east-1 in US dollars, without free tiers and without the discounts of large volumes. Sources: LIBRARIES.md, "Cost per million documents", for API, queue,
 * functions, table and Standard transitions; for what it does not name (Express requests' duration, S3, Secrets Manager) what AWS is known to publish at
 * aws.amazon.com/step-functions/pricing, /s3/pricing and /secrets-manager/pricing. Written down on `asOf`, not read from AWS's price list that day: check before you quote.
 */
export const PRICES = {
  region: "us-east-1",
  asOf: "2026-11-25",
  perMillion: {
    /** REST API. */
    apiRequest: 3.5,
    /** FIFO: a send, a receive or a delete, up to 64 KB each. */
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
  },
  perGbSecond: {
    /** arm64. */
    function: 0.000_013_333_4,
    /** Billed by started 100 ms and started 64 MB. */
    express: 0.000_016_67,
  },
} as const;
