import { beforeEach, describe, expect, it } from "vitest";
import { sourceOf, targetOf } from "../../../connectors/registry.ts";
import { createFakeSap, type FakeSap } from "../../../connectors/sap-idoc/fake.ts";
import { sapIdocFormat } from "../../../connectors/sap-idoc/format.ts";
import { SAP_IDOC_CAPABILITIES } from "../../../connectors/sap-idoc/target-system.ts";
import { pathInMessage } from "../../../core/mapping/split.ts";
import { connectionOf, Settings } from "../../../core/settings/settings.ts";
import { MATERIAL, ORDER, WORK_CENTER } from "../../support/sap-orders.ts";
import { SETTINGS } from "./sap-door.ts";
import { CONTEXT, canonical, documentIn, mapped, order, partsOf, reasons, replaced } from "./sap-reading.ts";

let sap: FakeSap;
let released: string;

beforeEach(() => {
  sap = createFakeSap({ clock: { now: () => Date.UTC(2026, 10, 24, 12) }, timeZone: "Europe/Berlin", sender: "S4HCLNT100", lastDocumentNumber: 41 });
  released = sap.release(ORDER);
});

const routeOf = (xml: string) => sapIdocFormat.route(documentIn(xml));
const fieldsOf = (xml: string) => {
  const route = routeOf(xml);
  return route.kind === "routed" ? route.fields : route;
};

describe("an order", () => {
  it("is what the ERP holds, under the number of its IDoc", () => {
    expect(order(released)).toMatchObject({
      id: "000001000123",
      version: "0000000000000042",
      requestState: "Released",
      startTime: ORDER.start,
      endTime: ORDER.end,
      segmentRequirements: [
        { id: "0010", description: "Cast", equipmentId: "CAST-1", quantity: { value: "80.000", unit: "H87" }, segmentState: "Released" },
        { id: "0020", description: "抛光", equipmentId: "POL-2" },
      ],
      materialRequirements: [
        { id: "output", materialDefinitionId: ORDER.material, materialUse: "Produced", quantity: { value: "80.000", unit: "H87" } },
        {
          id: "0010",
          materialDefinitionId: "000000000000004711",
          materialUse: "Consumed",
          quantity: { value: "1.250", unit: "KGM" },
          segmentRequirementId: "0010",
          materialLotId: "B 7",
        },
        { id: "0020", materialDefinitionId: "WAX", quantity: { value: "350.5", unit: "CMT" }, segmentRequirementId: "0020" },
      ],
    });
    expect(sapIdocFormat.unknownFields(documentIn(released))).toEqual([]);
  });

  it.each(["urn:sap-com:document:sap:idoc:messages", "urn:sap-com:document:sap:idoc:soap:messages"])("is read in the namespace %s too", (namespace) => {
    const there = createFakeSap({ clock: { now: () => 0 }, timeZone: "UTC", sender: "S", namespace });
    expect(order(there.release(ORDER)).id).toBe(ORDER.number);
  });

  it("is read with a prefixed root and plain segments, as SAP's own gateways write it", () => {
    const prefixed = released.replace("<LOIPRO05>", '<n0:LOIPRO05 xmlns:n0="urn:sap-com:document:sap:idoc:messages">').replace("</LOIPRO05>", "</n0:LOIPRO05>");
    expect(order(prefixed)).toEqual(order(released));
  });

  it("changed has a greater version", () => {
    const changed = order(sap.change(ORDER.number, { quantity: "90.000" }));
    expect(changed).toMatchObject({ version: "0000000000000043", requestState: "Released", materialRequirements: [{ quantity: { value: "90.000" } }, {}, {}] });
  });

  it("flagged for deletion is a cancel, whatever else is wrong with it", () => {
    const removed = replaced(sap.remove(ORDER.number), "<MEINS>KG</MEINS>", "<MEINS>QQ</MEINS>");
    expect(fieldsOf(removed)).toMatchObject({ cancel: true, version: "0000000000000043" });
    expect(order(removed)).toMatchObject({ requestState: "Cancelled", segmentRequirements: [], materialRequirements: [] });
  });

  it.each([
    ["the function delete", "<AUFNR>", "<MSGFN>003</MSGFN><AUFNR>"],
    ["a deletion flag", "<AUFNR>", "<LOEKZ>X</LOEKZ><AUFNR>"],
    ["the state deleted", "<STAT>I0028</STAT>", "<STAT>I0013</STAT>"],
  ])("with %s is a cancel", (_name, from, to) => {
    const removed = replaced(released, from, to);
    expect(fieldsOf(removed)).toMatchObject({ cancel: true });
    expect(order(removed).requestState).toBe("Cancelled");
  });

  it.each([
    ["only created", "I0001"],
    ["technically completed", "I0045"],
    ["closed", "I0046"],
  ])("that is %s parks: nothing is guessed", (_name, state) => {
    const strange = replaced(released, "<STAT>I0002</STAT>", `<STAT>${state}</STAT>`);
    expect(fieldsOf(strange)).toMatchObject({ cancel: false });
    expect(reasons(strange)).toMatchObject([{ code: "ORL-MAP-003", text: expect.stringContaining(state) }]);
  });

  it("without any state parks, by the place where it would stand", () => {
    expect(reasons(released.replaceAll(/<E1JSTKL[\s\S]*?<\/E1JSTKL>/g, ""))).toMatchObject([{ code: "ORL-MAP-001", field: "/IDOC/E1AFKOL/E1JSTKL/STAT" }]);
  });

  it("without the number of its IDoc has no version: the door decides by the connection", () => {
    expect(fieldsOf(replaced(released, "<DOCNUM>0000000000000042</DOCNUM>", ""))).not.toHaveProperty("version");
    expect(order(replaced(released, "<DOCNUM>0000000000000042</DOCNUM>", ""))).not.toHaveProperty("version");
  });

  it("of another category parks, and a process order is one", () => {
    expect(reasons(replaced(released, "<AUTYP>10</AUTYP>", "<AUTYP>30</AUTYP>"))).toMatchObject([{ code: "ORL-MAP-003", text: "30" }]);
    expect(order(replaced(released, "<AUTYP>10</AUTYP>", "<AUTYP>40</AUTYP>")).operationsType).toBe("Production");
  });
});

