import { bothCases, parks, refusedLine, takenAs, UNROUTABLE, type XmlCase, type XmlExpected, xmlCase } from "./xml-case.ts";
import { b2mmlOrder, type IdocOrder, type ScheduledOrder, sapOrder, type Writer, type XmlSystem } from "./xml-documents.ts";

/** What the fields say: identifiers, look-alikes, dates, units, decimals, signs (classes 18, 21 to 23, 26 to 28, 54, 58 to 61, 64). */

const HEAD: Readonly<Record<XmlSystem, string>> = { "sap-idoc": "/IDOC/E1AFKOL", b2mml: "/DataArea/OperationsSchedule/OperationsRequest" };
const NUMBER: Readonly<Record<XmlSystem, string>> = { "sap-idoc": "/IDOC/E1AFKOL/AUFNR", b2mml: `${HEAD.b2mml}/ID` };
const LINE = `${HEAD.b2mml}/SegmentRequirement/MaterialRequirement`;
const COMPONENT = `${HEAD["sap-idoc"]}/E1AFFLL/E1AFVOL/E1RESBL`;
const START: Readonly<Record<XmlSystem, string>> = { "sap-idoc": `${HEAD["sap-idoc"]}/GSTRP`, b2mml: `${HEAD.b2mml}/StartTime` };
const QUANTITY: Readonly<Record<XmlSystem, string>> = { "sap-idoc": `${HEAD["sap-idoc"]}/GAMNG`, b2mml: `${LINE}/Quantity/QuantityString` };
const UNIT: Readonly<Record<XmlSystem, string>> = { "sap-idoc": `${HEAD["sap-idoc"]}/GMEIN`, b2mml: `${LINE}/Quantity/UnitOfMeasure` };

type Common = Pick<IdocOrder & ScheduledOrder, "number" | "quantity" | "unit" | "text" | "components" | "more">;
const order = (system: XmlSystem, writer: Writer, changes: Common): string => (system === "sap-idoc" ? sapOrder(writer, changes) : b2mmlOrder(writer, changes));
type Made = Common | ((writer: Writer) => Common);
const both = (group: string, name: string, changes: Made, expected: XmlExpected | ((system: XmlSystem) => XmlExpected)): readonly XmlCase[] =>
  bothCases(group, name, (system, writer) => order(system, writer, typeof changes === "function" ? changes(writer) : changes), expected);
const sap = (group: string, name: string, changes: IdocOrder, expected: XmlExpected): XmlCase =>
  xmlCase(group, "sap-idoc", name, (writer) => sapOrder(writer, changes), expected);
const b2mml = (group: string, name: string, changes: ScheduledOrder, expected: XmlExpected): XmlCase =>
  xmlCase(group, "b2mml", name, (writer) => b2mmlOrder(writer, changes), expected);

const described = (description: string): XmlExpected => takenAs({ segmentRequirements: [{ description }] });
const component = (system: XmlSystem, at: number): string => (system === "sap-idoc" ? `${COMPONENT}/${at}/MATNR_LONG` : `${LINE}/${at}/MaterialDefinitionID`);
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const badIdentifier = (system: XmlSystem): XmlExpected => refusedLine("ORL-DOOR-025", NUMBER[system], 400);

