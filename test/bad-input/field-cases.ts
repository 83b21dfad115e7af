import type { BadInputCase } from "./build-request.ts";
import { bytesOf, consumption, json, material, order, orderWithQuantity, report } from "./documents.ts";

type Fields = Readonly<Record<string, unknown>>;

const signed = (group: string, name: string, body: BadInputCase["body"], expected: BadInputCase["expected"]): BadInputCase => ({
  class: group,
  name,
  by: "signed",
  body,
  expected,
});
const orderCase = (group: string, name: string, changes: Fields, expected: BadInputCase["expected"]): BadInputCase =>
  signed(group, name, (unique) => json(order(unique, changes)), expected);

const accepted = { status: 202, lines: [{ result: "accepted" }] } as const;
const parked = (code: string, field: string, text?: string): BadInputCase["expected"] => ({
  ...accepted,
  parked: { code, field, ...(text === undefined ? {} : { text }) },
});
const refused = (code: string, path: string, status = 422): BadInputCase["expected"] => ({ status, code, path, lines: [{ result: "refused", code, path }] });
const UNROUTABLE = "ORL-DOOR-026";
const QUANTITY = "/materialRequirements/0/quantity";
const quantityCase = (group: string, name: string, quantity: string, expected: BadInputCase["expected"]): BadInputCase =>
  signed(group, name, (unique) => bytesOf(orderWithQuantity(unique, quantity)), expected);

/** What a plant reports, told by its agent. */
const told = (group: string, name: string, document: (unique: string) => Fields, expected: BadInputCase["expected"]): BadInputCase => ({
  class: group,
  name,
  by: "bearer",
  body: (unique) => json(document(unique)),
  expected,
});
const pieces = (value: unknown) => ({ value, unit: "pcs" });

const REPORT_CASES: readonly BadInputCase[] = [
  told(
    "58b",
    "a consumption of the year 2090",
    (unique) => consumption(unique, { actualTime: "2090-03-02T07:30:00+01:00" }),
    parked("ORL-MAP-032", "/actualTime", "2090-03-02T07:30:00+01:00"),
  ),
  told("58b", "a posting date of the year 2090", (unique) => report(unique, { postingDate: "20900302" }), parked("ORL-MAP-032", "/postingDate", "20900302")),
  told(
    "59",
    "a unit nobody knows in a report",
    (unique) => report(unique, { goodQuantity: { value: 1, unit: "Fass" } }),
    parked("ORL-MAP-007", "/goodQuantity/unit", "Fass"),
  ),
  told(
    "60",
    "a decimal comma in a consumption",
    (unique) => consumption(unique, { quantity: { value: "1,5", unit: "kg" } }),
    parked("ORL-MAP-005", "/quantity/value", "1,5"),
  ),
  told(
    "61",
    "a negative consumption",
    (unique) => consumption(unique, { quantity: { value: -1.5, unit: "kg" } }),
    parked("ORL-MAP-008", "/quantity/value", "-1.5"),
  ),
  told("61", "a negative scrap", (unique) => report(unique, { scrapQuantity: pieces("-1") }), parked("ORL-MAP-008", "/scrapQuantity/value", "-1")),
  told("61b", "a report of time alone", (unique) => report(unique, { goodQuantity: pieces(0), scrapQuantity: undefined }), accepted),
  told("61b", "scrap above the good quantity", (unique) => report(unique, { goodQuantity: pieces(1), scrapQuantity: pieces(9) }), accepted),
  told(
    "76",
    "scrap above what was started",
    (unique) => report(unique, { scrapQuantity: pieces("10.001") }),
    parked("ORL-MAP-033", "/scrapQuantity/value", "10.001"),
  ),
  told(
    "76",
    "scrap in another unit than what was started",
    (unique) => report(unique, { scrapQuantity: { value: 1, unit: "kg" } }),
    parked("ORL-MAP-034", "/scrapQuantity/value", "1"),
  ),
  told(
    "27",
    "an unknown result of an inspection",
    (unique) => ({
      type: "TestResult",
      id: `QC-${unique}`,
      materialLotId: `LOT-${unique}`,
      materialDefinitionId: "M",
      evaluationDate: "2026-03-01T12:00:00Z",
      evaluatedCriterionResult: "Maybe",
      propertyMeasurements: [],
    }),
    parked("ORL-MAP-003", "/evaluatedCriterionResult", "Maybe"),
  ),
  told("27", "an inspection of no lot", (unique) => ({ type: "TestResult", id: `QC-${unique}` }), refused(UNROUTABLE, "/materialLotId")),
];

