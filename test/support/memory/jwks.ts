import type { Jwks } from "../../../core/access/key-sets.ts";

export type MemoryJwks = Jwks & {
  /** What stands at the address from now on. */
  publish(url: string, set: unknown): void;
  /** While down, every fetch rejects. */
  setDown(down: boolean): void;
  /** Fetches so far. */
  asked(): number;
};

export function memoryJwks(initial: Readonly<Record<string, unknown>> = {}): MemoryJwks {
  const sets = new Map(Object.entries(initial));
  let isDown = false;
  let asked = 0;
  return {
    fetch: async (url) => {
      asked += 1;
      if (isDown || !sets.has(url)) throw new Error("it does not answer");
      return structuredClone(sets.get(url));
    },
    publish: (url, set) => {
      sets.set(url, set);
    },
    setDown: (down) => {
      isDown = down;
    },
    asked: () => asked,
  };
}
