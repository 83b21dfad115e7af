import { GetSecretValueCommand, PutSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SecretVersions } from "../core/access/secret-versions.ts";
import { valuesIn } from "./secrets.ts";

/** Secrets Manager, written to. Calls: GetSecretValue; PutSecretValue. Nothing it throws quotes a value. */
export function secretVersions(client: SecretsManagerClient): SecretVersions {
  return {
    current: async (name) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      return valuesIn(SecretString) ?? [];
    },
    put: async (name, version, values) => {
      await client.send(new PutSecretValueCommand({ SecretId: name, ClientRequestToken: version, SecretString: JSON.stringify({ values }) }));
    },
  };
}
