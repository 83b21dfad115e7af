import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { B2MML_TABLES, b2mmlFormat } from "../connectors/b2mml/format.ts";
import { sapIdocFormat } from "../connectors/sap-idoc/format.ts";
import type { Json } from "../core/documents/exact-json.ts";
import { parseExactXml } from "../core/documents/exact-xml.ts";
import { SiteId } from "../core/documents/ids.ts";
import type { MappingContext } from "../core/documents/source-format.ts";
import { type AccountedField, accountOf } from "../core/mapping/account.ts";
import type { TableFormat } from "../core/mapping/format.ts";
import { MappingTable } from "../core/mapping/table.ts";

/** What becomes of each field of the published samples: for docs/samples.md and `npm run try:samples`. They are no part of this repository. */

const SAP = "SAP-samples__digital-manufacturing-extension-samples";
const COURBON = "MESAInternational__B2MML-BatchML/Courbon";

type Sample = {
  readonly path: string;
  readonly format: TableFormat;
  readonly title: string;
  /** Where the door takes no document of it, the table that says why. */
  readonly refusedBy?: string;
};

const SAMPLES: readonly Sample[] = [
  { path: `${SAP}/LOIPRO05.xml`, format: sapIdocFormat, title: "SAP production order, IDoc LOIPRO05" },
  { path: `${SAP}/S1SP02677_FINISHED_MAT_IDOC.xml`, format: sapIdocFormat, title: "SAP finished material, IDoc MATMAS05" },
  { path: `${SAP}/R1CH01007_RAW_MAT_IDOC.xml`, format: sapIdocFormat, title: "SAP raw material, IDoc MATMAS05" },
  { path: `${SAP}/R1MF00012_RAW_MAT_IDOC.xml`, format: sapIdocFormat, title: "SAP raw material, IDoc MATMAS05" },
  { path: `${SAP}/LOIWCS03.xml`, format: sapIdocFormat, title: "SAP work centre, IDoc LOIWCS03" },
  { path: `${COURBON}/PRO-20121210181416-27942.xml`, format: b2mmlFormat, title: "Production schedule, B2MML V0401" },
  { path: `${COURBON}/MAT-20121210170256-CRBN0001.xml`, format: b2mmlFormat, title: "Material definition, B2MML V0401" },
  {
    path: `${COURBON}/LOT-20121210170718-0001L0001.xml`,
    format: b2mmlFormat,
    title: "Material lot, B2MML V0401: refused at the door (ORL-DOOR-070), lots are not taken yet",
    refusedBy: "b2mml/material-information",
  },
];

export type SampleAccount = {
  readonly path: string;
  readonly title: string;
  readonly documents: number;
  /** Of all its documents that do not become canonical: code and place. */
  readonly reasons: readonly string[];
  readonly fields: readonly AccountedField[];
};

/** The samples' folder: ORDERLANE_SAMPLES, else beside the project; undefined where there is none. */
export function samplesFolder(): string | undefined {
  const folder = process.env.ORDERLANE_SAMPLES === undefined ? join(import.meta.dirname, "..", "..", "shared", "samples") : process.env.ORDERLANE_SAMPLES;
  return existsSync(folder) ? folder : undefined;
}

/** Of those samples that are there. */
export function sampleAccounts(folder: string): readonly SampleAccount[] {
  return SAMPLES.filter(({ path }) => existsSync(join(folder, path))).map((sample) => accountIn(sample, readFileSync(join(folder, sample.path))));
}

class SampleRefused extends Error {}

const CONTEXT: MappingContext = { site: SiteId.parse("hamburg"), timeZone: "Europe/Berlin", decimalSeparator: ".", codes: [] };

function accountIn({ path, title, format, refusedBy }: Sample, bytes: Uint8Array): SampleAccount {
  const parsed = parseExactXml(bytes, undefined);
  if (parsed.kind !== "parsed") throw new SampleRefused(`${path}: ${parsed.message}`);
  const split = format.split(parsed.value);
  if (split.kind === "parts") {
    const documents = split.parts.map(({ document }) => document);
    return {
      path,
      title,
      documents: documents.length,
      reasons: documents.flatMap((document) => reasonsOf(format, document)),
      fields: documents.flatMap((document) => fieldsOf(format, document)),
    };
  }
  const table = refusedBy === undefined ? undefined : B2MML_TABLES.tables.map((each) => MappingTable.parse(each)).find(({ name }) => name === refusedBy);
  if (table === undefined) throw new SampleRefused(`${path}: ${split.message}`);
  return { path, title, documents: 0, reasons: [], fields: accountOf(table, parsed.value) };
}

function reasonsOf(format: TableFormat, document: Json): string[] {
  const answer = format.toCanonical(document, CONTEXT);
  return answer.kind === "canonical" ? [] : answer.reasons.map(({ code, field, message }) => `${code} ${field}: ${message}`);
}

function fieldsOf(format: TableFormat, document: Json): readonly AccountedField[] {
  const table = format.tableOf(document);
  if (table === undefined) throw new SampleRefused("no table reads it");
  return accountOf(table.table, document);
}
