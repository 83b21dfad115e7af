import fc from "fast-check";
import { CanonicalDocument } from "../../core/documents/canonical.ts";
import { UNIT_CODES } from "../../core/quantities/units.ts";

/** Canonical documents of every shape that the schema allows, in the forms that mappings make: times as UTC with at most milliseconds, no empty optional lists. */

const TEXTS = [
  "0010",
  "000001000123",
  "12E4",
  "0x1F",
  "批次 7/α",
  "a<b>&\"c'",
  "]]>",
  "x/y",
  "-",
  "ÅÄÖ",
  "  two  spaces ",
  "=cmd",
  "line\nbreak",
  "\ttab",
  "cr\rlf",
  "😀",
];
const identifier = fc.oneof(
  fc.constantFrom(...TEXTS.filter((text) => !/[\n\r\t]/.test(text))),
  fc.string({ unit: fc.constantFrom(..."ABCxyz0189-_/. äß产"), minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== ""),
);
const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc
    .string({ unit: "binary", minLength: 1, maxLength: 60 })
    .map(legal)
    .filter((drawn) => drawn !== ""),
);

/** Without what XML 1.0 cannot carry. */
function legal(drawn: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML has no form for
  return drawn.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}

const decimal = fc.constantFrom("0", "1", "1.000", "199.910", "2152.3", "0.000000000001", "99999999999999999999", "12.50");
const unit = fc.constantFrom(...UNIT_CODES);
const quantity = fc.record({ value: decimal, unit });
const instant = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2099, 11, 31) }).map((at) => new Date(at).toISOString().replace(".000Z", "Z"));
const version = fc.constantFrom("1", "0007", "20261124100000000", "999999999999999999");
const property = fc.record({ id: identifier, value: fc.oneof(text, fc.constant("")), unit, description: text }, { requiredKeys: ["id", "value"] });
const properties = fc.array(property, { minLength: 1, maxLength: 4 });
const descriptions = fc.array(fc.record({ language: fc.constantFrom("de", "en", "zh", "zh-CN", "und", "fr-CH"), text }), { minLength: 1, maxLength: 3 });

const distinct = <T extends { readonly id: string }>(line: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.uniqueArray(line, { selector: ({ id }) => id, maxLength });

const segment = fc.record(
  {
    id: identifier,
    processSegmentId: identifier,
    description: text,
    equipmentId: identifier,
    earliestStartTime: instant,
    latestEndTime: instant,
    quantity,
    segmentState: fc.constantFrom(
      "Released" as const,
      "Waiting" as const,
      "Ready" as const,
      "Running" as const,
      "Held" as const,
      "Completed" as const,
      "Cancelled" as const,
      "Closed" as const,
    ),
    parameters: properties,
  },
  { requiredKeys: ["id"] },
);

const material = fc.record(
  {
    id: identifier,
    materialDefinitionId: identifier,
    materialUse: fc.constantFrom("Consumed" as const, "Produced" as const),
    quantity,
    description: text,
    materialLotId: identifier,
    materialSubLotId: identifier,
    storageLocation: identifier,
    equipmentId: identifier,
    requiredTime: instant,
    properties,
  },
  { requiredKeys: ["id", "materialDefinitionId", "materialUse", "quantity"] },
);

const order = fc
  .record(
    {
      type: fc.constant("OperationsRequest" as const),
      id: identifier,
      version,
      hierarchyScope: fc.constantFrom("hamburg", "suzhou"),
      operationsType: fc.constant("Production" as const),
      requestState: fc.constantFrom("Released" as const, "Released" as const, "Cancelled" as const),
      description: text,
      operationsDefinitionId: identifier,
      materialBillId: identifier,
      startTime: instant,
      endTime: instant,
      priority: fc.constantFrom("1", "0010", "9999"),
      segmentRequirements: distinct(segment, 6),
      materialRequirements: distinct(material, 8),
      properties,
    },
    { requiredKeys: ["type", "id", "hierarchyScope", "operationsType", "requestState", "segmentRequirements", "materialRequirements"] },
  )
  .chain((drawn) =>
    fc.record({
      drawn: fc.constant(drawn),
      parents: fc.array(fc.option(fc.nat(50), { nil: undefined }), { minLength: 6, maxLength: 6 }),
      places: fc.array(fc.option(fc.nat(50), { nil: undefined }), { minLength: 8, maxLength: 8 }),
    }),
  )
  .map(({ drawn, parents, places }) => ({
    ...drawn,
    // Each operation may stand in one drawn before it; which of them comes first in the list is drawn too.
    segmentRequirements: rotated(
      drawn.segmentRequirements.map((line, at) => ({ ...line, ...memberOf("parentId", drawn.segmentRequirements, parents[at], at) })),
      parents[0] ?? 0,
    ),
    materialRequirements: drawn.materialRequirements.map((line, at) => ({
      ...line,
      ...memberOf("segmentRequirementId", drawn.segmentRequirements, places[at], drawn.segmentRequirements.length),
    })),
  }));

const rotated = <T>(lines: readonly T[], by: number): T[] => lines.map((_, at) => lines[(at + by) % lines.length]).filter((line) => line !== undefined);

function memberOf<N extends string>(name: N, lines: readonly { readonly id: string }[], pick: number | undefined, below: number): Partial<Record<N, string>> {
  const made: Partial<Record<N, string>> = {};
  const found = pick === undefined || below === 0 ? undefined : lines[pick % below];
  if (found !== undefined) made[name] = found.id;
  return made;
}

const whole = fc.constantFrom("1", "3", "1000", "999999999999999");
const master = {
  id: identifier,
  version,
  hierarchyScope: fc.constantFrom("hamburg", "suzhou"),
  state: fc.constantFrom("Active" as const, "Deleted" as const),
  descriptions,
  properties,
};

const materialDefinition = fc.record(
  {
    type: fc.constant("MaterialDefinition" as const),
    ...master,
    description: fc.oneof(text, fc.constant("")),
    baseUnit: unit,
    alternativeUnits: fc.array(fc.record({ unit, numerator: whole, denominator: whole }), { minLength: 1, maxLength: 3 }),
    materialClassId: identifier,
    storageLocation: identifier,
  },
  { requiredKeys: ["type", "id", "hierarchyScope", "description", "baseUnit"] },
);

const equipment = fc.record(
  {
    type: fc.constant("Equipment" as const),
    ...master,
    description: text,
    equipmentLevel: fc.constantFrom("Site" as const, "WorkCenter" as const, "StorageUnit" as const, "Other" as const),
    parentId: identifier,
  },
  { requiredKeys: ["type", "id", "hierarchyScope"] },
);

const parsed = (drawn: unknown): CanonicalDocument => CanonicalDocument.parse(drawn);
export const drawnOrder = order.map(parsed);
export const drawnMaterial = materialDefinition.map(parsed);
export const drawnEquipment = equipment.map(parsed);
