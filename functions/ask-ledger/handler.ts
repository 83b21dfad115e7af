import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf, payloadsOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { secrets, secretsClient } from "../../aws/secrets.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { callableTargets } from "../../connectors/callable-targets.ts";
import { createMap } from "../../connectors/stored-documents.ts";
import { createAnswerQuestions } from "./answer-questions.ts";
import { Env } from "./env.ts";

const env = Env.parse(process.env);
const parts = functionParts("ask-ledger");
const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const payloads = payloadsOf(parts, ledger, env.PAYLOAD_BUCKET, env.PAYLOAD_DAYS);
const { settings, surroundings, logger } = parts;
const targetOf = callableTargets(settings, secrets({ client: secretsClient(surroundings), clock: systemClock }), systemClock);

export const handler = httpFunction(
  logger,
  createAnswerQuestions({ ledger, usage: tokenUsageOf(parts, ledger), payloads, settings, clock: systemClock, map: createMap(payloads, settings), targetOf }),
);
