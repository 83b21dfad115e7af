import { randomUUID } from "node:crypto";
import { CreateSecretCommand, DeleteSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../aws/clock.ts";
import { SecretUnreadable, secrets, secretsClient } from "../../aws/secrets.ts";
import { secretsContract } from "../contract/secrets.ts";
import { virtualClock } from "../support/memory/clock.ts";
import { surroundings } from "./surroundings.ts";

const client = secretsClient(surroundings());
const create = (Name: string, SecretString: string) => client.send(new CreateSecretCommand({ Name, SecretString }));

secretsContract("in Secrets Manager", async () => ({
  secrets: secrets({ client, clock: systemClock }),
  set: async (name, values) => {
    await create(name, JSON.stringify({ values }));
  },
}));

describe("secrets in Secrets Manager", () => {
  const MINUTES = 60_000;
  const setUp = async (text = '{"values":["v1"]}') => {
    const SecretId = `contract/${randomUUID()}`;
    await create(SecretId, text);
    const clock = virtualClock(0);
    return {
      SecretId,
      clock,
      port: secrets({ client, clock }),
      put: (SecretString: string) => client.send(new PutSecretValueCommand({ SecretId, SecretString })),
    };
  };

  it("believes a value for five minutes, then asks again", async () => {
    const { SecretId, clock, port, put } = await setUp();
    expect(await port.read(SecretId)).toEqual(["v1"]);
    await put('{"values":["v2","v1"]}');
    clock.advance(5 * MINUTES - 1);
    expect(await port.read(SecretId)).toEqual(["v1"]);
    clock.advance(1);
    expect(await port.read(SecretId)).toEqual(["v2", "v1"]);
  });

  it("fails closed when it cannot ask and nothing fresh is known, and asks again the next time", async () => {
    const { SecretId, clock, port } = await setUp();
    expect(await port.read(SecretId)).toEqual(["v1"]);
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    expect(await port.read(SecretId)).toEqual(["v1"]);
    clock.advance(5 * MINUTES);
    await expect(port.read(SecretId)).rejects.toBeInstanceOf(SecretUnreadable);
    await create(SecretId, '{"values":["v3"]}');
    expect(await port.read(SecretId)).toEqual(["v3"]);
  });

  it.each(["s3cr3t", "{}", '{"values":[]}', '{"values":[""]}', '{"values":["s3cr3t"],"more":1}'])("refuses %s, and does not quote it", async (text) => {
    const { SecretId, port } = await setUp(text);
    const error = await port.read(SecretId).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecretUnreadable);
    expect(String(error)).not.toContain("s3cr3t");
  });
});
