import type { Secrets } from "../../../core/ledger/ports.ts";

export type MemorySecrets = Secrets & {
  /** Newest first. */
  set(name: string, values: readonly string[]): void;
  /** While down, every read throws. */
  setDown(down: boolean): void;
};

export function memorySecrets(initial: Readonly<Record<string, readonly string[]>> = {}): MemorySecrets {
  const secrets = new Map(Object.entries(initial));
  let isDown = false;
  return {
    read: async (name) => {
      const values = secrets.get(name);
      if (isDown || values === undefined || values.length === 0) throw new Error(`secret ${name} cannot be read`);
      return [...values];
    },
    set: (name, values) => {
      secrets.set(name, values);
    },
    setDown: (down) => {
      isDown = down;
    },
  };
}
