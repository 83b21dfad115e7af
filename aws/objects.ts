import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { clientOptions, type Surroundings } from "./clients.ts";
import type { Objects } from "./payload-store.ts";

/** Immutable objects in a bucket. */
export function bucketObjects(surroundings: Surroundings, bucket: string): Objects {
  // The local cloud has no host name for each bucket.
  const client = new S3Client({ ...clientOptions(surroundings), forcePathStyle: surroundings.endpoint !== undefined });
  return {
    async putIfAbsent(name, bytes) {
      try {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: bytes, ContentType: "application/gzip", IfNoneMatch: "*" }));
      } catch (error) {
        if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
      }
    },
    async read(name) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
