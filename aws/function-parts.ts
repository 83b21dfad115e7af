import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Logger } from "@aws-lambda-powertools/logger";
import type { LedgerStore } from "../core/ledger/ledger-store.ts";
import { Settings } from "../core/settings/settings.ts";
import { type Surroundings, surroundingsIn } from "./clients.ts";
import { systemClock } from "./clock.ts";
import { randomIds } from "./ids.ts";
import { dynamoClient, ledgerStore } from "./ledger-store.ts";
import { payloadStore } from "./payload-store.ts";

const DAY_SECONDS = 86_400;

/** A file that the bundler laid beside the function's code, as text. */
export const readBeside = (file: string): string => readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? ".", file), "utf8");

export type FunctionParts = { readonly settings: Settings; readonly surroundings: Surroundings; readonly logger: Logger };

/** What every function is made of: the stage's settings, which the bundler laid beside it, where AWS is, and its log. @throws ZodError where they are not valid */
export function functionParts(name: string): FunctionParts {
  const settings = Settings.parse(JSON.parse(readBeside("settings.json")));
  // Of a consumer's time; a call of another system has its own deadline, from what is left.
  const patienceMilliseconds = settings.limits.consumerTimeoutSeconds * 700;
  return { settings, surroundings: surroundingsIn(process.env, patienceMilliseconds), logger: new Logger({ serviceName: name }) };
}

export function ledgerOf({ surroundings }: FunctionParts, table: string): LedgerStore {
  const { patienceMilliseconds } = surroundings;
  return ledgerStore({ client: dynamoClient(surroundings), table, clock: systemClock, ids: randomIds, patienceMilliseconds });
}

/** The bucket's client is made only when a payload is too large for the table. */
export function payloadsOf({ surroundings }: FunctionParts, ledger: LedgerStore, bucket: string, days: number) {
  const objects = async () => (await import("./objects.ts")).bucketObjects(surroundings, bucket);
  return payloadStore({ ledger, objects, clock: systemClock, retentionSeconds: days * DAY_SECONDS });
}
