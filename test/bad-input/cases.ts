import { ACCESS_CASES } from "./access-cases.ts";
import type { BadInputCase } from "./build-request.ts";
import { BYTES_CASES } from "./bytes-cases.ts";
import { FIELD_CASES } from "./field-cases.ts";

/** The classes of BAD-INPUT.md that concern bodies, headers, signatures, JSON, identifiers, dates and units, as data for every runner. */
export const BAD_INPUT_CASES: readonly BadInputCase[] = [...BYTES_CASES, ...ACCESS_CASES, ...FIELD_CASES];
