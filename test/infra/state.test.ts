import { Match } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, it } from "vitest";
import { resourcesOf, synthesised } from "./synthesised.ts";

const prod = synthesised("prod");
const local = synthesised("local");
afterAll(() => {
  prod.remove();
  local.remove();
});

const KEPT = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SecretsManager::Secret"];

describe("state", () => {
  it("keeps table, bucket, key and secrets when its stack is deleted, except on stage local", () => {
    const policies = (built: typeof prod) =>
      Object.values(resourcesOf(built.templates.state)).flatMap(({ Type, DeletionPolicy }) => (KEPT.includes(Type) ? [DeletionPolicy] : []));
    expect(new Set(policies(prod))).toEqual(new Set(["Retain"]));
    expect(policies(prod)).toHaveLength(5);
    expect(new Set(policies(local))).toEqual(new Set(["Delete"]));
  });

  it("encrypts the ledger by our key, restores it to any second, bills it on demand and guards it from deletion", () => {
    prod.templates.state.hasResourceProperties("AWS::DynamoDB::Table", {
      BillingMode: "PAY_PER_REQUEST",
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: Match.anyValue() },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  it("has the keys of LANES.md 2 and one sparse index of keys", () => {
    prod.templates.state.hasResourceProperties("AWS::DynamoDB::Table", {
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: "openShard", AttributeType: "S" },
        { AttributeName: "dueAt", AttributeType: "N" },
      ]),
      GlobalSecondaryIndexes: [
        {
          IndexName: "open",
          KeySchema: [
            { AttributeName: "openShard", KeyType: "HASH" },
            { AttributeName: "dueAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    });
  });

  it("turns its key each year", () => prod.templates.state.hasResourceProperties("AWS::KMS::Key", { EnableKeyRotation: true }));

  it("closes the bucket to the public and to anything but TLS, and lets payloads go after their retention", () => {
    prod.templates.state.hasResourceProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: Match.anyValue() } }],
      },
      VersioningConfiguration: { Status: "Enabled" },
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90, Status: "Enabled" })] },
    });
    prod.templates.state.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })]) },
    });
  });

  it("has one secret for each name in the settings, encrypted by our key and holding nothing to sign with", () => {
    for (const Name of ["orderlane/prod/erp/source", "orderlane/prod/erp/call"]) {
      prod.templates.state.hasResourceProperties("AWS::SecretsManager::Secret", {
        Name,
        KmsKeyId: Match.anyValue(),
        GenerateSecretString: { SecretStringTemplate: Match.not(Match.stringLikeRegexp('^\\{"values"')) },
      });
    }
    prod.templates.state.resourceCountIs("AWS::SecretsManager::Secret", 2);
  });
});
