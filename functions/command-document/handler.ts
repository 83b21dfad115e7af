import { auditOf } from "../../aws/audit.ts";
import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { randomIds } from "../../aws/ids.ts";
import { laneQueueOf } from "../../aws/lane-queue.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { originOf } from "../../core/access/authorize.ts";
import { guarded } from "../../core/door/guarded.ts";
import { answerOf, CommandRequest, createCommandDocument } from "./command-document.ts";
import { Env } from "./env.ts";

const env = Env.parse(process.env);
const parts = functionParts("command-document");
const { settings, logger } = parts;
const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const ports = {
  ledger,
  usage: tokenUsageOf(parts, ledger),
  queue: laneQueueOf(parts, env.QUEUE_URLS),
  ids: randomIds,
  clock: systemClock,
  audit: auditOf(parts, ledger),
  settings,
};
const command = createCommandDocument(ports);

export const handler = httpFunction(logger, (request) =>
  guarded(request, ports, { action: "command", body: CommandRequest }, async (site, body, who) => {
    const commanded = await command(site, request.path.id ?? site, body, { who, from: originOf(request) });
    return answerOf(commanded);
  }),
);
