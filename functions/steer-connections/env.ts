import * as z from "zod";
import { EventSources, LedgerTable } from "../../core/settings/environment.ts";

export const Env = z.object({ LEDGER_TABLE: LedgerTable, EVENT_SOURCES: EventSources });
