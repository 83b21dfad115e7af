import * as z from "zod";
import { plantPlaces } from "../connectors/plant-formats.ts";
import { sourceOf } from "../connectors/registry.ts";
import type { CanonicalDocument } from "../core/documents/canonical.ts";
import type { Json } from "../core/documents/exact-json.ts";
import { matchNumber } from "../core/documents/match-key.ts";
import type { Part } from "../core/documents/source-format.ts";
import { checkHead, openBody } from "../core/door/body.ts";
import { problemOf } from "../core/door/problems.ts";
import { routeLine } from "../core/door/route-lines.ts";
import { schemaProblem } from "../core/door/schema.ts";
import { PLANT_FORMATS } from "../core/mailbox/bodies.ts";
import { type AccountedField, accountOf } from "../core/mapping/account.ts";
import { mappingContext } from "../core/mapping/context.ts";
import type { Connection, Settings } from "../core/settings/settings.ts";
import { settingsFor } from "../infra/settings.ts";
import { StageName } from "../infra/stage.ts";
import { EXIT, usage } from "./failure.ts";
import { contentTypeOf, readDocument } from "./read-document.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson } from "./show.ts";
import { ruleWords, tellTried } from "./tried.ts";
import type { Tried } from "./tried-document.ts";

export const TryOptions = z.object({
  connection: z.string(),
  site: z.string().optional(),
  stage: StageName.default("local"),
  format: z.enum(PLANT_FORMATS).default("canonical"),
  ...SharedOptions.omit({ url: true }).shape,
});
type TryOptions = z.infer<typeof TryOptions>;

/**
 * Maps a file as the connection would, and sends nothing: source, canonical form and the rule behind each value, what would park and why. Needs no network.
 * Exit code 1 where any document would be refused or would park.
 */
export async function tryFile(file: string, options: TryOptions): Promise<number> {
  const settings = settingsFor(options.stage);
  const connection = connectionNamed(settings, options.connection);
  const tried = triedIn(readDocument(file), connection, settings, options);
  if (options.json) printJson({ file, connection: connection.id, documents: tried });
  else print(tellTried(file, tried, options.lang));
  return tried.every(({ outcome }) => outcome === "mapped") ? EXIT.done : EXIT.failed;
}

function connectionNamed(settings: Settings, id: string): Connection {
  const found = settings.connections.find((connection) => connection.id === id);
  if (found !== undefined) return found;
  const known = settings.connections.map((connection) => connection.id).join(", ");
  throw usage(
    { en: `connection ${id} is not known`, "zh-CN": `没有连接 ${id}` },
    { en: `stage ${settings.stage} has ${known}`, "zh-CN": `阶段 ${settings.stage} 有 ${known}` },
    { en: "give --connection with one of them, or another --stage", "zh-CN": "用 --connection 给出其中之一，或换一个 --stage" },
  );
}

/** What each document of the message would come to. */
function triedIn(body: Uint8Array, connection: Connection, settings: Settings, options: Pick<TryOptions, "site" | "lang" | "format">): readonly Tried[] {
  const format = sourceOf(connection);
  const head = checkHead({ "content-type": [contentTypeOf(body)] }, body, settings.limits.bodyBytes, format.accepts);
  const opened = head.kind === "refused" ? head : openBody(body, head, settings.limits.bodyBytes);
  if (opened.kind === "refused") return [refused("message", opened.problem)];
  const split = format.split(opened.value);
  if (split.kind === "takes-none") return [refused("message", problemOf("message-takes-none", split.message))];
  if (split.kind === "unknown-form") return [refused("message", problemOf("message-unknown", split.message))];
  const broken = split.isChecked !== true ? undefined : schemaProblem(format, connection, opened.value, opened.text);
  if (broken !== undefined) return [refused("message", broken)];
  if (split.parts.length === 0) return [refused("message", problemOf("lines-none", "the message holds no document"))];
  return split.parts.map((part, at) => tryPart(part, at + 1, connection, settings, options));
}

const GOES_TO = { mes: "erp", erp: "plant" } as const;
const NOTHING = { goesTo: "plant", values: [], ignored: [], unknown: [], waitsFor: [] } as const;

