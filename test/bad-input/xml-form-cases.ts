import { ACCEPTED, bothCases, refusedLine, takenAs, UNROUTABLE, type XmlCase, xmlCase } from "./xml-case.ts";
import { bod, idocOrder, idocs, operationsRequest, orderOf, sapOrder, schedule, V7, V0401, type Writer, type XmlSystem } from "./xml-documents.ts";

/** What the message is, and what it holds: namespaces, envelopes of SOAP, sites, split messages (classes 52, 56, 57, 72, 73). */

const NO_FORM = { status: 400, code: "ORL-DOOR-044" } as const;
const NO_DOCUMENTS = { status: 422, code: "ORL-DOOR-070" } as const;
const RELEASED = takenAs({ requestState: "Released" });
const IDOC_NAMESPACE = "urn:sap-com:document:sap:idoc:messages";
const accepted = { result: "accepted" } as const;
const duplicate = { result: "duplicate" } as const;

/** The message with another root, or its root in another namespace. */
const sap = (root: string) => (writer: Writer) => `<${root}>${idocOrder(writer)}</${root.replace(/ .*/, "")}>`;
const b2mml = (root: string, namespace: string) => (writer: Writer) =>
  bod(`<OperationsSchedule>${operationsRequest(writer)}</OperationsSchedule>`, root, namespace);

const NAMESPACES: readonly XmlCase[] = [
  xmlCase("52", "sap-idoc", "another namespace", sap('LOIPRO05 xmlns="urn:x"'), { ...NO_FORM, detail: "its namespace" }),
  xmlCase("52", "sap-idoc", "the namespace of remote functions", sap('LOIPRO05 xmlns="urn:sap-com:document:sap:rfc:functions"'), NO_FORM),
  xmlCase("52", "sap-idoc", "a namespace in capitals", sap(`LOIPRO05 xmlns="${IDOC_NAMESPACE.toUpperCase()}"`), NO_FORM),
  xmlCase("52", "sap-idoc", "its namespace and a space, which the parser trims", sap(`LOIPRO05 xmlns="${IDOC_NAMESPACE} "`), RELEASED),
  xmlCase("52", "sap-idoc", "a basic type that nobody reads", sap("ORDERS05"), { ...NO_FORM, detail: "ORDERS05" }),
  xmlCase("52", "sap-idoc", "a root in small letters", sap("loipro05"), NO_FORM),
  xmlCase("52", "sap-idoc", "a prefix without a namespace", sap("i:LOIPRO05"), { status: 400, code: "ORL-DOOR-062", line: 1 }),
  xmlCase("52", "sap-idoc", "its IDoc in another namespace than its root", (writer) => sapOrder(writer).replace("<IDOC ", '<IDOC xmlns="urn:x" '), {
    status: 422,
    code: "ORL-DOOR-032",
  }),
  xmlCase(
    "52",
    "sap-idoc",
    "a head in another namespace",
    (writer) => sapOrder(writer).replace("<E1AFKOL ", '<E1AFKOL xmlns="urn:x" '),
    refusedLine(UNROUTABLE, "/IDOC/E1AFKOL/AUFNR"),
  ),
  xmlCase(
    "52",
    "sap-idoc",
    "its namespace under a prefix, its elements in none",
    (writer) => sapOrder(writer).replace("<LOIPRO05>", `<p:LOIPRO05 xmlns:p="${IDOC_NAMESPACE}">`).replace("</LOIPRO05>", "</p:LOIPRO05>"),
    RELEASED,
  ),
  xmlCase(
    "52",
    "sap-idoc",
    "a control record of another message",
    (writer) => sapOrder(writer).replace("LOIPRO</MESTYP>", "ORDERS</MESTYP>"),
    refusedLine(UNROUTABLE, "/IDOC/EDI_DC40/MESTYP"),
  ),
  xmlCase("52", "b2mml", "another namespace", b2mml("SyncOperationsSchedule", "urn:x"), { ...NO_FORM, detail: "its namespace" }),
  xmlCase("52", "b2mml", "no namespace", b2mml("SyncOperationsSchedule", ""), NO_FORM),
  xmlCase("52", "b2mml", "V7's message in V0401's namespace", b2mml("SyncOperationsSchedule", V0401), NO_FORM),
  xmlCase("52", "b2mml", "V0401's message in V7's namespace", b2mml("SyncProductionSchedule", V7), NO_FORM),
  xmlCase("52", "b2mml", "a verb there is not", b2mml("BurnOperationsSchedule", V7), { ...NO_FORM, detail: "BurnOperationsSchedule" }),
  xmlCase("52", "b2mml", "a question", b2mml("GetOperationsSchedule", V7), { ...NO_DOCUMENTS, detail: "GetOperationsSchedule" }),
  xmlCase("52", "b2mml", "an answer", b2mml("AcknowledgeOperationsSchedule", V7), NO_DOCUMENTS),
  xmlCase("52", "b2mml", "a prefix without a namespace", b2mml("b:SyncOperationsSchedule", V7), { status: 400, code: "ORL-DOOR-062", line: 1 }),
  xmlCase(
    "52",
    "b2mml",
    "an order in another namespace",
    (writer) => schedule(operationsRequest(writer).replace("<OperationsRequest>", '<OperationsRequest xmlns="urn:x">')),
    {
      status: 422,
      code: "ORL-DOOR-032",
    },
  ),
  xmlCase(
    "52",
    "b2mml",
    "its namespace under a prefix throughout",
    (writer) =>
      schedule(operationsRequest(writer))
        .replaceAll(/<(\/?)(?=[A-Z])/g, "<$1b:")
        .replace(" xmlns=", " xmlns:b="),
    RELEASED,
  ),
  ...bothCases("52", "a page of HTML", () => "<html><body>Please log in</body></html>", { ...NO_FORM, detail: "html" }),
];

const SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP_12 = "http://www.w3.org/2003/05/soap-envelope";
const WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const envelope = (namespace: string, body: string, header = ""): string =>
  `<s:Envelope xmlns:s="${namespace}">${header === "" ? "" : `<s:Header>${header}</s:Header>`}<s:Body>${body}</s:Body></s:Envelope>`;
const fault = (code: string): string => `<s:Fault><faultcode>s:${code}</faultcode><faultstring>no</faultstring></s:Fault>`;
const FAULT_12 = "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>";
const token = (must: string): string =>
  `<w:Security xmlns:w="${WSSE}"${must}><w:UsernameToken><w:Username>SAP</w:Username><w:Password>x</w:Password><w:Nonce>bm9uY2U=</w:Nonce></w:UsernameToken></w:Security>`;
const ENVELOPE = { ...NO_FORM, detail: "Envelope" };
const UNKNOWN_SENDER = { status: 401 } as const;

/** No envelope is opened: whatever it demands to be understood would not be, and no token in it is anybody's (README.md of sap-idoc). */
const SOAP: readonly XmlCase[] = [
  ...bothCases("56", "a fault of SOAP 1.1 as a message", () => envelope(SOAP_11, fault("Server")), ENVELOPE),
  ...bothCases("56", "a fault of SOAP 1.2 as a message", () => envelope(SOAP_12, FAULT_12), ENVELOPE, {
    headers: { "content-type": ["application/soap+xml; charset=utf-8"] },
  }),
  ...bothCases("56", "an order in an envelope", (system, writer) => envelope(SOAP_11, orderOf(system, writer)), ENVELOPE),
  ...bothCases(
    "56",
    "a fault inside the order",
    (system, writer) => orderOf(system, writer, `<s:Fault xmlns:s="${SOAP_11}"/>`),
    (system) => ({
      ...ACCEPTED,
      parked: {
        code: "ORL-MAP-002",
        field: system === "sap-idoc" ? "/IDOC/E1AFKOL/E1AFFLL/E1AFVOL/LTXA1" : "/DataArea/OperationsSchedule/OperationsRequest/SegmentRequirement/Description",
      },
    }),
  ),
  ...bothCases(
    "57",
    "a header that must be understood",
    (system, writer) => envelope(SOAP_11, orderOf(system, writer), '<x:T xmlns:x="urn:x" s:mustUnderstand="1"/>'),
    ENVELOPE,
  ),
  ...bothCases(
    "57",
    "the same of SOAP 1.2",
    (system, writer) => envelope(SOAP_12, orderOf(system, writer), '<x:T xmlns:x="urn:x" s:mustUnderstand="true"/>'),
    ENVELOPE,
  ),
  ...bothCases("57", "a user's token of WS-Security", (system, writer) => envelope(SOAP_11, orderOf(system, writer), token(' s:mustUnderstand="1"')), ENVELOPE),
  ...bothCases(
    "57",
    "the same token again: replayed, it is as refused as before",
    (system, writer) => envelope(SOAP_11, orderOf(system, writer), token("")),
    ENVELOPE,
  ),
  ...bothCases(
    "57",
    "a token of WS-Security instead of the connection's own scheme",
    (system, writer) => envelope(SOAP_11, orderOf(system, writer), token("")),
    UNKNOWN_SENDER,
    {
      unsigned: true,
    },
  ),
];