const IDENTIFIERS: readonly XmlCase[] = [
  ...["000001000123", "12E4", "0x1F", "A B", "  A", "材料/１", "../../etc", "=cmd", "1e400", "-0", "+1", "<b>&", "\"'", "０１", "true", "null", "1.50"].flatMap(
    (number) =>
      both(
        "54",
        `the order number ${JSON.stringify(number)}`,
        ({ unique }) => ({ number: `${escaped(number)}${unique}` }),
        takenAs(({ unique }) => ({ id: `${number}${unique}` })),
      ),
  ),
  ...both(
    "54",
    "an order number in a section",
    ({ unique }) => ({ number: `<![CDATA[<&>]]>${unique}` }),
    takenAs(({ unique }) => ({ id: `<&>${unique}` })),
  ),
  ...both(
    "54",
    "a comment in an order number",
    ({ unique }) => ({ number: `00<!-- x -->12-${unique}` }),
    takenAs(({ unique }) => ({ id: `0012-${unique}` })),
  ),
  ...both("54", "an order number of 101 characters", { number: "9".repeat(101) }, (system) => refusedLine(UNROUTABLE, NUMBER[system])),
  ...both("18", "a tab in an order number", ({ unique }) => ({ number: `A&#9;${unique}` }), badIdentifier),
  ...both("18", "a control character of ISO 8859 in an order number", ({ unique }) => ({ number: `A&#x85;${unique}` }), badIdentifier),
  ...both("64", "CR LF in an order number", ({ unique }) => ({ number: `A&#13;&#10;set-cookie: a=b${unique}` }), badIdentifier),
  ...both("18", "a tab in a text", { text: "a&#9;b" }, described("a\tb")),
  ...both("18", "a tab in a material's number on a line", { components: ["A&#9;B"] }, (system) =>
    parks("ORL-MAP-013", system === "sap-idoc" ? `${COMPONENT}/MATNR_LONG` : `${LINE}/MaterialDefinitionID`, "A\tB"),
  ),
  ...both("21", "two materials that differ by their normal form only", { components: ["Gr\u00fcn", "Gru\u0308n"] }, (system) =>
    parks("ORL-MAP-014", component(system, 1), "Gru\u0308n"),
  ),
  ...both("22", "two materials that differ by a zero-width space only", { components: ["4711", "47\u200b11"] }, (system) =>
    parks("ORL-MAP-014", component(system, 1), "47\u200b11"),
  ),
  ...both("22", "two materials that differ by a bidi mark, as a reference", { components: ["4711", "&#x202E;4711"] }, (system) =>
    parks("ORL-MAP-014", component(system, 1), "\u202e4711"),
  ),
  ...both("22", "one material with a zero-width space, alone: verbatim", { components: ["47\u200b11"] }, { ...takenAs({ requestState: "Released" }) }),
  ...both(
    "23",
    "a naughty text",
    { text: escaped("'; DROP TABLE x; -- <script>\u202e ＝cmd {{7*7}} \u0024{jndi:ldap://x}") },
    described("'; DROP TABLE x; -- <script>\u202e ＝cmd {{7*7}} \u0024{jndi:ldap://x}"),
  ),
];

const KINDS: readonly XmlCase[] = [
  ...both("26", "a field that nobody knows", { more: "<ZZCOLOUR>blue</ZZCOLOUR>" }, (system) =>
    takenAs({ requestState: "Released" }, { unknown: [`${HEAD[system]}/ZZCOLOUR`] }),
  ),
  ...both("27", "elements where a number is needed", { number: "<A>1</A>" }, (system) => refusedLine(UNROUTABLE, NUMBER[system])),
  ...both("27", "elements where a quantity is needed", { quantity: "<A>1</A>" }, (system) => parks("ORL-MAP-002", QUANTITY[system])),
  ...both("28", "an empty order number", { number: "" }, (system) => refusedLine(UNROUTABLE, NUMBER[system])),
  ...both("28", "a blank order number", { number: " " }, (system) => refusedLine(UNROUTABLE, NUMBER[system])),
  ...both("28", "an empty quantity", { quantity: "" }, (system) => parks("ORL-MAP-001", QUANTITY[system])),
  ...both("28", "an empty unit", { unit: "" }, (system) => parks("ORL-MAP-001", UNIT[system])),
  sap("28", "no version", { version: "" }, refusedLine("ORL-DOOR-029", "/IDOC/EDI_DC40/DOCNUM")),
  sap("28", "a version that is no number", { version: "1A" }, refusedLine(UNROUTABLE, "/IDOC/EDI_DC40/DOCNUM")),
  b2mml("28", "a version that is no number", { version: "1A" }, refusedLine(UNROUTABLE, `${HEAD.b2mml}/Version`)),
];

const starts = (startTime: string): XmlExpected => takenAs({ startTime });
const sapTime = (group: string, date: string, time: string, expected: XmlExpected): XmlCase => ({
  ...sap(group, `the start ${date} ${time}`, { date, time }, expected),
  zone: "Europe/Berlin",
});
const b2mmlTime = (group: string, start: string, expected: XmlExpected, zone?: "Europe/Berlin" | "Asia/Shanghai"): XmlCase => ({
  ...b2mml(group, `the start ${start}${zone === undefined ? "" : ` in ${zone}`}`, { start }, expected),
  ...(zone === undefined ? {} : { zone }),
});

