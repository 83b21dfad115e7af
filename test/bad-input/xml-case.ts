import type { Expected } from "./build-request.ts";
import type { Writer, XmlSystem } from "./xml-documents.ts";

/** What an XML message must get, beside what any message must. */
export type XmlExpected = Expected & {
  /** Of a refusal, where the text itself is at fault. */
  readonly line?: number;
  readonly column?: number;
  /** Of a refusal: what its sentence says. */
  readonly detail?: string;
  /** Canonical forms of the accepted lines, in their order, as far as they are named. */
  readonly documents?: (writer: Writer) => readonly object[];
  /** JSON Pointers of what no table knows, in the header of the one document. */
  readonly unknown?: readonly string[];
};

/** A case for the connection that speaks the language, whatever its scheme: who runs it presents the credentials. */
export type XmlCase = {
  /** Of BAD-INPUT.md. */
  readonly class: string;
  readonly name: string;
  readonly system: XmlSystem;
  readonly body: (writer: Writer) => Uint8Array | string;
  /** Added to the request, beside `content-type: application/xml`; an empty list takes the header away. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** The address names no site: the document does. */
  readonly siteInBody?: boolean;
  /** The zone of local times that the case is about, where it is about one: for connections of that zone only. */
  readonly zone?: "Europe/Berlin" | "Asia/Shanghai";
  /** Nothing that says who sends. */
  readonly unsigned?: boolean;
  readonly expected: XmlExpected;
};

export const ACCEPTED = { status: 202, lines: [{ result: "accepted" }] } as const;
export const UNROUTABLE = "ORL-DOOR-026";

export const takenAs = (document: object | ((writer: Writer) => object), more: Partial<XmlExpected> = {}): XmlExpected => ({
  ...ACCEPTED,
  documents: (writer) => [typeof document === "function" ? document(writer) : document],
  ...more,
});
export const parks = (code: string, field: string, text?: string): XmlExpected => ({
  ...ACCEPTED,
  parked: { code, field, ...(text === undefined ? {} : { text }) },
});
export const refusedLine = (code: string, path: string, status = 422): XmlExpected => ({ status, code, path, lines: [{ result: "refused", code, path }] });

type Body = XmlCase["body"];
type More = Omit<XmlCase, "class" | "name" | "system" | "body" | "expected">;

export const xmlCase = (group: string, system: XmlSystem, name: string, body: Body, expected: XmlExpected, more: More = {}): XmlCase => ({
  class: group,
  name: `${system}: ${name}`,
  system,
  body,
  expected,
  ...more,
});

/** The same for both languages. */
export const bothCases = (
  group: string,
  name: string,
  body: (system: XmlSystem, writer: Writer) => Uint8Array | string,
  expected: XmlExpected | ((system: XmlSystem) => XmlExpected),
  more: More = {},
): readonly XmlCase[] =>
  (["sap-idoc", "b2mml"] as const).map((system) =>
    xmlCase(group, system, name, (writer) => body(system, writer), typeof expected === "function" ? expected(system) : expected, more),
  );
