import { randomUUID } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { clientOptions } from "../../aws/clients.ts";
import { systemClock } from "../../aws/clock.ts";
import { bucketObjects } from "../../aws/objects.ts";
import { payloadStore } from "../../aws/payload-store.ts";
import { payloadStoreContract } from "../contract/payload-store.ts";
import { newLedgerStore } from "./ledger-table.ts";
import { surroundings } from "./surroundings.ts";

payloadStoreContract("in table and bucket", async () => {
  const bucket = `contract-${randomUUID()}`;
  await new S3Client({ ...clientOptions(surroundings()), forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }));
  const objects = bucketObjects(surroundings(), bucket);
  return payloadStore({ ledger: await newLedgerStore(), objects: async () => objects, clock: systemClock, retentionSeconds: 3600 });
});