const DATES: readonly XmlCase[] = [
  sapTime("58", "20231211", "000000", starts("2023-12-10T23:00:00Z")),
  sapTime("58", "20231211", "240000", starts("2023-12-11T23:00:00Z")),
  sapTime("58", "20240229", "080000", starts("2024-02-29T07:00:00Z")),
  sapTime("58", "20240701", "", starts("2024-06-30T22:00:00Z")),
  sap("58", "a date of zeros is none", { date: "00000000", time: "000000" }, takenAs({ requestState: "Released" })),
  b2mmlTime("58", "20231211", starts("2023-12-10T23:00:00Z"), "Europe/Berlin"),
  b2mmlTime("58", "2023-12-11T24:00:00", starts("2023-12-11T23:00:00Z"), "Europe/Berlin"),
  b2mmlTime("58", "2024-02-29T08:00:00", starts("2024-02-29T07:00:00Z"), "Europe/Berlin"),
  b2mmlTime("58", "2023-12-11T08:00:00+08:00", starts("2023-12-11T00:00:00Z")),
  b2mmlTime("58", "2009-12-10T17:14:16.0Z", starts("2009-12-10T17:14:16Z")),
  sapTime("58b", "20240230", "080000", parks("ORL-MAP-009", START["sap-idoc"], "20240230 080000")),
  sapTime("58b", "20230229", "080000", parks("ORL-MAP-009", START["sap-idoc"], "20230229 080000")),
  sapTime("58b", "99991231", "000000", parks("ORL-MAP-012", START["sap-idoc"])),
  sapTime("58b", "20240331", "023000", parks("ORL-MAP-010", START["sap-idoc"], "20240331 023000")),
  sapTime("58b", "20241027", "023000", parks("ORL-MAP-011", START["sap-idoc"], "20241027 023000")),
  sapTime("58b", "2024-3-1", "080000", parks("ORL-MAP-009", START["sap-idoc"])),
  sapTime("58b", "20240301", "8:00", parks("ORL-MAP-009", START["sap-idoc"])),
  b2mmlTime("58b", "2024-02-30T08:00:00", parks("ORL-MAP-009", START.b2mml, "2024-02-30T08:00:00")),
  b2mmlTime("58b", "99999-01-01T00:00:00", parks("ORL-MAP-009", START.b2mml)),
  b2mmlTime("58b", "9999-12-31T00:00:00Z", parks("ORL-MAP-012", START.b2mml)),
  b2mmlTime("58b", "2024-03-31T02:30:00", parks("ORL-MAP-010", START.b2mml), "Europe/Berlin"),
  b2mmlTime("58b", "2024-10-27T02:30:00", parks("ORL-MAP-011", START.b2mml), "Europe/Berlin"),
  b2mmlTime("58", "20231211", starts("2023-12-10T16:00:00Z"), "Asia/Shanghai"),
  b2mmlTime("58", "2023-12-11T24:00:00", starts("2023-12-11T16:00:00Z"), "Asia/Shanghai"),
  b2mmlTime("58", "2024-03-31T02:30:00", starts("2024-03-30T18:30:00Z"), "Asia/Shanghai"),
  // China had summer time until 1991.
  b2mmlTime("58b", "1988-04-17T02:30:00", parks("ORL-MAP-010", START.b2mml), "Asia/Shanghai"),
  b2mmlTime("58b", "tomorrow", parks("ORL-MAP-009", START.b2mml, "tomorrow")),
];

/** An IDoc's order has its output before its component; a schedule has only the line. */
const counted =
  (value: string, unit = "KGM") =>
  (system: XmlSystem): XmlExpected =>
    takenAs({ materialRequirements: [{ quantity: { value, unit } }, ...(system === "sap-idoc" ? [{ materialDefinitionId: "WAX" }] : [])] });
