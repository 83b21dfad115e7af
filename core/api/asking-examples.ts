import { AT, ORDER_DOCUMENT } from "./example-values.ts";

/** Documents as ask-ledger tells of them, for the examples. */

export const RECEIVED = { at: AT, document: ORDER_DOCUMENT, direction: "to-plant", what: "received", text: "received from erp" } as const;

export const ORDER_SUMMARY = {
  id: ORDER_DOCUMENT,
  site: "hamburg",
  type: "OperationsRequest",
  objectId: "000001000123",
  subject: { kind: "order", number: "000001000123" },
  version: "1",
  cancel: false,
  direction: "to-plant",
  connection: "erp",
  target: "mes-hamburg",
  state: "delivered",
  mode: "forward",
  text: "delivered",
  attempt: 1,
  receivedAt: AT,
  settledAt: "2026-03-02T08:15:09.003Z",
  plantReference: "MES-58213",
  next: [],
} as const;

const REASON = {
  code: "ORL-MAP-002",
  message: "the unit is not known",
  field: "/materialRequirements/0/quantity/unit",
  text: "bucket",
  owner: "integration engineer",
  next: "add the unit to the site's codes, then replay",
} as const;

export const DOCUMENT = {
  ...ORDER_SUMMARY,
  state: "parked",
  text: "stopped: a person must decide",
  settledAt: undefined,
  plantReference: undefined,
  reason: REASON,
  block: { kind: "person", text: REASON.message, owner: REASON.owner, next: REASON.next },
  next: [`orderlane replay ${ORDER_DOCUMENT} --site hamburg --why "…"`, `orderlane skip ${ORDER_DOCUMENT} --site hamburg --why "…"`],
  mappingVersion: "plain-json/order@1",
  unknownFields: [],
  markers: [],
  deliveries: [],
  timeline: [RECEIVED, { at: AT, document: ORDER_DOCUMENT, direction: "to-plant", what: "parked", text: "parked", reason: REASON }],
} as const;

export const OPEN_DOCUMENT = {
  id: ORDER_DOCUMENT,
  type: "OperationsRequest",
  objectId: "000001000123",
  version: "1",
  direction: "to-plant",
  state: "parked",
  cause: REASON.message,
  owner: REASON.owner,
  receivedAt: AT,
  ageSeconds: 3600,
  attempt: 1,
} as const;
