import { Settings } from "../../../core/settings/settings.ts";
import { settingsFor } from "../../../infra/settings.ts";

export type SettingsVariant = {
  /** MaterialActual: held behind what blocks its lane, or parking alone. */
  readonly consumption: "lane" | "independent";
  /** A newer version of an order does not simply take the older one's place: what is applied is undone first. */
  readonly undoesFirst?: boolean;
  /** The ERP takes one call at a time. */
  readonly oneAtATime?: boolean;
  /** Its consumptions are posted together. */
  readonly windows?: { readonly count: number; readonly seconds: number };
};

/** The time the plant has, and what else its story depends on; otherwise the values of stage `small`, which are those of AWS. */
const BUSINESS_DEADLINE_S = 900;

const known = new Map<string, Settings>();

/** The settings of a world. Polling is slower than in production, so that a schedule stays a few hundred calls long. */
export function worldSettings(variant: SettingsVariant): Settings {
  const name = JSON.stringify([variant.consumption, variant.undoesFirst === true, variant.oneAtATime === true, variant.windows]);
  const cached = known.get(name);
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
    connections: base.connections.map((connection) => ({
      ...connection,
      ...(connection.id === "erp" && variant.windows !== undefined ? { aggregate: variant.windows } : {}),
      target: { ...connection.target, oneAtATime: connection.role === "erp" && variant.oneAtATime === true },
    })),
    documentTypes: {
      ...base.documentTypes,
      OperationsRequest: { ...base.documentTypes.OperationsRequest, dependencySeconds: 1800, takesOver: variant.undoesFirst !== true },
      MaterialDefinition: { ...base.documentTypes.MaterialDefinition, dependencySeconds: 1800 },
      MaterialActual: { ...base.documentTypes.MaterialActual, dependencySeconds: 1800, ordering: variant.consumption },
      SegmentResponse: { ...base.documentTypes.SegmentResponse, dependencySeconds: 1800 },
      TestResult: { ...base.documentTypes.TestResult, dependencySeconds: 1800 },
    },
  });
  known.set(name, made);
  return made;
}
