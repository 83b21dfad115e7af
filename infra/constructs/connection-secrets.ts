import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { secretNameOf } from "../../core/settings/schemes.ts";
import type { Connection } from "../../core/settings/settings.ts";
import { type Access, accept } from "./access.ts";

type Props = { readonly connections: readonly Connection[]; readonly key: IKey; readonly retain: boolean };

/** What aws/secrets.ts reads; two values while one takes the other's place. */
const FORM = '{"values":["newest","older"]}';

/** One secret for each name in the settings. Until its partner's value is put in, in the form above, it holds no value that anybody could sign with. */
export class ConnectionSecrets extends Construct {
  private readonly source: Secret[];
  /** By connection. */
  private readonly call: ReadonlyMap<string, Secret>;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { connections, key, retain }: Props) {
    super(scope, id);
    this.key = key;
    // By its ARN: the CDK would else let Secrets Manager into the key's own policy by an address of AWS outside China. The account's policies let in who may use it.
    const encryptionKey = Key.fromKeyArn(this, "Key", key.keyArn);
    const secret = (name: string, description: string) => {
      const made = new Secret(this, name.replaceAll("/", "-"), {
        secretName: name,
        description: `${description}: ${FORM}`,
        encryptionKey,
        generateSecretString: { secretStringTemplate: JSON.stringify({ form: FORM }), generateStringKey: "notYetFilled", excludePunctuation: true },
        removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
      accept(made, {
        "AwsSolutions-SMG4":
          "The partner system holds the same secret: it is rotated by agreement, the secret holding both values meanwhile, never by a timer of ours alone.",
      });
      return made;
    };
    this.source = connections.flatMap((connection) => {
      const name = secretNameOf(connection.source);
      return name === undefined
        ? []
        : [secret(name, `${connection.source.scheme === "basic" ? "The user:password of" : "Signs"} what ${connection.id} sends us`)];
    });
    this.call = new Map(
      connections.flatMap(({ id: connection, callSecret }) =>
        callSecret === undefined ? [] : [[connection, secret(callSecret, `Bearer token that we present to ${connection}`)]],
      ),
    );
  }

  /** To check what partners sign. */
  readingSource(): Access[] {
    return this.reading(this.source);
  }

  /** To call partners: all of them, or these connections. */
  readingCall(connections: readonly string[] = [...this.call.keys()]): Access[] {
    return this.reading([...this.call].flatMap(([connection, secret]) => (connections.includes(connection) ? [secret] : [])));
  }

  /** To put a new value beside the one that it takes the place of. */
  replacing(): Access[] {
    const secrets = [...this.source, ...this.call.values()];
    return [
      ...this.reading(secrets),
      { actions: ["secretsmanager:PutSecretValue"], resources: secrets.map((secret) => secret.secretArn) },
      { actions: ["kms:GenerateDataKey"], resources: [this.key.keyArn] },
    ];
  }

  private reading(secrets: readonly Secret[]): Access[] {
    if (secrets.length === 0) return [];
    return [
      { actions: ["secretsmanager:GetSecretValue"], resources: secrets.map((secret) => secret.secretArn) },
      { actions: ["kms:Decrypt"], resources: [this.key.keyArn] },
    ];
  }
}
