import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import type { Clock, Secrets } from "../core/ledger/ports.ts";
import { clientOptions, type Surroundings } from "./clients.ts";

/** How long a value is believed without asking: while a secret rotates both values are valid for much longer. */
const FRESH_MS = 5 * 60 * 1000;

/** What a secret holds: `{"values":["newest","older"]}`. */
const SecretText = z.strictObject({ values: z.array(z.string().min(1)).min(1) });

export class SecretUnreadable extends Error {
  override readonly name = "SecretUnreadable";
}

export const secretsClient = (surroundings: Surroundings): SecretsManagerClient => new SecretsManagerClient(clientOptions(surroundings));

/** The values in a secret's text; undefined where it is not of the form. Without the cause: a parser's message may quote the secret. */
export function valuesIn(text: string | undefined): readonly string[] | undefined {
  try {
    return SecretText.parse(JSON.parse(String(text))).values;
  } catch {
    return undefined;
  }
}

function parseSecret(name: string, text: string | undefined): readonly string[] {
  const values = valuesIn(text);
  if (values === undefined) throw new SecretUnreadable(`secret ${name} is not of the form {"values":["newest","older"]}`);
  return values;
}

/**
 * Secrets Manager, each secret asked for once in five minutes at the most (GetSecretValue), failures not remembered.
 * @throws SecretUnreadable
 */
export function secrets({ client, clock }: { readonly client: SecretsManagerClient; readonly clock: Clock }): Secrets {
  const known = new Map<string, { readonly values: Promise<readonly string[]>; readonly until: number }>();

  const ask = async (name: string): Promise<readonly string[]> => {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: name })).catch((cause: unknown) => {
      throw new SecretUnreadable(`secret ${name} cannot be read`, { cause });
    });
    return parseSecret(name, answer.SecretString);
  };

  return {
    async read(name) {
      const fresh = known.get(name);
      if (fresh !== undefined && clock.now() < fresh.until) return await fresh.values;
      const values = ask(name);
      const entry = { values, until: clock.now() + FRESH_MS };
      known.set(name, entry);
      try {
        return await values;
      } catch (error) {
        if (known.get(name) === entry) known.delete(name);
        throw error;
      }
    },
  };
}
