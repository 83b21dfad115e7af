import { createSourceFormat } from "../../core/mapping/format.ts";
import { MappingTable, MessageForms } from "../../core/mapping/table.ts";
import { constant, names, orderRules, required, value } from "./order-rules.ts";

/** An order as an ERP of our own making writes it: local times, its own units and states, quantities as JSON numbers with zeros at their end. */

export type OrderSize = { readonly operations: number; readonly components: number };

const two = (number: number): string => String(number).padStart(2, "0");
const time = (seed: number): string => `2026-${two((seed % 3) + 3)}-${two((seed % 28) + 1)} ${two((seed * 7) % 24)}:${two((seed * 13) % 60)}:00`;
const UNITS = ["KG", "PCS", "M", "L"] as const;
const unit = (seed: number): string => UNITS[seed % UNITS.length] ?? "KG";
/** A number's source text, put in behind `JSON.stringify`, which would drop its zeros. */
const number = (text: string): string => `number ${text}`;
const TEXTS = [
  "Housing, drilled and deburred, EN-GJL-250",
  "Cap screw M6x20 DIN 912, zinc-plated 8.8",
  "Seal ring NBR 70, 42 x 3 mm, food grade",
  "Deep groove ball bearing 6204-2RS, sealed",
] as const;

/** @param seed so that no two documents of a bench are alike */
export function orderText({ operations, components }: OrderSize, seed = 0): string {
  const order = {
    orderNo: `MO${String(1_000_000 + seed)}`,
    change: 7,
    kind: "P1",
    status: "REL",
    remark: "Please start with the second shift, the first is booked by order MO0999871",
    routing: "R-4711-02",
    bom: "B-4711-07",
    start: time(seed),
    finish: time(seed + 5),
    urgency: 50,
    operations: Array.from({ length: operations }, (_, at) => ({
      opNo: String((at + 1) * 10).padStart(4, "0"),
      code: `MILL-${two(at)}`,
      text: `Mill both faces and deburr, fixture ${at + 1}`,
      center: `WC-${(at % 4) + 1}00`,
      start: time(seed + at),
      finish: time(seed + at + 3),
      qty: number(`${1000 + at}.000`),
      unit: "PCS",
    })),
    components: Array.from({ length: components }, (_, at) => ({
      row: at + 1,
      item: `RM-${String(100_000 + ((seed * 31 + at) % 90_000))}`,
      text: TEXTS[at % TEXTS.length],
      opNo: String(((at % 10) + 1) * 10).padStart(4, "0"),
      qty: number(`${((at + seed) % 97) + 1}.${String(((at * 125) % 1000) + 1000).slice(1)}`),
      unit: unit(at + seed),
      lot: `L2026${String((at * 37 + seed) % 1000).padStart(3, "0")}`,
      stock: `WH01-A${two(at % 40)}`,
      needed: time(seed + at * 3),
    })),
  };
  return JSON.stringify(order).replace(/"number ([^"]+)"/g, "$1");
}

const instant = [{ use: "instant" }];
const quantity = [
  value("quantity/value", "qty", [{ use: "decimal", negative: "park" }], required),
  value("quantity/unit", "unit", [{ use: "unit" }], required),
];

const TABLE = MappingTable.parse({
  name: "bench-json/order",
  version: 1,
  direction: "to-canonical",
  documentType: "OperationsRequest",
  names,
  when: [{ path: "orderNo", present: true }],
  absent: [""],
  lists: "strict",
  route: { subject: { source: ["orderNo"] }, object: { source: ["orderNo"] }, volatile: [] },
  fields: orderRules(
    [
      value("id", "orderNo", [], required),
      value("version", "change", [{ use: "text" }], required),
      value("operationsType", "kind", [{ use: "choose", cases: [["P1", "Production"]] }], required),
      value(
        "requestState",
        "status",
        [
          {
            use: "choose",
            cases: [
              ["REL", "Released"],
              ["CNL", "Cancelled"],
            ],
          },
        ],
        required,
      ),
      value("description", "remark"),
      value("operationsDefinitionId", "routing"),
      value("materialBillId", "bom"),
      value("startTime", "start", instant),
      value("endTime", "finish", instant),
      value("priority", "urgency", [{ use: "text" }]),
    ],
    {
      lines: "operations",
      fields: [
        value("id", "opNo", [], required),
        value("processSegmentId", "code"),
        value("description", "text"),
        value("equipmentId", "center"),
        value("earliestStartTime", "start", instant),
        value("latestEndTime", "finish", instant),
        ...quantity,
      ],
    },
    {
      lines: "components",
      fields: [
        value("id", "row", [{ use: "text" }], required),
        value("materialDefinitionId", "item", [], required),
        constant("materialUse", "Consumed"),
        ...quantity,
        value("description", "text"),
        value("segmentRequirementId", "opNo"),
        value("materialLotId", "lot"),
        value("storageLocation", "stock"),
        value("requiredTime", "needed", instant),
      ],
    },
  ),
  ignored: [],
  codes: { units: { KG: "KGM", PCS: "H87", M: "MTR", L: "LTR" } },
});

export const jsonOrderFormat = createSourceFormat(MessageForms.parse({ system: "bench-json", accepts: ["json"], forms: [{}] }), [TABLE]);

/** The same mapping, as JSONata says it. Quantities must come as texts: JSONata has only doubles. */
export const ORDER_IN_JSONATA = `(
  $units := {"KG": "KGM", "PCS": "H87", "M": "MTR", "L": "LTR"};
  $states := {"REL": "Released", "CNL": "Cancelled"};
  $instant := function($text) { $replace($fromMillis($toMillis($replace($text, " ", "T") & ".000+08:00")), ".000Z", "Z") };
  {
    "type": "OperationsRequest",
    "id": orderNo,
    "version": $string(change),
    "hierarchyScope": "suzhou",
    "operationsType": kind = "P1" ? "Production",
    "requestState": $lookup($states, status),
    "description": remark,
    "operationsDefinitionId": routing,
    "materialBillId": bom,
    "startTime": $instant(start),
    "endTime": $instant(finish),
    "priority": $string(urgency),
    "segmentRequirements": [operations.{
      "id": opNo,
      "processSegmentId": code,
      "description": text,
      "equipmentId": center,
      "earliestStartTime": $instant(start),
      "latestEndTime": $instant(finish),
      "quantity": {"value": qty, "unit": $lookup($units, unit)}
    }],
    "materialRequirements": [components.{
      "id": $string(row),
      "materialDefinitionId": item,
      "materialUse": "Consumed",
      "quantity": {"value": qty, "unit": $lookup($units, unit)},
      "description": text,
      "segmentRequirementId": opNo,
      "materialLotId": lot,
      "storageLocation": stock,
      "requiredTime": $instant(needed)
    }]
  }
)`;
