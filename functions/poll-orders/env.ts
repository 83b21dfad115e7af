import * as z from "zod";
import { LedgerTable, PayloadBucket, PayloadDays, QueueUrls } from "../../core/settings/environment.ts";

export const Env = z.object({ LEDGER_TABLE: LedgerTable, PAYLOAD_BUCKET: PayloadBucket, PAYLOAD_DAYS: PayloadDays, QUEUE_URLS: QueueUrls });
