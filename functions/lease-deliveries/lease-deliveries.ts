import * as z from "zod";
import { PLANT_FORMATS, type PlantFormat, plantWriterOf } from "../../connectors/plant-formats.ts";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { type LeaseAnswer, type LeasePorts, leaseDeliveries } from "../../core/mailbox/lease.ts";
import { siteOf } from "../../core/settings/settings.ts";

export const LeaseRequest = z.strictObject({
  max: z.number().int().min(1).max(50),
  /** The language of each delivery's `document`; by default canonical JSON. The answer around it is JSON in any case. */
  format: z.enum(PLANT_FORMATS).optional(),
});
export type LeaseRequest = z.infer<typeof LeaseRequest>;

const DEFAULT_FORMAT: PlantFormat = "canonical";

/** Leases a site's open deliveries to its agent, oldest first, at least once each (LANES.md 8), in the format that it asks for. What that cannot carry stays in the mailbox, and is told as unleasable. */
export function createLeaseDeliveries(ports: LeasePorts): (site: string, request: LeaseRequest) => Promise<LeaseAnswer<CanonicalDocument | string>> {
  return (site, { max, format = DEFAULT_FORMAT }) => leaseDeliveries(ports, siteOf(ports.settings, site), max, plantWriterOf(format));
}
