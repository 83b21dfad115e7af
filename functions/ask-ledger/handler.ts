import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf, payloadsOf, readBeside } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { secrets, secretsClient } from "../../aws/secrets.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { callableTargets } from "../../connectors/callable-targets.ts";
import { createMap } from "../../connectors/stored-documents.ts";
import { WORDINGS } from "../../connectors/wordings.ts";
import { createAnswerQuestions } from "./answer-questions.ts";
import { API_DESCRIPTION, createDescribeApi } from "./describe-api.ts";
import { Env } from "./env.ts";

const env = Env.parse(process.env);
const parts = functionParts("ask-ledger");
const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const payloads = payloadsOf(parts, ledger, env.PAYLOAD_BUCKET, env.PAYLOAD_DAYS);
const { settings, surroundings, logger } = parts;
const targetOf = callableTargets(settings, secrets({ client: secretsClient(surroundings), clock: systemClock }), systemClock);

const answer = createAnswerQuestions({
  ledger,
  usage: tokenUsageOf(parts, ledger),
  payloads,
  settings,
  clock: systemClock,
  map: createMap(payloads, settings),
  targetOf,
  wordings: WORDINGS,
});
const describeApi = createDescribeApi(() => readBeside("openapi.json"));

export const handler = httpFunction(logger, (request) => (request.resource === API_DESCRIPTION ? describeApi() : answer(request)));
