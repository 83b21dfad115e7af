import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { B2MML_TABLES, b2mmlFormat } from "../../connectors/b2mml/format.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import { SiteId } from "../../core/documents/ids.ts";
import { compileTable } from "../../core/mapping/compile.ts";
import { unknownFieldsOf } from "../../core/mapping/known-fields.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import { samplesFolder } from "../../local/sample-accounts.ts";

const READING = B2MML_TABLES.tables.map((table) => MappingTable.parse(table));

const samples = samplesFolder();
const FOLDER = "MESAInternational__B2MML-BatchML/Courbon";
const FILES = { order: "PRO-20121210181416-27942.xml", material: "MAT-20121210170256-CRBN0001.xml", lot: "LOT-20121210170718-0001L0001.xml" } as const;
const context = { site: SiteId.parse("hamburg"), timeZone: "Europe/Paris", decimalSeparator: "." as const, codes: [] };

const bytesOf = (file: keyof typeof FILES): Buffer => readFileSync(join(samples ?? "", FOLDER, FILES[file]));
const textOf = (file: keyof typeof FILES): string =>
  bytesOf(file)
    .toString("utf8")
    .replace(/^\uFEFF/, "");

/** What becomes of bytes: the fault of the parser, of the door, the codes of what parks, or the document. Never a throw. */
function fate(bytes: Uint8Array, charset?: string): unknown {
  const parsed = parseExactXml(bytes, charset);
  if (parsed.kind === "refused") return { refused: parsed.fault };
  const split = b2mmlFormat.split(parsed.value);
  if (split.kind !== "parts") return { refused: split.kind };
  return split.parts.map(({ document }) => {
    const routed = b2mmlFormat.route(document);
    if (routed.kind === "unroutable") return { unroutable: routed.path };
    const mapped = b2mmlFormat.toCanonical(document, context);
    return mapped.kind === "canonical"
      ? { canonical: mapped.document, cancel: routed.fields.cancel }
      : { parks: mapped.reasons.map(({ code, text }) => [code, text]) };
  });
}
const fateOf = (text: string): unknown => fate(Buffer.from(text));

