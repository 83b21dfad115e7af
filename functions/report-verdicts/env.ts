import * as z from "zod";
import { LedgerTable, QueueUrls } from "../../core/settings/environment.ts";

export const Env = z.object({ LEDGER_TABLE: LedgerTable, QUEUE_URLS: QueueUrls });
