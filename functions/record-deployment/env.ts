import * as z from "zod";
import { LedgerTable } from "../../core/settings/environment.ts";

export const Env = z.object({ LEDGER_TABLE: LedgerTable });