describe.skipIf(samples === undefined)("the published samples (need the shared samples)", () => {
  const consumed = (id: string, material: string, value: string, more: object) => ({
    id,
    materialDefinitionId: material,
    materialUse: "Consumed",
    quantity: { value, unit: "KGM" },
    ...more,
  });
  const weighed = (place: string, indice: string) => ({
    segmentRequirementId: "0010/Weighing",
    equipmentId: place,
    properties: [{ id: "Indice", value: indice }],
  });
  const filled = { segmentRequirementId: "0010/Weighing/Contenair" };

  it("the production schedule becomes this order, whole", () => {
    expect(fate(bytesOf("order"))).toEqual([
      {
        cancel: false,
        canonical: {
          type: "OperationsRequest",
          id: "258456",
          version: "20091210171416000",
          hierarchyScope: "hamburg",
          operationsType: "Production",
          requestState: "Released",
          segmentRequirements: [
            { id: "0010" },
            { id: "0010/Weighing", parentId: "0010", processSegmentId: "Weighing", parameters: [{ id: "Center", value: "3" }] },
            { id: "0010/Weighing/Contenair", parentId: "0010/Weighing", processSegmentId: "Contenair" },
          ],
          materialRequirements: [
            {
              id: "0010",
              materialDefinitionId: "SO1215",
              materialUse: "Produced",
              quantity: { value: "1.000", unit: "KGM" },
              description: "Final 1215",
              segmentRequirementId: "0010",
            },
            consumed("0020", "CRBN0001", "5.000", weighed("BOX3", "0010")),
            consumed("0030", "CRBN0002", "50.000", weighed("BOX1", "0020")),
            consumed("0040", "CRBN0001", "811.000", weighed("BOX3", "0030")),
            consumed("0050", "CRBN0003", "100.000", weighed("BOX4", "0040")),
            consumed("0060", "CRBN0001", "199.910", { ...filled, materialLotId: "CRBN0001_LOT01", materialSubLotId: "412345670000003212" }),
            consumed("0070", "CRBN0002", "2152.3", { ...filled, materialLotId: "CRBN0002_LOT01", materialSubLotId: "412345670021003212" }),
          ],
          origin: { verb: "Sync", senderId: "DEV130", createdAt: "2009-12-10T17:14:16.0Z", form: "V0401" },
        },
      },
    ]);
  });

  it("the material becomes this one, whole", () => {
    expect(fate(bytesOf("material"))).toEqual([
      {
        cancel: false,
        canonical: {
          type: "MaterialDefinition",
          id: "CRBN0001",
          version: "20121210170256000",
          hierarchyScope: "hamburg",
          description: "Product Courbon0001",
          descriptions: [{ language: "und", text: "Product Courbon0001" }],
          baseUnit: "KGM",
          properties: [
            { id: "HazardousMaterialWarning", value: "C" },
            { id: "HazardousMaterialWarning", value: "XN" },
          ],
          origin: { verb: "Sync", senderId: "DEV130", createdAt: "2012-12-10T17:02:56.0Z", form: "V0401" },
        },
      },
    ]);
  });

  it("a message of lots alone is refused at the door, and says so", () => {
    const parsed = parseExactXml(bytesOf("lot"), undefined);
    expect(parsed.kind === "parsed" ? b2mmlFormat.split(parsed.value) : parsed).toEqual({
      kind: "takes-none",
      message: "SyncMaterialInformation: it carries no material; lots, sublots and classes are not taken yet",
    });
  });

  it.each([
    ["order", "b2mml/order-v0401"],
    ["material", "b2mml/material"],
    ["lot", "b2mml/material-information"],
  ] as const)("every field of the %s is mapped, or ignored by itself with its reason", (file, name) => {
    const table = READING.find((each) => each.name === name);
    const parsed = parseExactXml(bytesOf(file), undefined);
    if (table === undefined || parsed.kind !== "parsed") throw new Error("not there");
    expect(unknownFieldsOf(table)(parsed.value)).toEqual([]);
  });

  it("a material that comes with its lots is mapped, and the lots ignored", () => {
    const [material] = /<MaterialDefinition>[\s\S]*<\/MaterialDefinition>/.exec(textOf("material")) ?? [];
    expect(fateOf(textOf("lot").replace("<MaterialLot>", `${material}<MaterialLot>`))).toMatchObject([{ canonical: { id: "CRBN0001", baseUnit: "KGM" } }]);
  });
});

const parks = (...codes: (readonly [string, string | undefined])[]) => [{ parks: expect.arrayContaining(codes.map(([code, text]) => [code, text])) }];