describe("dates and times", () => {
  const startOf = (date: string, time: string, timeZone = "Europe/Berlin") =>
    mapped(released.replace(/<GSTRP>\d+<\/GSTRP>/, `<GSTRP>${date}</GSTRP>`).replace(/<GSUZP>\d+<\/GSUZP>/, `<GSUZP>${time}</GSUZP>`), {
      ...CONTEXT,
      timeZone,
    });

  it.each([
    ["20261231", "240000", "Europe/Berlin", "2026-12-31T23:00:00Z"],
    ["20261125", "000000", "Europe/Berlin", "2026-11-24T23:00:00Z"],
    ["20280229", "120000", "Asia/Shanghai", "2028-02-29T04:00:00Z"],
    ["20261125", "", "UTC", "2026-11-25T00:00:00Z"],
  ])("%s %s in %s is %s", (date, time, timeZone, instant) => {
    expect(startOf(date, time, timeZone)).toMatchObject({ kind: "canonical", document: { startTime: instant } });
  });

  it("a zero date is none", () => {
    const answer = startOf("00000000", "000000");
    expect(answer.kind).toBe("canonical");
    expect(answer.kind === "canonical" ? answer.document : {}).not.toHaveProperty("startTime");
  });

  it.each([
    ["20270229", "120000", "ORL-MAP-009"],
    ["25112026", "120000", "ORL-MAP-009"],
    ["20261125", "250000", "ORL-MAP-009"],
    ["20260329", "023000", "ORL-MAP-010"],
    ["20261025", "023000", "ORL-MAP-011"],
    ["99991231", "000000", "ORL-MAP-012"],
  ])("%s %s parks with its text", (date, time, code) => {
    const answer = startOf(date, time);
    expect(answer).toMatchObject({
      kind: "invalid",
      reasons: [{ code, field: "/IDOC/E1AFKOL/GSTRP", text: `${date} ${time}`, rule: "sap-idoc/order@1 startTime" }],
    });
  });
});

