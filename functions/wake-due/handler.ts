import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf } from "../../aws/function-parts.ts";
import { laneQueueOf } from "../../aws/lane-queue.ts";
import { logMetrics } from "../../aws/metrics.ts";
import { workflowClient, workflows } from "../../aws/workflows.ts";
import { Env } from "./env.ts";
import { createSurvey } from "./survey.ts";
import { createWakeDue } from "./wake-due.ts";

const env = Env.parse(process.env);
const parts = functionParts("wake-due");
const { settings, surroundings, logger } = parts;

const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const metrics = logMetrics(logger, settings, systemClock.now);
const survey = createSurvey({ ledger, clock: systemClock, settings, metrics, onFailure: (error) => logger.error("survey.failed", { error }) });

const wakeDue = createWakeDue({
  ledger,
  clock: systemClock,
  settings,
  queue: laneQueueOf(parts, env.QUEUE_URLS),
  workflows: workflows({ client: workflowClient(surroundings), arns: new Map() }),
});

export const handler = async () => {
  const report = await wakeDue();
  await survey();
  if (report.failed.length > 0) logger.error("wake.failed", { documents: report.failed });
  return report;
};
