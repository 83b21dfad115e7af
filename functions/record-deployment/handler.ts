import { systemClock } from "../../aws/clock.ts";
import { customResource } from "../../aws/custom-resource.ts";
import { functionParts, ledgerOf } from "../../aws/function-parts.ts";
import { ledgerAudit } from "../../core/audit/ledger-audit.ts";
import { Env } from "./env.ts";
import { createRecordDeployment, Deployment, DeploymentRefused } from "./record-deployment.ts";

const env = Env.parse(process.env);
const parts = functionParts("record-deployment");
const { settings, logger } = parts;
const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const record = createRecordDeployment({
  ledger,
  auditWith: (onRecorded) =>
    ledgerAudit({
      ledger,
      clock: systemClock,
      days: settings.limits.auditDays,
      onRecorded: (link) => {
        logger.info("audit.recorded", link);
        onRecorded(link);
      },
    }),
});

export const handler = customResource(logger, async (properties) => {
  try {
    await record(Deployment.parse(properties));
    return undefined;
  } catch (error) {
    if (error instanceof DeploymentRefused) return error.message;
    throw error;
  }
});