describe("materials and quantities", () => {
  it("the long number counts, beside a short one and without it", () => {
    expect(order(released).materialRequirements[0]?.materialDefinitionId).toBe(ORDER.material);
    const short = released.replace(/<MATNR_LONG>RING[^<]*<\/MATNR_LONG>/, "");
    expect(order(short).materialRequirements[0]?.materialDefinitionId).toBe("RING-GOLD");
    expect(order(short.replace("</MATNR>", "</MATNR><MATNR_LONG/>")).materialRequirements[0]?.materialDefinitionId).toBe("RING-GOLD");
  });

  it.each([
    ["ST", "H87"],
    ["PCE", "H87"],
    ["EA", "EA"],
    ["CM", "CMT"],
    ["M", "MTR"],
    ["G", "GRM"],
    ["KG", "KGM"],
    ["KGM", "KGM"],
    ["TO", "TNE"],
    ["L", "LTR"],
    ["H", "HUR"],
    ["STD", "HUR"],
    ["MIN", "MIN"],
    ["KAR", "XCT"],
  ])("the unit %s is %s", (sent, unit) => {
    expect(order(replaced(released, "<MEINS>CM</MEINS>", `<MEINS>${sent}</MEINS>`)).materialRequirements[2]?.quantity.unit).toBe(unit);
  });

  it.each(["BAG", "Cm", "St", "C M"])("the unit %s is not known: it parks with the place and the text", (unit) => {
    expect(reasons(replaced(released, "<MEINS>CM</MEINS>", `<MEINS>${unit}</MEINS>`))).toMatchObject([
      { code: "ORL-MAP-007", field: "/IDOC/E1AFKOL/E1AFFLL/E1AFVOL/1/E1RESBL/MEINS", text: unit, rule: "sap-idoc/order@1 materialRequirements/quantity/unit" },
    ]);
  });

  it("a unit of the connection counts before the system's", () => {
    const context = { ...CONTEXT, codes: [{ units: { CM: "INH" } }] };
    expect(order(released, context).materialRequirements[2]?.quantity.unit).toBe("INH");
  });

  it.each([
    ["1,250", "ORL-MAP-005"],
    ["-1.250", "ORL-MAP-008"],
    ["1.250-", "ORL-MAP-008"],
    ["123456789012345678901", "ORL-MAP-006"],
    ["many", "ORL-MAP-004"],
  ])("the quantity %s parks with its text", (sent, code) => {
    expect(reasons(replaced(released, "<BDMNG>1.250</BDMNG>", `<BDMNG>${sent}</BDMNG>`))).toMatchObject([
      { code, field: "/IDOC/E1AFKOL/E1AFFLL/E1AFVOL/0/E1RESBL/BDMNG", text: sent },
    ]);
  });

  it("a component that is received is a by-product; deleted ones and phantoms are left out", () => {
    expect(order(replaced(released, "<SHKZG>H</SHKZG>", "<SHKZG>S</SHKZG>")).materialRequirements[1]?.materialUse).toBe("Produced");
    for (const flag of ["XLOEK", "DUMPS"])
      expect(order(replaced(released, "<SHKZG>H</SHKZG>", `<SHKZG>H</SHKZG><${flag}>X</${flag}>`)).materialRequirements.map(({ id }) => id)).toEqual([
        "output",
        "0020",
      ]);
  });

  it("co-products are lines of their own, and the order's own item is the output", () => {
    const items =
      "<E1AFPOL><POSNR>0001</POSNR><MATNR>RING-GOLD</MATNR><LGORT>FG01</LGORT><UEBTO>5.0</UEBTO></E1AFPOL><E1AFPOL><POSNR>0002</POSNR><MATNR>SCRAP-GOLD</MATNR><PSMNG>2.500</PSMNG><AMEIN>G</AMEIN><CHARG>C9</CHARG></E1AFPOL>";
    const [output, coproduct] = order(replaced(released, "<E1JSTKL", `${items}<E1JSTKL`)).materialRequirements;
    expect(output).toMatchObject({ id: "output", storageLocation: "FG01", properties: [{ id: "UEBTO", value: "5.0" }] });
    expect(output).not.toHaveProperty("materialLotId");
    expect(coproduct).toMatchObject({
      id: "0002",
      materialDefinitionId: "SCRAP-GOLD",
      materialUse: "Produced",
      quantity: { value: "2.500", unit: "GRM" },
      materialLotId: "C9",
    });
  });

  it("a released order without operations, or without what it makes, parks", () => {
    expect(reasons(released.replace(/<E1AFFLL[\s\S]*<\/E1AFFLL>/, ""))).toMatchObject([{ code: "ORL-MAP-001", field: "/IDOC/E1AFKOL/E1AFFLL/E1AFVOL" }]);
    expect(reasons(replaced(released, "<GAMNG>80.000</GAMNG>", "")).map(({ code, field }) => [code, field])).toEqual([["ORL-MAP-001", "/IDOC/E1AFKOL/GAMNG"]]);
  });

  it("operations of a parallel sequence carry its number, and so do their components", () => {
    const parallel = order(replaced(released, "<PLNFL>0</PLNFL>", "<PLNFL>000001</PLNFL>"));
    expect(parallel.segmentRequirements.map(({ id }) => id)).toEqual(["000001-0010", "000001-0020"]);
    expect(parallel.materialRequirements[1]?.segmentRequirementId).toBe("000001-0010");
  });
});

