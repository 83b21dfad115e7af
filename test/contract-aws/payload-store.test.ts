import { randomBytes, randomUUID } from "node:crypto";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { clientOptions } from "../../aws/clients.ts";
import { bucketObjects } from "../../aws/objects.ts";
import { payloadStore } from "../../aws/payload-store.ts";
import { documentIdOf, hashOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import { payloadStoreContract } from "../contract/payload-store.ts";
import { virtualClock } from "../support/memory/clock.ts";
import { newLedgerStore } from "./ledger-table.ts";
import { surroundings } from "./surroundings.ts";

const setUp = async () => {
  const bucket = `contract-${randomUUID()}`;
  const s3 = new S3Client({ ...clientOptions(surroundings()), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const objects = bucketObjects(surroundings(), bucket);
  const ledger = await newLedgerStore();
  const store = payloadStore({ ledger, objects: async () => objects, clock: virtualClock(1_700_000_000_999), retentionSeconds: 3600 });
  const objectNames = async () => (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents?.map(({ Key }) => Key);
  return { store, ledger, objectNames };
};

payloadStoreContract("in table and bucket", async () => (await setUp()).store);

it("keeps a payload in its subject's partition, and from 350 KB of gzip on in the bucket under the same name, both with their end", async () => {
  const { store, ledger, objectNames } = await setUp();
  const subject = subjectKeyOf(SiteId.parse("hamburg"), "1000123");
  const [small, large] = ["small", "large"].map((key) => documentIdOf(subject, hashOf([key])));
  if (small === undefined || large === undefined) throw new Error("two documents");
  await store.put(small, randomBytes(330 * 1024).toString("base64"));
  expect(await objectNames()).toBeUndefined();
  await store.put(large, randomBytes(360 * 1024).toString("base64"));
  const sortKey = (key: string) => `PAYLOAD#${hashOf([key])}#source`;
  expect(await objectNames()).toEqual([`${subject}/${sortKey("large")}`]);
  const item = { pk: subject, expiresAt: 1_700_003_600 };
  expect(await ledger.read({ pk: subject, sk: sortKey("large") })).toEqual({ ...item, sk: sortKey("large"), in: "bucket" });
  expect(await ledger.read({ pk: subject, sk: sortKey("small") })).toMatchObject({ ...item, sk: sortKey("small") });
});
