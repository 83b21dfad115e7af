import type { Reason } from "../effects/outcomes.ts";

/** Why a document does not become canonical: one place for code, owner and next step. The field is a JSON Pointer, the text is as sent. */

const ENGINEER = "integration engineer";
const KEY_USER = "ERP key user";

const MAPPING_REASONS = {
  "value-missing": {
    code: "ORL-MAP-001",
    owner: ENGINEER,
    next: "Have the sender fill the field and send a new version, or give the field a source in the mapping.",
  },
  "wrong-kind": { code: "ORL-MAP-002", owner: ENGINEER, next: "Have the sender write the field as the interface describes it, then replay or send again." },
  "value-unknown": { code: "ORL-MAP-003", owner: ENGINEER, next: "Check the value with the sender; where it is right, add it to the mapping and replay." },
  "not-decimal": { code: "ORL-MAP-004", owner: ENGINEER, next: "Have the sender write the quantity as a decimal number, then send a new version." },
  "decimal-comma": {
    code: "ORL-MAP-005",
    owner: ENGINEER,
    next: "Find out what the comma means at the sender; quantities of this connection have a decimal point.",
  },
  "too-many-digits": {
    code: "ORL-MAP-006",
    owner: KEY_USER,
    next: "Check the quantity in the sending system; at most 20 digits before and 12 after the point are carried.",
  },
  "unit-unknown": {
    code: "ORL-MAP-007",
    owner: ENGINEER,
    next: "Find out which unit of UN/ECE Recommendation 20 is meant; have it sent, or add the name to the unit table, and replay.",
  },
  "quantity-negative": { code: "ORL-MAP-008", owner: KEY_USER, next: "Check the quantity in the sending system; this document type has no corrections." },
  "time-malformed": { code: "ORL-MAP-009", owner: ENGINEER, next: "Have the sender correct the date or time and send again." },
  "time-in-gap": {
    code: "ORL-MAP-010",
    owner: KEY_USER,
    next: "The clocks skipped this time that day: enter the right time in the sending system and send again.",
  },
  "time-twice": { code: "ORL-MAP-011", owner: KEY_USER, next: "The clocks showed this time twice that day: send it with its offset from UTC." },
  "time-out-of-range": { code: "ORL-MAP-012", owner: KEY_USER, next: "Check the year in the sending system; 1970 to 2100 are carried." },
  "identifier-characters": { code: "ORL-MAP-013", owner: ENGINEER, next: "Have the identifier corrected in the sending system." },
  "identifier-lookalike": {
    code: "ORL-MAP-014",
    owner: KEY_USER,
    next: "Two identifiers look the same and are not: decide which is right and correct the other in the sending system.",
  },
  "value-malformed": { code: "ORL-MAP-015", owner: ENGINEER, next: "Have the sender write the field as the interface describes it, then send again." },
  "value-ambiguous": { code: "ORL-MAP-016", owner: ENGINEER, next: "Find out which of the values is meant; let the mapping select it, then replay." },
  "code-unknown": { code: "ORL-MAP-017", owner: KEY_USER, next: "Check the code; where it is right, add it to the site's code table and replay." },
  "conversion-unknown": { code: "ORL-MAP-018", owner: KEY_USER, next: "Add the material's conversion of this unit to the site's code tables, then replay." },
  "remainder-large": {
    code: "ORL-MAP-019",
    owner: KEY_USER,
    next: "Check the quantity; it does not come out even in the plant's unit: send it in another unit, or raise the tolerance.",
  },
  "table-missing": { code: "ORL-MAP-020", owner: ENGINEER, next: "Add the mapping table of this kind of message to the connection, then replay." },
  "identifier-twice": {
    code: "ORL-MAP-031",
    owner: KEY_USER,
    next: "Two lines have one number: have the sender number them apart, then send a new version.",
  },
  "time-in-future": {
    code: "ORL-MAP-032",
    owner: KEY_USER,
    next: "What is reported has not happened yet: correct the date in the sending system and send again, or set the plant's clock.",
  },
  "scrap-above-started": {
    code: "ORL-MAP-033",
    owner: KEY_USER,
    next: "Count again: more was scrapped than was started. Correct the report in the sending system and send a new version.",
  },
  "units-differ": {
    code: "ORL-MAP-034",
    owner: KEY_USER,
    next: "Have both quantities of the report sent in one unit, then send a new version.",
  },
} as const satisfies Record<string, Pick<Reason, "code" | "owner" | "next">>;

export type MappingFault = keyof typeof MAPPING_REASONS;

/** A reason shows at most this much of what was sent. */
const SHOWN_CHARACTERS = 200;

/** @param rule the rule of the mapping table that says so: `sap-idoc/order@1 startTime` */
export function mappingReason(fault: MappingFault, field: string, message: string, sent?: string, rule?: string): Reason {
  const { code, owner, next } = MAPPING_REASONS[fault];
  return {
    code,
    message,
    field,
    ...(sent === undefined ? {} : { text: sent.slice(0, SHOWN_CHARACTERS) }),
    ...(rule === undefined ? {} : { rule }),
    owner,
    next,
  };
}