describe("several IDocs in one message", () => {
  const three = () => sap.release({ ...ORDER, number: "1" }, { ...ORDER, number: "2" }, { ...ORDER, number: "3" });

  it("are one document each, in their order", () => {
    const routes = partsOf(three()).map(({ document }) => sapIdocFormat.route(document));
    expect(routes.map((route) => (route.kind === "routed" ? [route.fields.objectId, route.fields.version] : route))).toEqual([
      ["1", "0000000000000043"],
      ["2", "0000000000000044"],
      ["3", "0000000000000045"],
    ]);
  });

  it("say of the third where it is wrong in the message", () => {
    const broken = three()
      .split("<IDOC ")
      .map((part, at) => (at === 3 ? part.replace("<MEINS>KG</MEINS>", "<MEINS>QQ</MEINS>") : part))
      .join("<IDOC ");
    const third = partsOf(broken)[2];
    if (third === undefined) throw new Error("there is no third");
    const answer = sapIdocFormat.toCanonical(third.document, CONTEXT);
    const places = answer.kind === "invalid" ? answer.reasons.map(({ field }) => pathInMessage(third, String(field))) : [];
    expect(places).toEqual(["/IDOC/2/E1AFKOL/E1AFFLL/E1AFVOL/0/E1RESBL/MEINS"]);
  });
});

describe("master data", () => {
  it("a material has its texts, and the English one describes it", () => {
    expect(canonical(sap.sendMaterials(MATERIAL))).toEqual({
      type: "MaterialDefinition",
      id: "WAX",
      version: "0000000000000043",
      hierarchyScope: "hamburg",
      state: "Active",
      description: "Wax wire",
      descriptions: [
        { language: "DE", text: "Wachsdraht" },
        { language: "EN", text: "Wax wire" },
        { language: "ZH", text: "蜡线" },
      ],
      baseUnit: "MTR",
      properties: [{ id: "MTART", value: "ROH" }],
    });
  });

  it("a material of several plants is one document for each plant", () => {
    const two = replaced(sap.sendMaterials(MATERIAL), "</E1MARCM>", "</E1MARCM><E1MARCM><WERKS>DM02</WERKS></E1MARCM>");
    const routes = partsOf(two).map(({ document }) => sapIdocFormat.route(document));
    expect(routes.map((route) => (route.kind === "routed" ? [route.fields.objectId, route.fields.site] : route))).toEqual([
      ["WAX", "DM01"],
      ["WAX", "DM02"],
    ]);
  });

  it("alternative units are fractions of the base unit", () => {
    const units =
      "<E1MARMM><MEINH>CM</MEINH><UMREZ>1</UMREZ><UMREN>100</UMREN></E1MARMM><E1MARMM><MEINH>ROL</MEINH><UMREZ>00025</UMREZ><UMREN> 1 </UMREN></E1MARMM><E1MARMM><MSGFN>003</MSGFN><MEINH>KG</MEINH></E1MARMM>";
    const xml = replaced(sap.sendMaterials(MATERIAL), "<E1MARCM", `${units}<E1MARCM`);
    expect(canonical(xml)).toMatchObject({
      alternativeUnits: [
        { unit: "CMT", numerator: "1", denominator: "100" },
        { unit: "XRO", numerator: "25", denominator: "1" },
      ],
    });
    expect(reasons(replaced(xml, "<UMREN>100</UMREN>", "<UMREN>0</UMREN>"))).toMatchObject([
      { field: "/IDOC/E1MARAM/E1MARMM/0/UMREN", text: "0", rule: "sap-idoc/material@1 alternativeUnits/denominator" },
    ]);
  });

  it("a deleted material is a cancel, at all plants or at this one", () => {
    const sent = sap.sendMaterials(MATERIAL);
    for (const xml of [
      sap.removeMaterial(MATERIAL),
      replaced(sent, "<MATNR>", "<LVORM>X</LVORM><MATNR>"),
      replaced(sent, "<WERKS>", "<MSGFN>003</MSGFN><WERKS>"),
      replaced(sent, "<WERKS>", "<LVORM>X</LVORM><WERKS>"),
    ]) {
      expect(fieldsOf(xml)).toMatchObject({ cancel: true });
      expect(canonical(xml)).toMatchObject({ state: "Deleted" });
    }
  });

  it("an unknown function of a material parks, and a language of one character is known by name", () => {
    const sent = sap.sendMaterials(MATERIAL);
    expect(reasons(replaced(sent, "<MSGFN>005</MSGFN>", "<MSGFN>023</MSGFN>"))).toMatchObject([{ code: "ORL-MAP-003", text: "023" }]);
    expect(canonical(replaced(sent, "<SPRAS_ISO>ZH</SPRAS_ISO>", "<SPRAS>1</SPRAS>"))).toMatchObject({
      descriptions: [{}, {}, { language: "zh", text: "蜡线" }],
    });
    expect(reasons(replaced(sent, "<SPRAS_ISO>ZH</SPRAS_ISO>", "<SPRAS>~</SPRAS>"))).toMatchObject([{ code: "ORL-MAP-003", text: "~" }]);
  });

  it("a work centre is equipment", () => {
    expect(canonical(sap.sendWorkCenters(WORK_CENTER))).toMatchObject({
      type: "Equipment",
      id: "CAST-1",
      state: "Active",
      description: "Casting",
      equipmentLevel: "WorkCenter",
    });
    expect(canonical(replaced(sap.sendWorkCenters(WORK_CENTER), "<MSGFN>005</MSGFN>", "<MSGFN>003</MSGFN>"))).toMatchObject({ state: "Deleted" });
  });
});

