import { type CountPorts, countOpen } from "../../core/metrics/count-open.ts";
import type { Metrics } from "../../core/metrics/metrics.ts";
import { SURVEY_MINUTES } from "../../core/settings/metrics.ts";

const MINUTE = 60_000;

type SurveyPorts = CountPorts & { readonly metrics: Metrics; readonly onFailure: (error: unknown) => void };

/** Counts what is open, in one run of each SURVEY_MINUTES, after all that is due was woken. A survey that fails is told, and wakes go on: nobody's document hangs on it. */
export function createSurvey(ports: SurveyPorts): () => Promise<void> {
  let last: number | undefined;
  return async () => {
    const period = Math.floor(ports.clock.now() / (SURVEY_MINUTES * MINUTE));
    if (period === last) return;
    last = period;
    try {
      ports.metrics.openNow(await countOpen(ports));
    } catch (error) {
      ports.onFailure(error);
    }
  };
}
