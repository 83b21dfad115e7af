import { XML_BYTES_CASES } from "./xml-bytes-cases.ts";
import type { XmlCase } from "./xml-case.ts";
import { XML_FIELD_CASES } from "./xml-field-cases.ts";
import { XML_FORM_CASES } from "./xml-form-cases.ts";
import { XML_SYNTAX_CASES } from "./xml-syntax-cases.ts";

/** The classes of BAD-INPUT.md in XML, for IDocs and B2MML, as data for every runner: the door in memory, and the deployed API. */
export const XML_CASES: readonly XmlCase[] = [...XML_BYTES_CASES, ...XML_SYNTAX_CASES, ...XML_FORM_CASES, ...XML_FIELD_CASES];