const quantity = (group: string, text: string, expected: XmlExpected | ((system: XmlSystem) => XmlExpected)): readonly XmlCase[] =>
  both(group, `the quantity ${JSON.stringify(text).slice(0, 40)}`, { quantity: text }, expected);

const QUANTITIES: readonly XmlCase[] = [
  ...quantity("8", "9007199254740993", counted("9007199254740993")),
  ...quantity("9", "1e400", (system) => parks("ORL-MAP-006", QUANTITY[system], "1e400")),
  ...quantity("10", "0.123456789012", counted("0.123456789012")),
  ...quantity("10", "0.12345678901234567890", (system) => parks("ORL-MAP-006", QUANTITY[system], "0.12345678901234567890")),
  ...quantity("10", "-0", counted("0")),
  ...both("59", "a unit nobody knows", { unit: "BUNDLE" }, (system) => parks("ORL-MAP-007", UNIT[system], "BUNDLE")),
  ...both("59", "a unit by a look-alike of its letters", { unit: "К\u0413" }, (system) => parks("ORL-MAP-007", UNIT[system], "К\u0413")),
  b2mml("59", "a unit with two meanings", { unit: "ST" }, parks("ORL-MAP-007", UNIT.b2mml, "ST")),
  sap("59", "the same where the system says what it means", { unit: "ST" }, counted("80.000", "H87")("sap-idoc")),
  ...quantity("60", "1,5", (system) => parks("ORL-MAP-005", QUANTITY[system], "1,5")),
  ...quantity("60", "1.234,5", (system) => parks("ORL-MAP-005", QUANTITY[system], "1.234,5")),
  ...quantity("60", "1,234.5", (system) => parks("ORL-MAP-005", QUANTITY[system], "1,234.5")),
  ...quantity("60", "１２", (system) => parks("ORL-MAP-004", QUANTITY[system], "１２")),
  ...quantity("60", "0x1F", (system) => parks("ORL-MAP-004", QUANTITY[system], "0x1F")),
  ...quantity("60", "1 000", (system) => parks("ORL-MAP-004", QUANTITY[system], "1 000")),
  ...quantity("61", "-5.00", (system) => parks("ORL-MAP-008", QUANTITY[system], "-5.00")),
  sap("61", "a minus behind the number", { quantity: "5.00-" }, parks("ORL-MAP-008", QUANTITY["sap-idoc"], "5.00-")),
  b2mml("61", "a minus behind the number", { quantity: "5.00-" }, parks("ORL-MAP-004", QUANTITY.b2mml, "5.00-")),
  ...quantity("61b", "0", counted("0")),
  ...quantity("61b", "0.000", counted("0.000")),
];

/** What a pattern could take for ever over, is read in no time; a reason shows only its beginning. */
const LONG = 500_000;
const ENDLESS: readonly XmlCase[] = [
  ...both("65", "a quantity of half a million digits", { quantity: "9".repeat(LONG) }, (system) => parks("ORL-MAP-006", QUANTITY[system], "9".repeat(200))),
  ...both("65", "a quantity of half a million digits and an x", { quantity: `${"9".repeat(LONG)}x` }, (system) => parks("ORL-MAP-004", QUANTITY[system])),
  ...both("65", "half a million zeros and a quantity", { quantity: `${"0".repeat(LONG)}1` }, (system) => parks("ORL-MAP-006", QUANTITY[system])),
  ...both("65", "half a million spaces and a quantity", { quantity: `${" ".repeat(LONG)}x` }, (system) => parks("ORL-MAP-004", QUANTITY[system])),
  ...both("65", "a unit of half a million letters", { unit: "K".repeat(LONG) }, (system) => parks("ORL-MAP-007", UNIT[system])),
  sap("65", "a date of half a million digits", { date: "2".repeat(LONG) }, parks("ORL-MAP-009", START["sap-idoc"])),
  b2mml("65", "a time with half a million decimals", { start: `2024-02-29T08:00:00.${"0".repeat(LONG)}Z` }, parks("ORL-MAP-009", START.b2mml)),
];

export const XML_FIELD_CASES: readonly XmlCase[] = [...IDENTIFIERS, ...KINDS, ...DATES, ...QUANTITIES, ...ENDLESS];
