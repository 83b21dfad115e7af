import * as z from "zod";
import type { AccessPorts } from "../../core/access/authorize.ts";
import { Why } from "../../core/access/grant-shapes.ts";
import { nameOfSecret, type SecretReplaced, secretFault, WhichSecret } from "../../core/access/secret-form.ts";
import type { SecretVersions } from "../../core/access/secret-versions.ts";
import type { Audit } from "../../core/audit/audit.ts";
import { type Administering, administered, type GuardedRequest, readBody } from "../../core/door/guarded.ts";
import { type HttpAnswer, jsonAnswer, problemAnswer, problemOf } from "../../core/door/problems.ts";
import type { Ids } from "../../core/ledger/ports.ts";
import type { Connection, Settings } from "../../core/settings/settings.ts";

export type ReplaceSecretPorts = AccessPorts & { readonly audit: Audit; readonly ids: Ids; readonly versions: SecretVersions };

/** Body of POST /v1/connections/{connection}/secrets/{which}. */
const SecretRequest = z.strictObject({
  value: z.string().min(8).max(4096),
  /** The former value is no longer valid from now on: it has leaked. */
  alone: z.boolean().default(false),
  why: Why,
});

/**
 * Puts a new value of a connection's secret. The former one stays valid beside it, until the next is put: partners change over at their own time. Recorded in
 * the audit before it is done, by name and version only. Functions that know the former values go by them for five minutes at the most (aws/secrets.ts).
 */
export function createReplaceSecret(ports: ReplaceSecretPorts): (request: GuardedRequest & { readonly sourceIp: string }) => Promise<HttpAnswer> {
  return (request) =>
    administered(request, ports, async (who) => {
      const place = placeOf(ports.settings, request.path);
      if (place === undefined) return problemAnswer(problemOf("not-found", "the connection has no such secret"));
      const body = readBody(request, ports.settings.limits.bodyBytes, SecretRequest);
      if (body.kind === "refused") return problemAnswer(body.problem);
      const fault = secretFault(place.connection, place.which, body.value.value);
      if (fault !== undefined) return problemAnswer(problemOf("request-invalid", `the value ${fault}`, { path: "/value" }));
      return jsonAnswer(200, await replace(ports, place, body.value, who));
    });
}

type Place = { readonly connection: Connection; readonly which: WhichSecret; readonly name: string };

function placeOf({ connections }: Settings, path: Readonly<Record<string, string>>): Place | undefined {
  const which = WhichSecret.safeParse(path.which);
  const connection = connections.find(({ id }) => id === path.connection);
  if (!which.success || connection === undefined) return undefined;
  const name = nameOfSecret(connection, which.data);
  return name === undefined ? undefined : { connection, which: which.data, name };
}

async function replace(
  { audit, ids, versions }: ReplaceSecretPorts,
  { connection, which, name }: Place,
  { value, alone, why }: z.infer<typeof SecretRequest>,
  who: Administering,
): Promise<SecretReplaced> {
  const former = (await versions.current(name)).filter((one) => one !== value).slice(0, 1);
  const values = alone ? [value] : [value, ...former];
  // Secrets Manager takes 32 to 64 characters.
  const version = ids.next() + ids.next();
  const details = { connection: connection.id, which, version, formerStaysValid: values.length > 1 };
  await audit.record({ who: who.principal, from: who.from, action: "secret", what: name, why, details });
  await versions.put(name, version, values);
  return { secret: name, version, valid: values.length };
}
