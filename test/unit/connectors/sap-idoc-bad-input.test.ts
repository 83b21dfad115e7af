import { describe, expect, it } from "vitest";
import { createFakeSap } from "../../../connectors/sap-idoc/fake.ts";
import { MATERIAL, ORDER } from "../../support/sap-orders.ts";
import { type Fate, sapDoor } from "./sap-door.ts";
import { hasSamples, replaced, SAMPLES, type Sample, sampleText } from "./sap-reading.ts";

/** To a door of its own. */
async function sent(body: string) {
  const door = await sapDoor();
  return door.send(body);
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** What each file's fields are called: where it is broken. */
const NAMES: Readonly<Record<Sample, { root: string; head: string; number: string; plant: string; message: string }>> = {
  "LOIPRO05.xml": { root: "LOIPRO05", head: "E1AFKOL", number: "AUFNR", plant: "WERKS", message: "LOIPRO" },
  "LOIWCS03.xml": { root: "LOIWCS03", head: "E1CRHDL", number: "ARBPL", plant: "WERKS", message: "LOIWCS" },
  "R1CH01007_RAW_MAT_IDOC.xml": { root: "MATMAS05", head: "E1MARAM", number: "MATNR", plant: "WERKS", message: "MATMAS" },
  "R1MF00012_RAW_MAT_IDOC.xml": { root: "MATMAS05", head: "E1MARAM", number: "MATNR", plant: "WERKS", message: "MATMAS" },
  "S1SP02677_FINISHED_MAT_IDOC.xml": { root: "MATMAS05", head: "E1MARAM", number: "MATNR", plant: "WERKS", message: "MATMAS" },
};

const element = (text: string, name: string): string => {
  const found = new RegExp(`<${name}(?: [^>]*)?>[\\s\\S]*?</${name}>`).exec(text)?.[0];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const twice = (text: string, name: string): string => replaced(text, element(text, name), element(text, name).repeat(2));
const without = (text: string, name: string): string => replaced(text, element(text, name), "");
const set = (text: string, name: string, value: string): string => replaced(text, element(text, name), `<${name}>${value}</${name}>`);

type Breakage = { readonly name: string; readonly body: (text: string) => Uint8Array; readonly fate: Fate };
const CONTROL = "/IDOC/EDI_DC40/MESTYP";

/** What is done to every file, and what it gets. */
function breakages({ root, head, number, plant, message }: (typeof NAMES)[Sample]): readonly Breakage[] {
  const numberAt = `/IDOC/${head}/${number}`;
  // Of two sources that are not there, the first is named.
  const missingAt = head === "E1MARAM" ? `${numberAt}_LONG` : numberAt;
  return [
    { name: "truncated", body: (text) => utf8(text.slice(0, text.length / 2)), fate: { refused: "ORL-DOOR-051" } },
    { name: "empty", body: () => utf8(""), fate: { refused: "ORL-DOOR-016" } },
    {
      name: "GBK bytes declared as UTF-8",
      body: (text) =>
        Buffer.concat([
          utf8(text.slice(0, text.indexOf(`<${number}>`) + number.length + 2)),
          Buffer.from([0xb2, 0xc4, 0xc1, 0xcf]),
          utf8(text.slice(text.indexOf(`</${number}>`))),
        ]),
      fate: { refused: "ORL-DOOR-053" },
    },
    { name: "UTF-16 without a mark, declared as UTF-8", body: (text) => Buffer.from(text, "utf16le"), fate: { refused: "ORL-DOOR-053" } },
    {
      name: "with a document type",
      body: (text) => utf8(text.replace(/\?>\s*/, `?><!DOCTYPE ${root} [<!ENTITY x SYSTEM "file:///etc/passwd">]>`)),
      fate: { refused: "ORL-DOOR-052" },
    },
    { name: "with an entity that is not defined", body: (text) => utf8(replaced(text, `<${number}>`, `<${number}>&x;`)), fate: { refused: "ORL-DOOR-060" } },
    { name: "with two roots", body: (text) => utf8(`${text}<${root}/>`), fate: { refused: "ORL-DOOR-051" } },
    { name: "of another root", body: (text) => utf8(text.replaceAll(root, "ORDERS05")), fate: { refused: "ORL-DOOR-044" } },
    {
      name: "of another namespace",
      body: (text) => utf8(replaced(text, "urn:sap-com:document:sap:idoc:soap:messages", "urn:sap-com:document:sap:rfc:functions")),
      fate: { refused: "ORL-DOOR-044" },
    },
    { name: "without its control record", body: (text) => utf8(without(text, "EDI_DC40")), fate: { refused: "ORL-DOOR-026", path: CONTROL } },
    { name: "with a wrong control record", body: (text) => utf8(set(text, "MESTYP", "ORDERS")), fate: { refused: "ORL-DOOR-026", path: CONTROL } },
    { name: "with two control records", body: (text) => utf8(twice(text, "EDI_DC40")), fate: { refused: "ORL-DOOR-026", path: CONTROL } },
    {
      name: "with a control record of another basic type",
      body: (text) => utf8(replaced(text, "</EDI_DC40>", `<IDOCTYP>${root === "LOIPRO05" ? "LOIWCS03" : "LOIPRO05"}</IDOCTYP></EDI_DC40>`)),
      fate: { refused: "ORL-DOOR-026", path: CONTROL },
    },
    { name: "as a test", body: (text) => utf8(replaced(text, "</EDI_DC40>", "<TEST>X</TEST></EDI_DC40>")), fate: { refused: "ORL-DOOR-026", path: CONTROL } },
    { name: `without ${number}`, body: (text) => utf8(without(text, number)), fate: { refused: "ORL-DOOR-026", path: missingAt } },
    { name: `with an empty ${number}`, body: (text) => utf8(set(text, number, "")), fate: { refused: "ORL-DOOR-026", path: numberAt } },
    { name: `with two ${number}`, body: (text) => utf8(twice(text, number)), fate: { refused: "ORL-DOOR-026", path: numberAt } },
    { name: `with elements inside ${number}`, body: (text) => utf8(set(text, number, "<A>1</A>")), fate: { refused: "ORL-DOOR-026", path: numberAt } },
    { name: `with a ${number} of 101 characters`, body: (text) => utf8(set(text, number, "9".repeat(101))), fate: { refused: "ORL-DOOR-026", path: numberAt } },
    { name: `without ${plant}`, body: (text) => utf8(without(text, plant)), fate: { refused: "ORL-DOOR-026", path: "" } },
    {
      name: `of another ${plant}`,
      body: (text) => utf8(set(text, plant, "ZZ99")),
      fate: { refused: "ORL-DOOR-028", path: head === "E1MARAM" ? "/IDOC/E1MARAM/E1MARCM/WERKS" : `/IDOC/${head}/WERKS` },
    },
    { name: "with segments of another message", body: (text) => utf8(text.replaceAll(head, "E1EDK01")), fate: { refused: "ORL-DOOR-026", path: missingAt } },
    { name: `as a ${message} of nothing`, body: (text) => utf8(`${text.slice(0, text.indexOf("<IDOC "))}</${root}>`), fate: { refused: "ORL-DOOR-032" } },
  ];
}

describe.skipIf(!hasSamples)("the published IDocs, broken: refused, and nothing is left behind", () => {
  const cases = SAMPLES.flatMap((sample) => breakages(NAMES[sample]).map((breakage) => ({ sample, ...breakage })));
  it.each(cases)("$sample $name", async ({ sample, body, fate }) => {
    const door = await sapDoor();
    const { status, fates } = await door.send(body(sampleText(sample)));
    expect(fates).toEqual([fate]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(door.stored()).toBe(0);
  });

  it.each(SAMPLES)("%s whole is taken, and again is a duplicate", async (sample) => {
    const door = await sapDoor();
    expect(await door.send(sampleText(sample))).toMatchObject({ status: 202, fates: [{ taken: expect.anything() }] });
    expect(await door.send(sampleText(sample))).toMatchObject({ fates: [{ result: "duplicate" }] });
  });

  it.each(SAMPLES)("%s with its IDoc twice is one document and its duplicate", async (sample) => {
    const text = sampleText(sample);
    const { fates } = await sent(twice(text, "IDOC"));
    expect(fates).toEqual(expect.arrayContaining([{ taken: expect.anything() }, { result: "duplicate" }]));
  });

  it.each(SAMPLES)("%s as JSON, or under a charset that it is not in, is refused", async (sample) => {
    const door = await sapDoor();
    expect(await door.send(sampleText(sample), "application/json")).toMatchObject({ status: 415 });
    expect(await door.send(sampleText(sample), "application/xml; charset=utf-16")).toMatchObject({
      status: expect.toSatisfy((status: number) => status >= 400 && status < 500),
    });
    expect(door.stored()).toBe(0);
  });
});

const AT = "/IDOC/E1AFKOL/";
const OPERATION = `${AT}E1AFFLL/E1AFVOL/`;
const orderCases: readonly (readonly [string, (text: string) => string, readonly string[]])[] = [
  ["an operation twice", (text) => twice(text, "E1AFVOL"), [`ORL-MAP-031 ${OPERATION}1 0009`]],
  ["a component twice", (text) => twice(text, "E1RESBL"), [`ORL-MAP-031 ${OPERATION}1/E1RESBL/1 0010 0010`]],
  [
    "its item twice",
    (text) => twice(text, "E1AFPOL"),
    [`ORL-MAP-016 ${AT}E1AFPOL/VERID PV01, PV01`, `ORL-MAP-016 ${AT}E1AFPOL/UNTTO 0, 0`, `ORL-MAP-016 ${AT}E1AFPOL/UEBTO 0, 0`],
  ],
  ["its quantity twice", (text) => twice(text, "GAMNG"), [`ORL-MAP-016 ${AT}GAMNG 200, 200`]],
  ["a swapped date", (text) => set(text, "GSTRP", "11122023"), [`ORL-MAP-009 ${AT}GSTRP 11122023 002941`]],
  ["a decimal comma", (text) => set(text, "BDMNG", "3560,1"), [`ORL-MAP-005 ${OPERATION}1/E1RESBL/0/BDMNG 3560,1`]],
  ["a negative quantity", (text) => set(text, "GAMNG", "200-"), [`ORL-MAP-008 ${AT}GAMNG 200-`]],
  ["a huge number", (text) => set(text, "GAMNG", "9".repeat(40)), [`ORL-MAP-006 ${AT}GAMNG ${"9".repeat(40)}`]],
  ["an exponent without end", (text) => set(text, "GAMNG", "1e999999999"), [`ORL-MAP-006 ${AT}GAMNG 1e999999999`]],
  ["an unknown unit", (text) => set(text, "GMEIN", "BUNDLE"), [`ORL-MAP-007 ${AT}GMEIN BUNDLE`]],
  ["no quantity", (text) => without(text, "GAMNG"), [`ORL-MAP-001 ${AT}GAMNG `]],
  ["no unit of a component", (text) => replaced(text, "<MEINS>CM</MEINS>", ""), [`ORL-MAP-001 ${OPERATION}1/E1RESBL/0/MEINS `]],
  ["no material of a component", (text) => replaced(text, "<MATNR_LONG>R1CH01007</MATNR_LONG>", ""), [`ORL-MAP-001 ${OPERATION}1/E1RESBL/0/MATNR_LONG `]],
  [
    "no operations",
    (text) => replaced(text, text.slice(text.indexOf("<E1AFFLL>"), text.indexOf("</E1AFFLL>") + 10), ""),
    [`ORL-MAP-001 ${AT}E1AFFLL/E1AFVOL `],
  ],
  ["an operation without its number", (text) => replaced(text, "<VORNR>0009</VORNR>", ""), [`ORL-MAP-001 ${OPERATION}0/VORNR `]],
  [
    "a state that nobody knows",
    (text) => replaced(text, "<STAT>I0002</STAT>", "<STAT>E0001</STAT>"),
    [`ORL-MAP-003 ${AT}E1JSTKL/STAT E0001, I0028, I0048, I0215, I0340`],
  ],
  ["an identifier with a control character", (text) => set(text, "PLNNR", "38&#9;91"), [`ORL-MAP-013 ${AT}PLNNR 38\t91`]],
  ["a date of no calendar", (text) => set(text, "BDTER", "20230230"), [`ORL-MAP-009 ${OPERATION}1/E1RESBL/0/BDTER 20230230`]],
];

describe.skipIf(!hasSamples)("the published order, wrong in what it says: parked by its place and its text", () => {
  it.each(orderCases)("%s", async (_name, broken, parked) => {
    const { status, fates } = await sent(broken(sampleText("LOIPRO05.xml")));
    expect({ status, fates }).toEqual({ status: 202, fates: [{ parked }] });
  });

  it("without the number of its IDoc is refused: it has no version", async () => {
    const { fates } = await sent(without(sampleText("LOIPRO05.xml"), "DOCNUM"));
    expect(fates).toEqual([{ refused: "ORL-DOOR-029", path: "/IDOC/EDI_DC40/DOCNUM" }]);
  });

  it.each(["12A", "1".repeat(19), "-1"])("with the number %s of its IDoc is refused", async (number) => {
    const { fates } = await sent(set(sampleText("LOIPRO05.xml"), "DOCNUM", number));
    expect(fates).toEqual([{ refused: "ORL-DOOR-026", path: "/IDOC/EDI_DC40/DOCNUM" }]);
  });
});

describe.skipIf(!hasSamples)("the published master data, wrong in what it says: parked", () => {
  const RAW = "R1CH01007_RAW_MAT_IDOC.xml";
  const cases: readonly (readonly [string, Sample, (text: string) => string, readonly string[]])[] = [
    ["a material of an unknown unit", RAW, (text) => set(text, "MEINS", "BUNDLE"), ["ORL-MAP-007 /IDOC/E1MARAM/MEINS BUNDLE"]],
    ["a material without a unit", RAW, (text) => without(text, "MEINS"), ["ORL-MAP-001 /IDOC/E1MARAM/MEINS "]],
    [
      "a material with a text twice",
      RAW,
      (text) => twice(text, "E1MAKTM"),
      ["ORL-MAP-016 /IDOC/E1MARAM/E1MAKTM/MAKTX R1CH01007, R1CH01007", "ORL-MAP-031 /IDOC/E1MARAM/E1MAKTM/1 EN"],
    ],
    ["a material with an attribute twice", RAW, (text) => twice(text, "Data"), ["ORL-MAP-031 /IDOC/E1MARAM/CustomData/Data/1 BURNOUTPROGRAMID"]],
    ["a work centre with a formula twice", "LOIWCS03.xml", (text) => twice(text, "E1CRCOL"), ["ORL-MAP-031 /IDOC/E1CRHDL/E1CRCOL/1 FORML-001"]],
    ["a work centre with an unknown function", "LOIWCS03.xml", (text) => set(text, "MSGFN", "777"), ["ORL-MAP-003 /IDOC/EDI_DC40/MSGFN 777"]],
  ];
  it.each(cases)("%s", async (_name, sample, broken, parked) => {
    const { fates } = await sent(broken(sampleText(sample)));
    expect(fates).toEqual([{ parked }]);
  });

  it("a material with its segment twice is one document and its duplicate", async () => {
    const { fates } = await sent(twice(sampleText(RAW), "E1MARAM"));
    expect(fates).toEqual(expect.arrayContaining([{ taken: expect.anything() }, { result: "duplicate" }]));
  });
});

describe("a packet with bad IDocs", () => {
  const sap = createFakeSap({ clock: { now: () => Date.UTC(2026, 10, 24, 12) }, timeZone: "Europe/Berlin", sender: "S4H" });
  const packet = sap.release(...["1", "2", "3", "4"].map((number) => ({ ...ORDER, number })));
  const third = (change: (idoc: string) => string): string =>
    packet
      .split("<IDOC ")
      .map((idoc, at) => (at === 3 ? change(idoc) : idoc))
      .join("<IDOC ");

  it.each([
    ["a missing number", (idoc: string) => without(idoc, "AUFNR"), { refused: "ORL-DOOR-026", path: "/IDOC/2/E1AFKOL/AUFNR" }],
    ["a missing number of the IDoc", (idoc: string) => without(idoc, "DOCNUM"), { refused: "ORL-DOOR-029", path: "/IDOC/2/EDI_DC40/DOCNUM" }],
    ["a plant of nobody", (idoc: string) => set(idoc, "WERKS", "ZZ99"), { refused: "ORL-DOOR-028", path: "/IDOC/2/E1AFKOL/WERKS" }],
    ["a number with a control character", (idoc: string) => set(idoc, "AUFNR", "1&#9;2"), { refused: "ORL-DOOR-025", path: "/IDOC/2/E1AFKOL/AUFNR" }],
  ])("takes the good ones, and says of the third by its place: %s", async (_name, change, fate) => {
    const { status, fates } = await sent(third(change));
    const taken = { taken: expect.anything() };
    expect(status).toBe(202);
    expect(fates).toEqual([taken, taken, fate, taken]);
  });

  it("loses no IDoc that lacks its material: each has its line", async () => {
    const materials = sap.sendMaterials(MATERIAL, { ...MATERIAL, material: "WAX-2" });
    const { fates } = await sent(without(materials, "E1MARAM"));
    expect(fates).toEqual([{ refused: "ORL-DOOR-026", path: "/IDOC/0/E1MARAM/MATNR_LONG" }, { taken: expect.objectContaining({ id: "WAX-2" }) }]);
  });

  it("takes an order and its next change from one packet, each by its own number", async () => {
    const both = sap.release({ ...ORDER, number: "7" }, { ...ORDER, number: "7", quantity: "81.000" });
    const { fates } = await sent(both);
    expect(fates).toMatchObject([
      { taken: { materialRequirements: [{ quantity: { value: "80.000" } }, {}, {}] } },
      { taken: { materialRequirements: [{ quantity: { value: "81.000" } }, {}, {}] } },
    ]);
  });

  it("keeps a material of two plants as what each plant gets", async () => {
    const two = replaced(sap.sendMaterials(MATERIAL), "</E1MARCM>", "</E1MARCM><E1MARCM><WERKS>ZZ99</WERKS></E1MARCM>");
    const { fates } = await sent(two);
    expect(fates).toEqual([{ taken: expect.objectContaining({ id: "WAX" }) }, { refused: "ORL-DOOR-028", path: "/IDOC/E1MARAM/E1MARCM/1/WERKS" }]);
  });
});