describe.skipIf(samples === undefined)("a sample that is broken is refused by its code or parks with its reason (needs the shared samples)", () => {
  const order = (from: string | RegExp, to: string): string => changed(textOf("order"), from, to);
  const material = (from: string | RegExp, to: string): string => changed(textOf("material"), from, to);
  const lot = (from: string | RegExp, to: string): string => changed(textOf("lot"), from, to);
  const changed = (text: string, from: string | RegExp, to: string): string => {
    const made = text.replace(from, to);
    if (made === text) throw new Error(`nothing to change: ${String(from)}`);
    return made;
  };
  const WBF = "http://www.wbf.org/xml/B2MML-V0401";

  it.each<[string, () => string | Uint8Array, unknown]>([
    ["cut in its middle", () => textOf("order").slice(0, 2500), { refused: "syntax" }],
    ["with a document type", () => order("<SyncProductionSchedule", '<!DOCTYPE x [<!ENTITY e "1">]><SyncProductionSchedule'), { refused: "doctype" }],
    ["in UTF-16 that does not say so", () => Buffer.from(textOf("order"), "utf16le"), { refused: "encoding" }],
    ["declared in a charset nobody has", () => order('encoding="utf-8"', 'encoding="klingon"'), { refused: "charset" }],
    ["in Latin-1, while it says UTF-8", () => Buffer.from(order("Final 1215", "Füllung"), "latin1"), { refused: "encoding" }],
    ["with two roots", () => `${textOf("order")}<a/>`, { refused: "syntax" }],
    ["with an attribute twice", () => order('releaseID=""', 'releaseID="" releaseID="1"'), { refused: "duplicate-attribute" }],
    ["in another namespace", () => order(WBF, "http://example.org/x"), { refused: "unknown-form" }],
    ["in the namespace of the other version", () => order(WBF, "http://www.mesa.org/xml/B2MML"), { refused: "unknown-form" }],
    ["without a namespace", () => order(` xmlns="${WBF}"`, ""), { refused: "unknown-form" }],
    ["with another verb", () => order(/SyncProductionSchedule/g, "GetProductionSchedule"), { refused: "takes-none" }],
    ["as an acknowledgement", () => order(/SyncProductionSchedule/g, "AcknowledgeProductionSchedule"), { refused: "takes-none" }],
    ["with a verb there is not", () => order(/SyncProductionSchedule/g, "BurnProductionSchedule"), { refused: "unknown-form" }],
    ["with another root", () => order(/SyncProductionSchedule/g, "Order"), { refused: "unknown-form" }],
    ["without an order", () => order(/<ProductionRequest>[\s\S]*<\/ProductionRequest>/, ""), []],
    ["without the order's number", () => order("<ID>258456</ID>", ""), [{ unroutable: "/DataArea/ProductionSchedule/ProductionRequest/ID" }]],
    ["with an empty number", () => order("<ID>258456</ID>", "<ID> </ID>"), [{ unroutable: "/DataArea/ProductionSchedule/ProductionRequest/ID" }]],
    [
      "with two numbers",
      () => order("<ID>258456</ID>", "<ID>258456</ID><ID>258457</ID>"),
      [{ unroutable: "/DataArea/ProductionSchedule/ProductionRequest/ID" }],
    ],
    ["made at no time", () => order("2009-12-10T17:14:16.0Z", "yesterday"), [{ unroutable: "/ApplicationArea/CreationDateTime" }]],
    ["made on a day no calendar has", () => order("2009-12-10", "2009-02-30"), [{ unroutable: "/ApplicationArea/CreationDateTime" }]],
    ["with a decimal comma", () => order("811.000", "811,000"), parks(["ORL-MAP-005", "811,000"])],
    ["with a negative quantity", () => order("811.000", "-811.000"), parks(["ORL-MAP-008", "-811.000"])],
    ["with a quantity that is none", () => order("811.000", "a lot"), parks(["ORL-MAP-004", "a lot"])],
    ["without a quantity", () => order(/<Quantity>[\s\S]*?<\/Quantity>/, ""), parks(["ORL-MAP-001", undefined])],
    ["in a unit nobody has", () => order(/<UnitOfMeasure>KG/, "<UnitOfMeasure>Kilos"), parks(["ORL-MAP-007", "Kilos"])],
    ["without the material", () => order("<MaterialDefinitionID>CRBN0003</MaterialDefinitionID>", ""), parks(["ORL-MAP-001", undefined])],
    [
      "with two materials in one line",
      () =>
        order(
          "<MaterialDefinitionID>CRBN0003</MaterialDefinitionID>",
          "<MaterialDefinitionID>A</MaterialDefinitionID><MaterialDefinitionID>B</MaterialDefinitionID>",
        ),
      parks(["ORL-MAP-016", "A, B"]),
    ],
    ["with a use nobody knows", () => order("<MaterialUse>Consumed", "<MaterialUse>Eaten"), parks(["ORL-MAP-003", "Eaten"])],
    [
      "with an operation twice",
      () =>
        order(
          "<ProcessSegmentID>Contenair</ProcessSegmentID>",
          "<ProcessSegmentID>Contenair</ProcessSegmentID></SegmentRequirement><SegmentRequirement><ProcessSegmentID>Contenair</ProcessSegmentID>",
        ),
      parks(["ORL-MAP-031", "0010/Weighing/Contenair"]),
    ],
    ["with an operation without a name", () => order("<ProcessSegmentID>Contenair</ProcessSegmentID>", ""), parks(["ORL-MAP-001", undefined])],
    [
      "with numbers that look alike",
      () => order("<MaterialDefinitionID>CRBN0003", "<MaterialDefinitionID>CRBN0001\u200b"),
      parks(["ORL-MAP-014", "CRBN0001\u200b"]),
    ],
    [
      "of a state that is no release",
      () => order("<ID>258456</ID>", "<ID>258456</ID><RequestState>Forecast</RequestState>"),
      parks(["ORL-MAP-003", "Forecast"]),
    ],
    [
      "ending in a gap of the clocks",
      () => order("<ID>258456</ID>", "<ID>258456</ID><EndTime>2026-03-29T02:30:00</EndTime>"),
      parks(["ORL-MAP-010", "2026-03-29T02:30:00"]),
    ],
    ["cut in its middle", () => textOf("material").slice(0, 700), { refused: "syntax" }],
    ["with a document type", () => material("<SyncMaterialDefinition", "<!DOCTYPE x><SyncMaterialDefinition"), { refused: "doctype" }],
    ["in UTF-16 that does not say so", () => Buffer.from(textOf("material"), "utf16le"), { refused: "encoding" }],
    ["in another namespace", () => material(WBF, "urn:x"), { refused: "unknown-form" }],
    ["asking", () => material(/SyncMaterialDefinition/g, "GetMaterialDefinition"), { refused: "takes-none" }],
    ["with another root", () => material(/SyncMaterialDefinition/g, "Material"), { refused: "unknown-form" }],
    ["without a number", () => material("<ID>CRBN0001</ID>", ""), [{ unroutable: "/DataArea/MaterialDefinition/ID" }]],
    ["without a base unit", () => material("<ID>BaseUnitOfMeasure</ID>", "<ID>Colour</ID>"), parks(["ORL-MAP-001", undefined])],
    ["with two base units", () => material("<ID>HazardousMaterialWarning</ID>", "<ID>BaseUnitOfMeasure</ID>"), parks(["ORL-MAP-016", "KG, C, XN"])],
    ["with a base unit nobody has", () => material(">KG<", ">Kilos<"), parks(["ORL-MAP-007", "Kilos"])],
    ["with a language that is none", () => material('languageID="Z"', 'languageID="?"'), parks(["ORL-MAP-015", "?"])],
    [
      "with two base units in one",
      () => material("<ValueString>KG</ValueString>", "<ValueString>KG</ValueString><ValueString>G</ValueString>"),
      parks(["ORL-MAP-016", "KG, G"]),
    ],
    ["without a prefix's namespace", () => material("<Sync />", "<x:Sync />"), { refused: "prefix" }],
    [
      "deleting and adding at once",
      () =>
        material(
          "<Sync />",
          '<Sync><ActionCriteria><ActionExpression actionCode="Delete"/></ActionCriteria><ActionCriteria><ActionExpression actionCode="Add"/></ActionCriteria></Sync>',
        ),
      { refused: "takes-none" },
    ],
    ["cut in its middle", () => textOf("lot").slice(0, 500), { refused: "syntax" }],
    ["with a document type", () => lot("<SyncMaterialInformation", "<!DOCTYPE x><SyncMaterialInformation"), { refused: "doctype" }],
    ["in UTF-16 that does not say so", () => Buffer.from(textOf("lot"), "utf16le"), { refused: "encoding" }],
    ["in another namespace", () => lot(WBF, "urn:x"), { refused: "unknown-form" }],
    ["asking", () => lot(/SyncMaterialInformation/g, "GetMaterialInformation"), { refused: "takes-none" }],
    ["answering", () => lot(/SyncMaterialInformation/g, "RespondMaterialInformation"), { refused: "takes-none" }],
    ["with another root", () => lot(/SyncMaterialInformation/g, "Lots"), { refused: "unknown-form" }],
    ["with an undefined entity", () => lot("Valid", "&valid;"), { refused: "entity" }],
    ["with a character XML has not", () => lot("Valid", "\u0001"), { refused: "character" }],
    ["with a second root", () => `${textOf("lot")}<a/>`, { refused: "syntax" }],
    ["as XML 1.1", () => lot('version="1.0"', 'version="1.1"'), { refused: "version" }],
    [
      "carrying a material without a number",
      () => lot("<MaterialLot>", "<MaterialDefinition><Description>x</Description></MaterialDefinition><MaterialLot>"),
      [{ unroutable: "/DataArea/MaterialInformation/MaterialDefinition/ID" }],
    ],
  ])("%s", (_name, broken, expected) => {
    const made = broken();
    expect(typeof made === "string" ? fateOf(made) : fate(made)).toEqual(expected);
  });

  it("declared by its content type in a charset it is not in", () => {
    expect(fate(Buffer.from(order("Final 1215", "最终")), "gb18030")).toEqual({ refused: "encoding" });
  });

  it("cut anywhere, or with any byte changed, it is refused, parks, or is a document: never a throw", () => {
    const bytes = bytesOf("order");
    for (let at = 0; at < bytes.length; at += 61) {
      fate(bytes.subarray(0, at));
      const other = Buffer.from(bytes);
      other[at] = (at * 7) % 256;
      fate(other);
    }
  });
});

