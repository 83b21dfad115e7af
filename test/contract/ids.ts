import { describe, expect, it } from "vitest";
import type { Ids } from "../../core/ledger/ports.ts";

export function idsContract(name: string, make: () => Ids): void {
  describe(`ids, ${name}`, () => {
    it("are 26 characters of base32, no two alike", () => {
      const ids = make();
      const made = Array.from({ length: 10_000 }, () => ids.next());
      expect(new Set(made).size).toBe(made.length);
      expect(made.filter((id) => !/^[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toEqual([]);
    });
  });
}
