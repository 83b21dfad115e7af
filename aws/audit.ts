import type { Audit } from "../core/audit/audit.ts";
import { ledgerAudit } from "../core/audit/ledger-audit.ts";
import type { LedgerStore } from "../core/ledger/ledger-store.ts";
import { systemClock } from "./clock.ts";
import type { FunctionParts } from "./function-parts.ts";

/** The audit of a function. Each record's place in the chain is logged: whoever would write the chain anew has to write the log anew too. */
export function auditOf({ settings, logger }: FunctionParts, ledger: LedgerStore): Audit {
  return ledgerAudit({ ledger, clock: systemClock, days: settings.limits.auditDays, onRecorded: (link) => logger.info("audit.recorded", link) });
}