export const FIELD_CASES: readonly BadInputCase[] = [
  ...REPORT_CASES,
  signed("18", "NUL in an order number", (unique) => json(order(unique, { id: `A\u0000${unique}` })), refused("ORL-DOOR-025", "/id", 400)),
  signed("18", "a line break in an order number", (unique) => json(order(unique, { id: `A\r\nB${unique}` })), refused("ORL-DOOR-025", "/id", 400)),
  signed("18", "a control character in a description", (unique) => json(material(unique, { description: "a\u0001b" })), accepted),
  orderCase(
    "18",
    "NUL in a material's number on a line",
    { materialRequirements: [{ id: "1", materialDefinitionId: "a\u0000", materialUse: "Consumed", quantity: { value: "1", unit: "EA" } }] },
    parked("ORL-MAP-013", "/materialRequirements/0/materialDefinitionId"),
  ),
  signed("19", "U+FFFF in an order number", (unique) => json(order(unique, { id: `A\uffff${unique}` })), refused("ORL-DOOR-025", "/id", 400)),
  signed("20", "a lone surrogate in an order number", (unique) => json(order(unique, { id: `A\ud800${unique}` })), refused("ORL-DOOR-025", "/id", 400)),
  signed("20", "a lone surrogate in a description", (unique) => json(material(unique, { description: "a\ud800" })), accepted),
  orderCase(
    "21",
    "two materials that differ by their normal form only",
    {
      materialRequirements: ["Gr\u00fcn", "Gru\u0308n"].map((materialDefinitionId, at) => ({
        id: String(at),
        materialDefinitionId,
        materialUse: "Consumed",
        quantity: { value: "1", unit: "EA" },
      })),
    },
    parked("ORL-MAP-014", "/materialRequirements/1/materialDefinitionId", "Gru\u0308n"),
  ),
  orderCase(
    "22",
    "two materials that differ by a zero-width space only",
    {
      materialRequirements: ["4711", "47\u200b11"].map((materialDefinitionId, at) => ({
        id: String(at),
        materialDefinitionId,
        materialUse: "Consumed",
        quantity: { value: "1", unit: "EA" },
      })),
    },
    parked("ORL-MAP-014", "/materialRequirements/1/materialDefinitionId"),
  ),
  signed("23", "a naughty description", (unique) => json(material(unique, { description: "'; DROP TABLE x; -- <script>\u202e ＝cmd" })), accepted),
  orderCase("26", "fields that nobody knows", { customerColour: "blue", deep: { er: [1, 2, 3] } }, accepted),
  signed("27", "an order number that is a number", (unique) => json({ ...order(unique), id: 4711 }), refused(UNROUTABLE, "/id")),
  orderCase("27", "a version that is a number", { version: 1 }, refused(UNROUTABLE, "/version")),
  orderCase("27", "a priority that is a number", { priority: 5 }, parked("ORL-MAP-002", "/priority", "5")),
  orderCase("27", "lines that are no list", { segmentRequirements: "none" }, parked("ORL-MAP-002", "/segmentRequirements", "none")),
  orderCase("28", "an empty order number", { id: "" }, refused(UNROUTABLE, "/id")),
  orderCase("28", "null for a type", { type: null }, refused(UNROUTABLE, "/type")),
  orderCase("28", "a list for a site", { hierarchyScope: [] }, refused(UNROUTABLE, "/hierarchyScope")),
  orderCase("28", "an empty site", { hierarchyScope: "" }, refused(UNROUTABLE, "/hierarchyScope")),
  orderCase("28", "no site anywhere", { hierarchyScope: undefined }, refused(UNROUTABLE, "")),
  orderCase("28", "an empty version", { version: "" }, refused(UNROUTABLE, "/version")),
  orderCase("28", "no version where there must be one", { version: undefined }, refused("ORL-DOOR-029", "/version")),
  orderCase("28", "null for a start time", { startTime: null }, parked("ORL-MAP-002", "/startTime", "null")),
  orderCase("28", "an empty request state", { requestState: "" }, parked("ORL-MAP-001", "/requestState", "")),
  orderCase("28", "no operations type", { operationsType: undefined }, parked("ORL-MAP-001", "/operationsType")),
  orderCase("28", "a request state nobody knows", { requestState: "Frozen" }, parked("ORL-MAP-003", "/requestState", "Frozen")),
  signed("28", "a list for a document", () => json([]), refused(UNROUTABLE, "")),
  signed("28", "a message without a document", () => json({ documents: [] }), { status: 422, code: "ORL-DOOR-032" }),
  ...["000001000123", "12E4", "0x1F", "A B", "材料/１", "../../etc", "=cmd", "1e400"].map((number) =>
    signed("54", `the order number ${number}`, (unique) => json(order(unique, { id: `${number}${unique}` })), accepted),
  ),
  ...["20231211", "20231211240000", "2023-12-11T24:00:00", "2024-02-29T08:00:00", "2023-12-11T08:00", "2023-12-11 08:00:00+08:00"].map((startTime) =>
    orderCase("58", `the start time ${startTime}`, { startTime }, accepted),
  ),
  orderCase("58b", "30 February", { startTime: "2024-02-30T08:00:00" }, parked("ORL-MAP-009", "/startTime", "2024-02-30T08:00:00")),
  orderCase("58b", "the year 99999", { startTime: "99999-01-01T00:00:00" }, parked("ORL-MAP-009", "/startTime")),
  orderCase("58b", "a time that the clocks skipped", { startTime: "2024-03-31T02:30:00" }, parked("ORL-MAP-010", "/startTime")),
  orderCase("58b", "a time that the clocks showed twice", { startTime: "2024-10-27T02:30:00" }, parked("ORL-MAP-011", "/startTime")),
  orderCase("58b", "the far future", { endTime: "9999-12-31" }, parked("ORL-MAP-012", "/endTime", "9999-12-31")),
  quantityCase("59", "a unit nobody knows", '{"value":1,"unit":"Fass"}', parked("ORL-MAP-007", `${QUANTITY}/unit`, "Fass")),
  quantityCase("59", "a unit with two meanings", '{"value":1,"unit":"ST"}', parked("ORL-MAP-007", `${QUANTITY}/unit`, "ST")),
  quantityCase("59", "no unit", '{"value":1}', parked("ORL-MAP-001", `${QUANTITY}/unit`)),
  quantityCase("60", "a decimal comma", '{"value":"1,5","unit":"kg"}', parked("ORL-MAP-005", `${QUANTITY}/value`, "1,5")),
  quantityCase("61", "a negative quantity", '{"value":-5.00,"unit":"kg"}', parked("ORL-MAP-008", `${QUANTITY}/value`, "-5.00")),
  quantityCase("61b", "a zero quantity", '{"value":0,"unit":"kg"}', accepted),
  signed("64", "CR LF in a type", (unique) => json(order(unique, { type: "X\r\nset-cookie: a=b" })), refused(UNROUTABLE, "/type")),
  orderCase("69", "fields of the ledger in the document", { state: "delivered", target: "mes-suzhou", attempt: 7 }, accepted),
  {
    class: "72",
    name: "another site in the path than in the document",
    by: "signed",
    path: { connection: "erp", site: "suzhou" },
    body: (unique) => json(order(unique)),
    expected: refused("ORL-DOOR-027", "/hierarchyScope"),
  },
  orderCase("72", "a site that the connection does not serve", { hierarchyScope: "atlantis" }, refused("ORL-DOOR-028", "/hierarchyScope")),
  signed(
    "73",
    "some of 500 orders are bad",
    (unique) => json({ documents: Array.from({ length: 500 }, (_, at) => order(`${unique}-${at}`, at % 100 === 7 ? { id: "" } : {})) }),
    {
      status: 202,
      lines: Array.from({ length: 500 }, (_, at) =>
        at % 100 === 7 ? { result: "refused", code: UNROUTABLE, path: `/documents/${at}/id` } : { result: "accepted" },
      ),
    },
  ),
  signed("73", "501 orders", (unique) => json({ documents: Array.from({ length: 501 }, (_, at) => order(`${unique}-${at}`)) }), {
    status: 413,
    code: "ORL-DOOR-031",
  }),
  {
    class: "73",
    name: "an agent's batch with a bad line",
    by: "bearer",
    body: (unique) =>
      json({ lines: [{ key: `${unique}-a`, document: consumption(`${unique}-a`) }, { key: `${unique}-b`, document: { type: "MaterialActual" } }, "x"] }),
    expected: {
      status: 202,
      lines: [
        { result: "accepted" },
        { result: "refused", code: UNROUTABLE, path: "/lines/1/document/id" },
        { result: "refused", code: UNROUTABLE, path: "/lines/2" },
      ],
    },
  },
];