type Refusal = {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
};

const refused = (document: string, { code, title, detail, path, line, column }: Refusal): Tried => ({
  ...NOTHING,
  document,
  outcome: "refused",
  reasons: [
    {
      code,
      message: `${title}: ${detail}${line === undefined ? "" : ` (line ${line}, column ${column})`}`,
      ...(path === undefined ? {} : { field: path }),
      next: "correct it and try again; at the door it gets this code and leaves nothing behind",
    },
  ],
});

function tryPart(part: Part, number: number, connection: Connection, settings: Settings, options: Pick<TryOptions, "site" | "lang" | "format">): Tried {
  const format = sourceOf(connection);
  const document = `document ${number}`;
  const route = format.route(part.document);
  const line = routeLine(part, number, {
    // What would park is shown whole here, also where the door would refuse it by its first reason.
    connection: { ...connection, source: { ...connection.source, validateAtDoor: false } },
    settings,
    format,
    sender: {},
    site: options.site ?? (route.kind === "routed" && route.fields.site === undefined ? onlySiteOf(connection) : undefined),
    now: 0,
    text: "",
  });
  if (line.kind === "refused") return refused(document, line.problem);
  const { fields } = line.arrival;
  const table = format.tableOf(part.document);
  const site = settings.sites.find(({ id }) => id === line.arrival.site);
  if (table === undefined || site === undefined) return refused(document, problemOf("internal", "a routed document has no table or no site"));
  const context = mappingContext(connection, site, Date.now());
  const answer = format.toCanonical(part.document, context);
  const { origins } = table.explain(part.document, context);
  const account = accountOf(table.table, part.document);
  return {
    document,
    outcome: answer.kind === "canonical" ? "mapped" : "parks",
    goesTo: GOES_TO[connection.role],
    table: table.name,
    fields,
    site: site.id,
    reasons: answer.kind === "canonical" ? [] : answer.reasons,
    values: origins.map(({ target, source, sent, rule, byDefault }) => ({
      source,
      sent: textIn(sent),
      rule: ruleWords(rule, byDefault, options.lang),
      canonical: target,
      target: answer.kind === "canonical" ? targetOf(answer.document, options.format, target) : "",
      value: valueAt(answer.kind === "canonical" ? answer.document : table.make(part.document, context).made, target),
    })),
    ignored: account.flatMap(({ pointer, sent, fate }) => (fate.kind === "ignored" ? [{ source: pointer, sent, reason: fate.reason[options.lang] }] : [])),
    unknown: account.filter(isLost).map(({ pointer }) => pointer),
    waitsFor: answer.kind === "canonical" ? materialsOf(answer.document, connection) : [],
    ...(answer.kind === "canonical" ? { canonical: answer.document } : {}),
  };
}

/** Where the value goes: in what a plant gets, or nowhere, where that language has no place for it; what is told to an ERP is no document of its own. */
function targetOf(document: CanonicalDocument, format: TryOptions["format"], canonical: string): string {
  const places = plantPlaces(format, document);
  return places === "same" ? canonical : (places.get(canonical) ?? []).join(" ");
}

const isLost = ({ fate }: AccountedField): boolean => fate.kind === "lost";

const textIn = (sent: Json | undefined): string => (sent === undefined ? "" : typeof sent === "string" ? sent : JSON.stringify(sent));

/** A connection of one site is posted to at that site's address. */
function onlySiteOf({ sites }: Connection): string | undefined {
  const [only, second] = sites;
  return second === undefined ? only : undefined;
}

function valueAt(document: unknown, pointer: string): string {
  let value = document;
  for (const name of pointer.split("/").slice(1))
    value = typeof value === "object" && value !== null ? Reflect.get(value, name.replaceAll("~1", "/").replaceAll("~0", "~")) : undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function materialsOf(document: CanonicalDocument, { source }: Connection): string[] {
  if (document.type !== "OperationsRequest" || document.requestState === "Cancelled") return [];
  return [...new Set(document.materialRequirements.map((line) => `material:${matchNumber(source.matchKey, line.materialDefinitionId)}`))];
}
