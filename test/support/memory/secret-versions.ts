import type { SecretVersions } from "../../../core/access/secret-versions.ts";

export type MemorySecretVersions = SecretVersions & {
  set(name: string, values: readonly string[]): void;
  /** Every version that was put, oldest first. */
  readonly puts: readonly { readonly name: string; readonly version: string; readonly values: readonly string[] }[];
};

export function memorySecretVersions(): MemorySecretVersions {
  const held = new Map<string, readonly string[]>();
  const puts: { name: string; version: string; values: readonly string[] }[] = [];
  return {
    current: async (name) => held.get(name) ?? [],
    put: async (name, version, values) => {
      if (!/^[\w-]{32,64}$/.test(version)) throw new Error("Secrets Manager takes 32 to 64 characters");
      puts.push({ name, version, values });
      held.set(name, values);
    },
    set: (name, values) => {
      held.set(name, values);
    },
    puts,
  };
}
