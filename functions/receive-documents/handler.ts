import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf, payloadsOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { laneQueueOf } from "../../aws/lane-queue.ts";
import { secrets, secretsClient } from "../../aws/secrets.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { publishedKeys } from "../../connectors/published-keys.ts";
import { sourceOf } from "../../connectors/registry.ts";
import { cachedKeySets } from "../../core/access/key-sets.ts";
import { Env } from "./env.ts";
import { createReceiveDocuments } from "./receive-documents.ts";

const env = Env.parse(process.env);
const parts = functionParts("receive-documents");
const ledger = ledgerOf(parts, env.LEDGER_TABLE);

const receive = createReceiveDocuments({
  ledger,
  payloads: payloadsOf(parts, ledger, env.PAYLOAD_BUCKET, env.PAYLOAD_DAYS),
  queue: laneQueueOf(parts, env.QUEUE_URLS),
  secrets: secrets({ client: secretsClient(parts.surroundings), clock: systemClock }),
  keySets: cachedKeySets({ jwks: publishedKeys({ clock: systemClock, allowLoopbackHttp: parts.settings.stage === "local" }), clock: systemClock }),
  clock: systemClock,
  settings: parts.settings,
  usage: tokenUsageOf(parts, ledger),
  formatOf: sourceOf,
});

export const handler = httpFunction(parts.logger, async ({ path, headers, body, sourceIp }) => {
  const { site, connection = "" } = path;
  const { audit, ...answer } = await receive({ path: { connection, ...(site === undefined ? {} : { site }) }, headers, body, sourceIp });
  // A refused request leaves this line and nothing else: it is its audit.
  parts.logger.info("door.answered", { status: answer.status, ...audit });
  return answer;
});