const placeOfSite: Readonly<Record<XmlSystem, string>> = {
  "sap-idoc": "/IDOC/E1AFKOL/WERKS",
  b2mml: "/DataArea/OperationsSchedule/OperationsRequest/HierarchyScope/EquipmentID",
};
const ofSite = (system: XmlSystem, writer: Writer, site: string): string =>
  system === "sap-idoc" ? sapOrder(writer, { plant: site }) : schedule(operationsRequest(writer, { scope: site }));

const SITES: readonly XmlCase[] = [
  ...bothCases(
    "72",
    "another site in the message than in the address",
    (system, writer) => ofSite(system, writer, "ZZ99"),
    (system) => refusedLine("ORL-DOOR-027", placeOfSite[system]),
  ),
  ...bothCases(
    "72",
    "a site of nobody",
    (system, writer) => ofSite(system, writer, "ZZ99"),
    (system) => refusedLine("ORL-DOOR-028", placeOfSite[system]),
    { siteInBody: true },
  ),
  ...bothCases("72", "the site in the message alone", (system, writer) => ofSite(system, writer, writer.site), RELEASED, { siteInBody: true }),
  ...bothCases("72", "the same site in both", (system, writer) => ofSite(system, writer, writer.site), RELEASED),
];

const messageOf = (system: XmlSystem, orders: readonly string[]): string => (system === "sap-idoc" ? idocs(...orders) : schedule(...orders));
const numbered = (system: XmlSystem, writer: Writer, number: string, quantity = "80.000", version = "1"): string =>
  system === "sap-idoc" ? idocOrder(writer, { number, quantity, version }) : operationsRequest(writer, { number, quantity, version });
const placeOfNumber: Readonly<Record<XmlSystem, (at: number) => string>> = {
  "sap-idoc": (at) => `/IDOC/${at}/E1AFKOL/AUFNR`,
  b2mml: (at) => `/DataArea/OperationsSchedule/OperationsRequest/${at}/ID`,
};
const several = (numbers: readonly string[]) => (system: XmlSystem, writer: Writer) =>
  messageOf(
    system,
    numbers.map((number) => numbered(system, writer, number === "" ? "" : `${writer.unique}-${number}`)),
  );
const refusedAt = (system: XmlSystem, at: number) => ({ result: "refused", code: UNROUTABLE, path: placeOfNumber[system](at) });
const range = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => String(at));

const SPLIT: readonly XmlCase[] = [
  ...bothCases("73", "one bad of three, the order kept", several(["1", "", "3"]), (system) => ({
    status: 202,
    lines: [accepted, refusedAt(system, 1), accepted],
    documents: ({ unique }) => [{ id: `${unique}-1` }, { id: `${unique}-3` }],
  })),
  ...bothCases("73", "two bad of three", several(["", "2", ""]), (system) => ({ status: 202, lines: [refusedAt(system, 0), accepted, refusedAt(system, 2)] })),
  ...bothCases("73", "all bad", several(["", ""]), (system) => ({ status: 422, code: UNROUTABLE, lines: [refusedAt(system, 0), refusedAt(system, 1)] })),
  ...bothCases("73", "a document twice in one message", several(["1", "2", "1"]), { status: 202, lines: [accepted, accepted, duplicate] }),
  ...bothCases(
    "73",
    "two versions of one order, the older one last",
    (system, writer) =>
      messageOf(
        system,
        ["7", "6"].map((version) => numbered(system, writer, writer.unique, version, version)),
      ),
    { status: 202, lines: [accepted, accepted], documents: () => [{ version: "7" }, { version: "6" }] },
  ),
  ...bothCases("73", "no document at all", (system) => messageOf(system, []), { status: 422, code: "ORL-DOOR-032" }),
  ...bothCases("73", "some of 500 orders are bad", several(range(500).map((at) => (Number(at) % 100 === 7 ? "" : at))), (system) => ({
    status: 202,
    lines: range(500).map((at) => (Number(at) % 100 === 7 ? refusedAt(system, Number(at)) : accepted)),
  })),
  ...bothCases("73", "501 orders", several(range(501)), { status: 413, code: "ORL-DOOR-031" }),
];

export const XML_FORM_CASES: readonly XmlCase[] = [...NAMESPACES, ...SOAP, ...SITES, ...SPLIT];
