import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Secrets } from "../../core/ledger/ports.ts";

export type SecretsRig = { readonly secrets: Secrets; set(name: string, values: readonly string[]): Promise<void> };

export function secretsContract(name: string, make: () => Promise<SecretsRig>): void {
  describe(`secrets, ${name}`, () => {
    let rig: SecretsRig;
    beforeAll(async () => {
      rig = await make();
    });

    it("reads the values now valid, newest first", async () => {
      const secret = `contract/${randomUUID()}`;
      await rig.set(secret, ["newest", "older"]);
      expect(await rig.secrets.read(secret)).toEqual(["newest", "older"]);
    });

    it("throws for a secret that is not there", async () => {
      await expect(rig.secrets.read(`contract/${randomUUID()}`)).rejects.toThrow(/secret contract/);
    });
  });
}
