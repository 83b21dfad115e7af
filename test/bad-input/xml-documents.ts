/** Good XML messages for bad cases to spoil, in the shapes of the published samples: each document with a name of its own. */

/** Who a case is written for: `site` is the site's code in the sender's own words. */
export type Writer = { readonly unique: string; readonly site: string };

export const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
export const V7 = "http://www.mesa.org/xml/B2MML";
export const V0401 = "http://www.wbf.org/xml/B2MML-V0401";

export type IdocOrder = {
  readonly number?: string;
  /** Of the IDoc: the order's version. */
  readonly version?: string;
  readonly quantity?: string;
  readonly unit?: string;
  readonly date?: string;
  readonly time?: string;
  readonly text?: string;
  readonly plant?: string;
  readonly components?: readonly string[];
  /** More elements in the order's head. */
  readonly more?: string;
};

const component = (material: string, at: number): string =>
  `<E1RESBL SEGMENT="1"><POSNR>${at + 1}0</POSNR><MATNR_LONG>${material}</MATNR_LONG><BDMNG>1.250</BDMNG><MEINS>KG</MEINS></E1RESBL>`;

/** One line without white space between, so that a place in it is its column. */
export function idocOrder({ unique, site }: Writer, order: IdocOrder = {}): string {
  const { number = `ORD-${unique}`, version = "1", quantity = "80.000", unit = "KG", date = "20261125", time = "060000", text = "Cast", more = "" } = order;
  const { plant = site, components = ["WAX"] } = order;
  return [
    `<IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><DOCNUM>${version}</DOCNUM><IDOCTYP>LOIPRO05</IDOCTYP><MESTYP>LOIPRO</MESTYP></EDI_DC40>`,
    `<E1AFKOL SEGMENT="1"><AUFNR>${number}</AUFNR><MATNR_LONG>RING</MATNR_LONG><GAMNG>${quantity}</GAMNG><GMEIN>${unit}</GMEIN>`,
    `<GSTRP>${date}</GSTRP><GSUZP>${time}</GSUZP><WERKS>${plant}</WERKS>${more}<E1JSTKL SEGMENT="1"><STAT>I0002</STAT></E1JSTKL>`,
    `<E1AFFLL SEGMENT="1"><PLNFL>0</PLNFL><E1AFVOL SEGMENT="1"><VORNR>0010</VORNR><LTXA1>${text}</LTXA1>`,
    `${components.map(component).join("")}</E1AFVOL></E1AFFLL></E1AFKOL></IDOC>`,
  ].join("");
}

export const idocs = (...inside: readonly string[]): string => `<LOIPRO05>${inside.join("")}</LOIPRO05>`;
export const sapOrder = (writer: Writer, order: IdocOrder = {}): string => idocs(idocOrder(writer, order));

export type ScheduledOrder = {
  readonly number?: string;
  readonly version?: string;
  readonly quantity?: string;
  readonly unit?: string;
  readonly start?: string;
  readonly text?: string;
  readonly components?: readonly string[];
  readonly scope?: string;
  readonly more?: string;
};

const requirement = (material: string, at: number, quantity: string, unit: string): string =>
  `<MaterialRequirement><ID>${at + 1}0</ID><MaterialDefinitionID>${material}</MaterialDefinitionID><MaterialUse>Consumed</MaterialUse><Quantity><QuantityString>${quantity}</QuantityString><UnitOfMeasure>${unit}</UnitOfMeasure></Quantity></MaterialRequirement>`;

export function operationsRequest({ unique }: Writer, order: ScheduledOrder = {}): string {
  const { number = `ORD-${unique}`, version = "1", quantity = "80.000", unit = "KGM", start = "2026-11-25T06:00:00", text = "Cast", more = "" } = order;
  const { components = ["WAX"], scope } = order;
  const site = scope === undefined ? "" : `<HierarchyScope><EquipmentID>${scope}</EquipmentID><EquipmentLevel>Site</EquipmentLevel></HierarchyScope>`;
  const lines = components.map((material, at) => requirement(material, at, quantity, unit)).join("");
  return [
    `<OperationsRequest><ID>${number}</ID><Version>${version}</Version>${site}<StartTime>${start}</StartTime>${more}`,
    `<SegmentRequirement><ID>0010</ID><ProcessSegmentID>CAST</ProcessSegmentID><Description>${text}</Description>${lines}</SegmentRequirement></OperationsRequest>`,
  ].join("");
}

/** A business message: its verb is its root's first word. */
export function bod(inside: string, root = "SyncOperationsSchedule", namespace = V7): string {
  const [verb] = /^[A-Z][a-z]+/.exec(root) ?? [root];
  const area = "<ApplicationArea><CreationDateTime>2026-11-24T12:00:00Z</CreationDateTime><BODID>B-1</BODID></ApplicationArea>";
  return `<${root}${namespace === "" ? "" : ` xmlns="${namespace}"`} releaseID="7">${area}<DataArea><${verb}/>${inside}</DataArea></${root}>`;
}
export const schedule = (...requests: readonly string[]): string => bod(`<OperationsSchedule><ID>S</ID>${requests.join("")}</OperationsSchedule>`);
export const b2mmlOrder = (writer: Writer, order: ScheduledOrder = {}): string => schedule(operationsRequest(writer, order));

export type XmlSystem = "sap-idoc" | "b2mml";
/** An order of either system with this text as the description of its one operation. */
export const orderOf = (system: XmlSystem, writer: Writer, text = "Cast"): string =>
  system === "sap-idoc" ? sapOrder(writer, { text }) : b2mmlOrder(writer, { text });

/** Where the text's one marker stands, these bytes; the rest is ASCII. */
export const MARKER = "\u00a4";
export function withBytes(text: string, bytes: readonly number[]): Uint8Array {
  const [before, after, ...more] = text.split(MARKER);
  if (before === undefined || after === undefined || more.length > 0) throw new Error("not one marker");
  return Buffer.concat([Buffer.from(before, "latin1"), Uint8Array.from(bytes), Buffer.from(after, "latin1")]);
}

/** A good order of exactly so many bytes, by elements that nobody knows. */
export function sapOrderOfSize(writer: Writer, bytes: number): Uint8Array {
  const UNIT = `<ZZPAD>${"x".repeat(985)}</ZZPAD>`;
  const bare = sapOrder(writer).length;
  const units = Math.floor((bytes - bare) / UNIT.length);
  const text = sapOrder(writer, { more: UNIT.repeat(units) });
  return Buffer.from(text + " ".repeat(bytes - text.length));
}
