import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { type Access, accept } from "./access.ts";

type Props = { readonly key: IKey; readonly retain: boolean; readonly days: number };

/** Payloads too large for the ledger: written once, encrypted, gone after their retention. */
export class PayloadBucket extends Construct {
  readonly bucket: Bucket;
  private readonly key: IKey;
  /** Exported by a name of ours, so that the finding about its objects can be named. */
  private readonly exportedArn: string;
  private readonly exportName: string;

  constructor(scope: Construct, id: string, { key, retain, days }: Props) {
    super(scope, id);
    this.key = key;
    this.bucket = new Bucket(this, "Bucket", {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: [
        {
          id: "retention-of-payloads",
          expiration: Duration.days(days),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.exportName = `${Stack.of(this).stackName}-payload-bucket-arn`;
    this.exportedArn = Stack.of(this).exportValue(this.bucket.bucketArn, { name: this.exportName });
    accept(this.bucket, {
      "AwsSolutions-S1":
        "Only two functions reach this bucket, and the ledger's timeline records each of their writes; a second bucket of access logs would hold nothing more. CloudTrail data events can be switched on per account where an auditor asks.",
    });
  }

  putting(): Access[] {
    return [this.objects("s3:PutObject"), { actions: ["kms:GenerateDataKey", "kms:Decrypt"], resources: [this.key.keyArn] }];
  }

  getting(): Access[] {
    return [
      this.objects("s3:GetObject"),
      // Without it S3 answers 403 for an object whose retention has passed, and «gone» could not be told from «not allowed».
      { actions: ["s3:ListBucket"], resources: [this.exportedArn] },
      { actions: ["kms:Decrypt"], resources: [this.key.keyArn] },
    ];
  }

  private objects(action: string): Access {
    return {
      actions: [action],
      resources: [`${this.exportedArn}/*`],
      accepted: {
        [`AwsSolutions-IAM5[Resource::${this.exportName}/*]`]:
          "The bucket holds nothing but payloads, and an object's name is the id of a document not yet known.",
      },
    };
  }
}
