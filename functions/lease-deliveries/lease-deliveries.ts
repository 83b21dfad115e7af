import * as z from "zod";
import { type LeaseAnswer, type LeasePorts, leaseDeliveries } from "../../core/mailbox/lease.ts";
import { siteOf } from "../../core/settings/settings.ts";

export const LeaseRequest = z.strictObject({ max: z.number().int().min(1).max(50) });
export type LeaseRequest = z.infer<typeof LeaseRequest>;

/** Leases a site's open deliveries to its agent, oldest first, at least once each (LANES.md 8). */
export function createLeaseDeliveries(ports: LeasePorts): (site: string, request: LeaseRequest) => Promise<LeaseAnswer> {
  return (site, request) => leaseDeliveries(ports, siteOf(ports.settings, site), request.max);
}
