import { createSourceFormat } from "../../core/mapping/format.ts";
import { MappingTable, MessageForms } from "../../core/mapping/table.ts";
import type { OrderSize } from "./order-form.ts";
import { constant, names, orderRules, required, value } from "./order-rules.ts";

/** An order in the shape of an IDoc LOIPRO: segments in segments, dates apart from their times, more fields than are mapped. Not sap-idoc's own tables: a bench stands alone. */

const two = (number: number): string => String(number).padStart(2, "0");
const day = (seed: number): string => `2026${two((seed % 3) + 3)}${two((seed % 28) + 1)}`;
const time = (seed: number): string => `${two((seed * 7) % 24)}${two((seed * 13) % 60)}00`;
const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const segment = (name: string, content: string): string => `<${name} SEGMENT="1">${content}</${name}>`;
const fields = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, content]) => element(name, content))
    .join("");

const component = (at: number, seed: number): string =>
  segment(
    "E1RESBL",
    fields({
      POSTP: "L",
      AFPOS: "0000",
      POSNR: String((at + 1) * 10).padStart(4, "0"),
      BDART: "AR",
      MATNR_LONG: `RM-${100_000 + ((seed * 31 + at) % 90_000)}`,
      BDMNG: `${at + 1}.500`,
      BDTER: day(seed + at),
      MEINS: "KG",
      LGORT: "0001",
      CHARG: `L${1000 + at}`,
      DUMPS: "",
      XLOEK: "",
    }),
  );

const operation = (at: number, seed: number, components: string): string =>
  segment(
    "E1AFVOL",
    fields({
      VORNR: String((at + 1) * 10).padStart(4, "0"),
      LTXA1: `Mill both faces &amp; deburr ${at + 1}`,
      MEINH: "EA",
      MINWE: "0.000",
      MGVRG: `${1000 + at}.000`,
      ARBPL: `WC-${(at % 4) + 1}00`,
      STEUS: "PP01",
      FSAVD: day(seed + at),
      FSAVZ: time(seed + at),
      SSEDD: day(seed + at + 1),
      SSEDZ: time(seed + at + 1),
      RUEK: "0",
    }) + components,
  );

export function idocText({ operations, components }: OrderSize, seed = 0): string {
  const lines = Array.from({ length: operations }, (_, at) => {
    const own = Array.from({ length: components }, (__, line) => line).filter((line) => line % operations === at);
    return operation(at, seed, own.map((line) => component(line, seed)).join(""));
  });
  const head = fields({
    AUFNR: String(1_000_000 + seed).padStart(12, "0"),
    AUART: "PP01",
    GAMNG: "1000.000",
    GMEIN: "EA",
    GSTRP: day(seed),
    GSUZP: time(seed),
    GLTRP: day(seed + 5),
    GLUZP: time(seed + 5),
    PLNNR: "50000123",
    STLNR: "00004711",
  });
  const control = segment("EDI_DC40", fields({ DOCNUM: String(seed).padStart(16, "0"), IDOCTYP: "LOIPRO01", MESTYP: "LOIPRO", SNDPRN: "S4HCLNT100" }));
  const order = segment("E1AFKOL", head + segment("E1AFFLL", fields({ PLNFL: "000000" }) + lines.join("")));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<LOIPRO01><IDOC BEGIN="1">${control}${order}</IDOC></LOIPRO01>\n`;
}

const HEAD = "IDOC/E1AFKOL";
const decimal = [{ use: "decimal", trailingSign: true, negative: "park" }];
const dateAndTime = (date: string, ofDay: string): [string, readonly unknown[]] => [date, [{ use: "instant", time: ofDay }]];
const quantity = (amount: string, unit: string): object[] => [
  value("quantity/value", amount, decimal, required),
  value("quantity/unit", unit, [{ use: "unit" }], required),
];

const TABLE = MappingTable.parse({
  name: "bench-idoc/order",
  version: 1,
  direction: "to-canonical",
  documentType: "OperationsRequest",
  names,
  when: [{ path: HEAD, present: true }],
  absent: ["", "00000000"],
  lists: "loose",
  route: { subject: { source: [`${HEAD}/AUFNR`] }, object: { source: [`${HEAD}/AUFNR`] }, volatile: [] },
  fields: orderRules(
    [
      value("id", `${HEAD}/AUFNR`, [], required),
      value("version", "IDOC/EDI_DC40/DOCNUM", [], required),
      constant("operationsType", "Production"),
      constant("requestState", "Released"),
      value("startTime", ...dateAndTime(`${HEAD}/GSTRP`, `${HEAD}/GSUZP`)),
      value("endTime", ...dateAndTime(`${HEAD}/GLTRP`, `${HEAD}/GLUZP`)),
      value("operationsDefinitionId", `${HEAD}/PLNNR`),
      value("materialBillId", `${HEAD}/STLNR`),
    ],
    {
      lines: `${HEAD}/E1AFFLL/E1AFVOL`,
      fields: [
        value("id", "VORNR", [], required),
        value("description", "LTXA1"),
        value("equipmentId", "ARBPL"),
        value("earliestStartTime", ...dateAndTime("FSAVD", "FSAVZ")),
        value("latestEndTime", ...dateAndTime("SSEDD", "SSEDZ")),
        ...quantity("MGVRG", "MEINH"),
      ],
    },
    {
      lines: `${HEAD}/E1AFFLL/E1AFVOL/E1RESBL`,
      fields: [
        value("id", "POSNR", [], required),
        value("materialDefinitionId", "MATNR_LONG", [], required),
        constant("materialUse", "Consumed"),
        ...quantity("BDMNG", "MEINS"),
        value("segmentRequirementId", "../VORNR"),
        value("materialLotId", "CHARG"),
        value("storageLocation", "LGORT"),
        value("requiredTime", "BDTER", [{ use: "instant" }]),
      ],
    },
  ),
  ignored: [],
  codes: { units: { KG: "KGM", EA: "EA" } },
});

export const idocFormat = createSourceFormat(MessageForms.parse({ system: "bench-idoc", accepts: ["xml"], forms: [{ root: "LOIPRO01" }] }), [TABLE]);
