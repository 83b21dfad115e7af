import { inject } from "vitest";
import { type Surroundings, surroundingsIn } from "../../aws/clients.ts";

/** Long: a machine under load must not fail a test of what is answered. */
const PATIENCE_MS = 40_000;

/** The local cloud of this run, as a function would find it in its environment. */
export function surroundings(): Surroundings {
  const { endpoint, clients } = inject("cloud");
  process.env.AWS_ACCESS_KEY_ID = clients.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = clients.credentials.secretAccessKey;
  return surroundingsIn({ AWS_REGION: clients.region, AWS_ENDPOINT_URL: endpoint }, PATIENCE_MS);
}