describe("verbs", () => {
  const V7 = "http://www.mesa.org/xml/B2MML";
  const message = (root: string, inside: string, verb = "<Sync/>") =>
    `<${root} xmlns="${V7}" releaseID="7"><ApplicationArea><CreationDateTime>2026-11-24T10:00:00Z</CreationDateTime><BODID>B-1</BODID></ApplicationArea><DataArea>${verb}${inside}</DataArea></${root}>`;
  const request = (id: string, more = "") => `<OperationsRequest><ID>${id}</ID>${more}</OperationsRequest>`;
  const schedule = (inside: string) => `<OperationsSchedule><ID>S</ID>${inside}</OperationsSchedule>`;
  const deletes = '<Sync><ActionCriteria><ActionExpression actionCode="Delete"/></ActionCriteria></Sync>';

  it.each(["Process", "Change", "Sync", "Show"])("%s carries orders, one document each", (verb) => {
    expect(fateOf(message(`${verb}OperationsSchedule`, schedule(request("1") + request("2", "<Version>7</Version>")), `<${verb}/>`))).toMatchObject([
      { cancel: false, canonical: { id: "1", version: "20261124100000000", origin: { verb, messageId: "B-1" } } },
      { cancel: false, canonical: { id: "2", version: "7" } },
    ]);
  });

  it("Cancel, a state and a delete cancel", () => {
    const cancelled = [{ cancel: true, canonical: { requestState: "Cancelled" } }];
    expect(fateOf(message("CancelOperationsSchedule", schedule(request("1")), "<Cancel/>"))).toMatchObject(cancelled);
    expect(fateOf(message("SyncOperationsSchedule", schedule(request("1", "<RequestState>Cancelled</RequestState>"))))).toMatchObject(cancelled);
    expect(fateOf(message("SyncOperationsSchedule", schedule(request("1")), deletes))).toMatchObject(cancelled);
  });

  it("Cancel and a delete take masters away", () => {
    const equipment = "<EquipmentInformation><ID>E</ID><Equipment><ID>1</ID></Equipment></EquipmentInformation>";
    expect(fateOf(message("CancelEquipmentInformation", equipment, "<Cancel/>"))).toMatchObject([{ cancel: true, canonical: { id: "1", state: "Deleted" } }]);
    expect(fateOf(message("SyncEquipmentInformation", equipment, deletes))).toMatchObject([{ cancel: true, canonical: { state: "Deleted" } }]);
  });

  it("what an expression selects is a part, perhaps: nothing is guessed of it", () => {
    const select = (verb: string, code: string) =>
      `<${verb}><ActionCriteria><ActionExpression actionCode="${code}">/OperationsRequest/SegmentRequirement[2]</ActionExpression></ActionCriteria></${verb}>`;
    expect(fateOf(message("SyncOperationsSchedule", schedule(request("1")), select("Sync", "Delete")))).toEqual({ refused: "takes-none" });
    expect(fateOf(message("ChangeOperationsSchedule", schedule(request("1")), select("Change", "Change")))).toEqual({ refused: "takes-none" });
    expect(fateOf(message("CancelOperationsSchedule", schedule(request("1")), select("Cancel", "Delete")))).toEqual({ refused: "takes-none" });
    for (const verb of ["Process", "Sync"])
      expect(fateOf(message(`${verb}OperationsSchedule`, schedule(request("1")), select(verb, "Change")))).toEqual({ refused: "takes-none" });
    expect(fateOf(message("ProcessOperationsSchedule", schedule(request("1")), select("Process", "Add")))).toMatchObject([{ cancel: false }]);
  });

  it.each(["Process", "Change", "Sync", "Cancel"])("%s with an expression that does not say what it wants is not taken", (verb) => {
    const select = `<${verb}><ActionCriteria><ActionExpression>/OperationsRequest/SegmentRequirement[2]</ActionExpression></ActionCriteria></${verb}>`;
    expect(fateOf(message(`${verb}OperationsSchedule`, schedule(request("1")), select))).toEqual({ refused: "takes-none" });
  });

  it.each(["Process", "Change", "Sync"])("%s with an action that the language does not know is not taken for a change", (verb) => {
    const deletes = `<${verb}><ActionCriteria><ActionExpression actionCode="delete"/></ActionCriteria></${verb}>`;
    expect(fateOf(message(`${verb}OperationsSchedule`, schedule(request("1")), deletes))).toEqual({ refused: "takes-none" });
  });

  it.each([
    "GetOperationsSchedule",
    "AcknowledgeOperationsSchedule",
    "RespondOperationsSchedule",
    "ConfirmBOD",
    "SyncMaterialSubLot",
    "GetOperationsPerformance",
  ])("%s carries none", (root) => {
    expect(fateOf(message(root, ""))).toEqual({ refused: "takes-none" });
  });

  it("the site may be named, by its level", () => {
    const scope = (level: string) => `<HierarchyScope><EquipmentID>hamburg</EquipmentID><EquipmentLevel>${level}</EquipmentLevel></HierarchyScope>`;
    const siteOf = (level: string) => {
      const parsed = parseExactXml(Buffer.from(message("SyncOperationsSchedule", schedule(request("1", scope(level))))), undefined);
      const routed = parsed.kind === "parsed" ? b2mmlFormat.route(parsed.value) : undefined;
      return routed?.kind === "routed" ? routed.fields.site : routed;
    };
    expect(siteOf("Site")).toBe("hamburg");
    expect(siteOf("Area")).toBeUndefined();
  });

  it("operations, and the routing with its bill of material, come too", () => {
    const segments =
      '<ProcessSegmentInformation><ID>P</ID><ProcessSegment><ID>MIX</ID><Description languageID="D">Mischen</Description><Description languageID="E">Mix</Description></ProcessSegment></ProcessSegmentInformation>';
    expect(fateOf(message("SyncProcessSegmentInformation", segments))).toMatchObject([
      {
        canonical: {
          type: "ProcessSegment",
          id: "MIX",
          description: "Mix",
          descriptions: [
            { language: "de", text: "Mischen" },
            { language: "en", text: "Mix" },
          ],
        },
      },
    ]);
    const line =
      "<MaterialSpecification><ID>1</ID><MaterialDefinitionID>M</MaterialDefinitionID><MaterialUse>Consumed</MaterialUse><Quantity><QuantityString>2.50</QuantityString><UnitOfMeasure>KGM</UnitOfMeasure></Quantity></MaterialSpecification>";
    const routing = `<OperationsDefinition><ID>R</ID><OperationsSegment><ID>0010</ID><ProcessSegmentID>MIX</ProcessSegmentID>${line}</OperationsSegment></OperationsDefinition>`;
    expect(fateOf(message("SyncOperationsDefinition", routing))).toMatchObject([
      {
        canonical: {
          type: "OperationsDefinition",
          segments: [{ id: "0010", processSegmentId: "MIX" }],
          billOfMaterial: [{ id: "1", materialDefinitionId: "M", materialUse: "Consumed", quantity: { value: "2.50", unit: "KGM" }, segmentId: "0010" }],
        },
      },
    ]);
  });

  it("an operation of V7 without its number parks, unless it is the order itself", () => {
    const line =
      "<MaterialRequirement><ID>1</ID><MaterialDefinitionID>M</MaterialDefinitionID><Quantity><QuantityString>1</QuantityString><UnitOfMeasure>KGM</UnitOfMeasure></Quantity></MaterialRequirement>";
    const segment = (inside: string) => schedule(request("1", `<SegmentRequirement><ID/>${inside}${line}</SegmentRequirement>`));
    expect(fateOf(message("SyncOperationsSchedule", segment("<ProcessSegmentID>MIX</ProcessSegmentID>")))).toEqual(parks(["ORL-MAP-001", ""]));
    expect(fateOf(message("SyncOperationsSchedule", segment("")))).toMatchObject([
      { canonical: { segmentRequirements: [], materialRequirements: [{ id: "1" }] } },
    ]);
  });
});

it("every table compiles, and names each field it ignores singly, with a reason in both languages", () => {
  for (const table of READING) {
    compileTable(table);
    for (const { source, reason } of table.ignored) {
      expect(source).not.toMatch(/\*/);
      expect(reason.en.length * reason["zh-CN"].length).toBeGreaterThan(0);
    }
    const sources = table.ignored.map(({ source }) => source);
    expect(new Set(sources).size).toBe(sources.length);
  }
});
