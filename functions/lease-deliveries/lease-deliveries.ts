import { plantWriterOf } from "../../connectors/plant-formats.ts";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import type { LeaseRequest, PlantFormat } from "../../core/mailbox/bodies.ts";
import { type LeaseAnswer, type LeasePorts, leaseDeliveries } from "../../core/mailbox/lease.ts";
import { siteOf } from "../../core/settings/settings.ts";

const DEFAULT_FORMAT: PlantFormat = "canonical";

/** Leases a site's open deliveries to its agent, oldest first, at least once each (LANES.md 8), in the format that it asks for. What that cannot carry stays in the mailbox, and is told as unleasable. */
export function createLeaseDeliveries(ports: LeasePorts): (site: string, request: LeaseRequest) => Promise<LeaseAnswer<CanonicalDocument | string>> {
  return (site, { max, format = DEFAULT_FORMAT }) => leaseDeliveries(ports, siteOf(ports.settings, site), max, plantWriterOf(format), format);
}
