import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { laneQueueOf } from "../../aws/lane-queue.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { workflowClient, workflows } from "../../aws/workflows.ts";
import { guarded } from "../../core/door/guarded.ts";
import { jsonAnswer, problemAnswer, problemOf } from "../../core/door/problems.ts";
import { Env } from "./env.ts";
import { createHeartbeat, createReportVerdicts, HeartbeatRequest, VerdictsRequest } from "./report-verdicts.ts";

const env = Env.parse(process.env);
const parts = functionParts("report-verdicts");
const { settings, surroundings, logger } = parts;

const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const ports = {
  ledger,
  usage: tokenUsageOf(parts, ledger),
  clock: systemClock,
  settings,
  queue: laneQueueOf(parts, env.QUEUE_URLS),
  workflows: workflows({ client: workflowClient(surroundings), arns: new Map() }),
};
const report = createReportVerdicts(ports);
const heartbeat = createHeartbeat(ports);

export const handler = httpFunction(logger, (request) => {
  if (request.resource.endsWith("/heartbeat")) {
    return guarded(request, ports, { action: "verdict", body: HeartbeatRequest }, async (site) => jsonAnswer(200, await heartbeat(site)));
  }
  return guarded(request, ports, { action: "verdict", body: VerdictsRequest }, async (site, body) => {
    const answer = await report(site, body);
    const conflicts = answer.results.filter((line) => line.result === "conflict");
    if (conflicts.length > 0) logger.error("verdict.conflict", { site, deliveries: conflicts.map((line) => line.delivery) });
    if (conflicts.length < answer.results.length) return jsonAnswer(200, answer);
    return problemAnswer(problemOf("verdict-differs", "the first verdict of a delivery counts; compare the order in the MES with it"));
  });
});
