import { auditOf } from "../../aws/audit.ts";
import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { randomIds } from "../../aws/ids.ts";
import { secretVersions } from "../../aws/secret-versions.ts";
import { secretsClient } from "../../aws/secrets.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { Env } from "./env.ts";
import { createReplaceSecret } from "./replace-secret.ts";

const env = Env.parse(process.env);
const parts = functionParts("replace-secret");
const ledger = ledgerOf(parts, env.LEDGER_TABLE);

export const handler = httpFunction(
  parts.logger,
  createReplaceSecret({
    ledger,
    clock: systemClock,
    settings: parts.settings,
    usage: tokenUsageOf(parts, ledger),
    audit: auditOf(parts, ledger),
    ids: randomIds,
    versions: secretVersions(secretsClient(parts.surroundings)),
  }),
);
