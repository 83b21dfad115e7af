import * as z from "zod";
import { LedgerTable, PayloadBucket, PayloadDays } from "../../core/settings/environment.ts";

export const Env = z.object({ LEDGER_TABLE: LedgerTable, PAYLOAD_BUCKET: PayloadBucket, PAYLOAD_DAYS: PayloadDays });
