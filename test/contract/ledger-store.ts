import { beforeAll, describe } from "vitest";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import { ledgerConditions } from "./ledger-conditions.ts";
import { ledgerLists } from "./ledger-lists.ts";
import { LedgerRig } from "./ledger-rig.ts";
import { ledgerUpdates } from "./ledger-updates.ts";
import { ledgerValues } from "./ledger-values.ts";

/** `takes` names the BAD_UPDATES that the local cloud does not refuse; they are pinned where it is given. */
export function ledgerStoreContract(name: string, make: () => Promise<LedgerStore>, takes: readonly string[] = []): void {
  describe(`the ledger store, ${name}`, () => {
    const rig = new LedgerRig();
    beforeAll(async () => {
      rig.use(await make());
    });
    ledgerValues(rig);
    ledgerConditions(rig);
    ledgerUpdates(rig, takes);
    ledgerLists(rig);
  });
}