describe("what no table knows", () => {
  it("is let through, and recorded by its place", () => {
    const extended = replaced(released, "</E1AFKOL>", '<Z1AFKOL SEGMENT="1"><ZZCOLOR>red</ZZCOLOR></Z1AFKOL></E1AFKOL>').replace(
      "<AUART>",
      "<ZZFIELD>1</ZZFIELD><AUART>",
    );
    expect(sapIdocFormat.unknownFields(documentIn(extended))).toEqual(["/IDOC/E1AFKOL/ZZFIELD", "/IDOC/E1AFKOL/Z1AFKOL"]);
    expect(order(extended)).toEqual(order(released));
  });

  it.each([
    ["a test", "<DIRECT>1</DIRECT>", "<DIRECT>1</DIRECT><TEST>X</TEST>"],
    ["a control record of another message", "<MESTYP>LOIPRO</MESTYP>", "<MESTYP>ORDERS</MESTYP>"],
    ["a control record of another type", "<IDOCTYP>LOIPRO05</IDOCTYP>", "<IDOCTYP>MATMAS05</IDOCTYP>"],
    ["two control records", "<E1AFKOL", "<EDI_DC40><MESTYP>LOIPRO</MESTYP></EDI_DC40><E1AFKOL"],
  ])("is refused as %s", (_name, from, to) => {
    expect(routeOf(replaced(released, from, to))).toMatchObject({ kind: "unroutable", path: "/IDOC/EDI_DC40/MESTYP" });
  });
});

describe("a connection of this system", () => {
  const parts = { token: async () => "t", clock: { now: () => 0 }, allowLoopbackHttp: false };
  const withBasic = (id: string) =>
    Settings.safeParse({
      ...SETTINGS,
      connections: SETTINGS.connections.map((connection) => (connection.id === id ? { ...connection, callScheme: "basic" } : connection)),
    });

  it("reads IDocs, and is told by them", () => {
    const erp = connectionOf(SETTINGS, "erp");
    expect(sourceOf(erp).accepts).toEqual(sapIdocFormat.accepts);
    expect(targetOf(erp, parts).capabilities).toEqual(SAP_IDOC_CAPABILITIES);
  });

  it("alone is called with user and password", () => {
    expect(withBasic("erp").success).toBe(true);
    expect(withBasic("mes-hamburg").error?.issues).toMatchObject([{ path: ["connections", 1, "callScheme"] }]);
  });
});
