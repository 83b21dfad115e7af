import type { Audit, AuditEntry } from "../../../core/audit/audit.ts";

export type MemoryAudit = Audit & {
  /** In the order they were recorded. */
  readonly entries: readonly AuditEntry[];
  /** From now on nothing can be recorded: `record` rejects. */
  breakDown(): void;
};

/** The audit in memory, without its chain: what core/audit/ledger-audit.ts promises its callers. */
export function memoryAudit(): MemoryAudit {
  const entries: AuditEntry[] = [];
  let isBroken = false;
  return {
    entries,
    record: async (entry) => {
      if (isBroken) throw new Error("the audit cannot be written");
      entries.push(structuredClone(entry));
    },
    breakDown: () => {
      isBroken = true;
    },
  };
}
