import { settingsFor } from "../../../infra/settings.ts";
import { Settings } from "../../../core/settings/settings.ts";

export type SettingsVariant = {
  /** MaterialActual: held behind what blocks its lane, or parking alone. */
  readonly consumption: "lane" | "independent";
};

/** The time the plant has, and what else its story depends on; otherwise the values of stage `small`, which are those of AWS. */
const BUSINESS_DEADLINE_S = 900;

const known = new Map<string, Settings>();

/** The settings of a world. Polling is slower than in production, so that a schedule stays a few hundred calls long. */
export function worldSettings(variant: SettingsVariant): Settings {
  const cached = known.get(variant.consumption);
  if (cached !== undefined) return cached;
  const base = settingsFor("small");
  const made = Settings.parse({
    ...base,
    sites: base.sites.map((site) => ({
      ...site,
      businessDeadlineSeconds: BUSINESS_DEADLINE_S,
      leaseSeconds: 60,
      agentSilenceSeconds: 300,
      pollAfterSeconds: { busy: 5, idle: 60 },
    })),
    documentTypes: {
      OperationsRequest: { ...base.documentTypes.OperationsRequest, dependencySeconds: 1800 },
      MaterialDefinition: { ...base.documentTypes.MaterialDefinition, dependencySeconds: 1800 },
      MaterialActual: { ...base.documentTypes.MaterialActual, dependencySeconds: 1800, ordering: variant.consumption },
    },
  });
  known.set(variant.consumption, made);
  return made;
}
