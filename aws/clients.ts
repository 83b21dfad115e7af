import * as z from "zod";

/** Where and how long AWS is asked. */
export type Surroundings = {
  readonly region: string;
  /** Only where it is not AWS itself: the local cloud. */
  readonly endpoint?: string;
  /** The longest one call of a port may take, its repeats included: shorter than what the function may still run. */
  readonly patienceMilliseconds: number;
};

const Environment = z.object({ AWS_REGION: z.string().min(1), AWS_ENDPOINT_URL: z.string().optional() });

/** What Lambda (or the local cloud) tells a function about its place. @throws ZodError without a region */
export function surroundingsIn(environment: Readonly<Record<string, string | undefined>>, patienceMilliseconds: number): Surroundings {
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = Environment.parse(environment);
  return { region, patienceMilliseconds, ...(endpoint === undefined || endpoint === "" ? {} : { endpoint }) };
}

const CONNECT_MS = 1000;

/**
 * Options every SDK client takes: an attempt has its share of the patience and throws when it is used up, so that no call outlives its function. Connections
 * are kept open by the SDK's default agent. Each client is made beside the port that uses it: one costs about 45 ms of a cold start.
 */
export function clientOptions({ region, endpoint, patienceMilliseconds }: Surroundings, maxAttempts = 3) {
  // One share more than attempts, for the waits between them.
  const share = Math.floor(patienceMilliseconds / (maxAttempts + 1));
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts,
    requestHandler: { connectionTimeout: Math.min(CONNECT_MS, share), requestTimeout: share, throwOnRequestTimeout: true },
  };
}
