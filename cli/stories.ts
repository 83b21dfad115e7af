import type { Block, Content, DocumentAnswer, DocumentSummary, Happening, OpenAnswer, OrderAnswer } from "../core/asking/answers.ts";
import { age, localTime, shown, table } from "./show.ts";

const DIRECTIONS = { "to-plant": "to the plant", "to-erp": "to the ERP", unknown: "to an unknown system" } as const;

type Named = { readonly type: string; readonly objectId: string; readonly version?: string | undefined; readonly cancel?: boolean };

const nameOf = ({ type, objectId, version, cancel }: Named): string =>
  `${type} ${objectId}${version === undefined ? "" : ` v${version}`}${cancel === true ? " (cancel)" : ""}`;

const isOpen = ({ settledAt, block }: DocumentSummary): boolean => settledAt === undefined || block !== undefined;

/** An order as a person reads it: its documents, what blocks them and why, then everything that happened. */
export function orderLines(answer: OrderAnswer): string[] {
  const { documents } = answer;
  const open = documents.filter((one) => one.block !== undefined);
  const number = new Map(documents.map(({ id }, at) => [id, `[${at + 1}]`]));
  const label = (id: string): string => number.get(id) ?? id;
  const count = `${documents.length} ${documents.length === 1 ? "document" : "documents"}`;
  return [
    `Order ${shown(answer.number)} at ${answer.site}: ${count}, ${open.length === 0 ? "all settled" : `${open.length} not settled`}.`,
    ...(answer.complete ? [] : ["There is more than one answer holds: ask for single documents."]),
    "",
    ...table(documents.map((one) => [label(one.id), DIRECTIONS[one.direction], nameOf(one), one.state, references(one), one.id])),
    ...(open.length === 0 ? [] : ["", "What blocks it"]),
    ...open.flatMap((one) => [...(one.block === undefined ? [] : blockLines(`${label(one.id)} ${nameOf(one)}`, one.block)), ...one.next.map(command)]),
    "",
    "Timeline",
    ...timelineLines(answer.timeline, (id) => [label(id)]),
  ];
}

const references = ({ plantReference, erpReference }: DocumentSummary): string =>
  [...(plantReference === undefined ? [] : [`plant ${plantReference}`]), ...(erpReference === undefined ? [] : [`ERP ${erpReference}`])].join(", ");

function blockLines(name: string, block: Block): string[] {
  return [
    `  ${shown(name)}: ${shown(block.text)}`,
    ...(block.until === undefined ? [] : [`      until  ${localTime(block.until)}`]),
    ...(block.owner === undefined ? [] : [`      who    ${shown(block.owner)}`]),
    ...(block.next === undefined ? [] : [`      what   ${shown(block.next)}`]),
  ];
}

const command = (text: string): string => `      $ ${shown(text)}`;

function timelineLines(timeline: readonly Happening[], labels: (document: string) => string[]): string[] {
  return table(timeline.map((happening) => [localTime(happening.at), DIRECTIONS[happening.direction], ...labels(happening.document), told(happening)]));
}

function told({ text, who, why }: Happening): string {
  if (who === undefined) return text;
  return `${text}, by ${who}${why === undefined ? "" : `: ${why}`}`;
}

/** One document, with everything that is known of it. */
export function documentLines(answer: DocumentAnswer): string[] {
  const facts: (readonly string[])[] = [
    ["state", `${answer.state}: ${answer.text}`],
    ["attempt", `${answer.attempt}, ${answer.mode}`],
    ["about", `${answer.subject.kind} ${answer.subject.number}`],
    ["way", `from ${answer.connection} to ${answer.target} (${DIRECTIONS[answer.direction]}), mapping ${answer.mappingVersion}`],
    ["received", localTime(answer.receivedAt)],
    ...(answer.settledAt === undefined || isOpen(answer) ? [] : [["settled", localTime(answer.settledAt)]]),
    ...(answer.reason === undefined ? [] : [["reason", `${answer.reason.message} (${answer.reason.code})`]]),
    ...(references(answer) === "" ? [] : [["numbers", references(answer)]]),
    ...(answer.unknownFields.length === 0 ? [] : [["unknown fields", answer.unknownFields.join(", ")]]),
  ];
  return [
    `${shown(nameOf(answer))} at ${answer.site}`,
    `  ${answer.id}`,
    ...table(facts),
    ...(answer.block === undefined ? [] : ["", "What blocks it", ...blockLines(answer.state, answer.block)]),
    ...answer.next.map(command),
    ...section("Steps", table(answer.markers.map(({ state, text }) => [state, text]))),
    ...section("Deliveries", table(answer.deliveries.map(({ createdAt, action, text }) => [localTime(createdAt), action, text]))),
    ...section(
      "Timeline",
      timelineLines(answer.timeline, () => []),
    ),
    ...(answer.content === undefined ? [] : ["", ...contentLines(answer.content)]),
  ];
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ["", title, ...lines]);

/** Source and canonical, side by side where both are there. */
function contentLines(content: Content): string[] {
  switch (content.kind) {
    case "gone":
      return ["Its content is no longer stored."];
    case "too-long":
      return [`Its content has ${content.characters} characters: too long for this answer.`];
    case "not-understood":
      return [
        "As it came, not understood",
        ...content.reasons.map(({ field, message }) => `  ${shown(field === undefined ? message : `${field}: ${message}`)}`),
        ...indented(content.source),
      ];
    case "kept":
      return ["As it came | as we understand it", ...sideBySide(readable(content.source), JSON.stringify(content.canonical, null, 2).split("\n"))];
  }
}

const LEFT_AT_MOST = 76;

function sideBySide(left: readonly string[], right: readonly string[]): string[] {
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, at) => [cell(left[at]).slice(0, LEFT_AT_MOST), `| ${cell(right[at])}`]);
  return table(rows);
}

const cell = (text: string | undefined): string => (text === undefined ? "" : text);
const indented = (source: string): string[] => readable(source).map((line) => `  ${shown(line)}`);

/** One long line of JSON, broken at its own commas and braces: laid out, with every character of a value kept as it was sent. */
function readable(source: string): string[] {
  if (source.includes("\n")) return source.split("\n").map((line) => line.replaceAll("\t", "  "));
  const tokens = source.match(/"(?:[^"\\]|\\.)*"|[{}[\],]|[^"{}[\],]+/g);
  return tokens === null ? [source] : laidOut(tokens);
}

function laidOut(tokens: readonly string[]): string[] {
  const lines: string[] = [];
  let depth = 0;
  let line = "";
  const end = (): void => {
    if (line.trim() !== "") lines.push(line.trimEnd());
    line = "  ".repeat(depth);
  };
  for (const token of tokens) {
    if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      end();
    }
    line += token;
    if (token === "{" || token === "[") depth += 1;
    if (token === "{" || token === "[" || token === ",") end();
  }
  end();
  return lines;
}

/** What is not settled, those due soonest first. */
export function openLines(answer: OpenAnswer): string[] {
  const { documents } = answer;
  if (documents.length === 0) return [`Nothing is open at ${answer.site}.`, `(${answer.note})`];
  const rows = documents.map((one) => [
    one.state,
    age(one.ageSeconds),
    DIRECTIONS[one.direction],
    nameOf(one),
    one.dueAt === undefined ? "due never" : `due ${localTime(one.dueAt)}`,
    one.cause,
    one.id,
  ]);
  return [
    `Open at ${answer.site}, as of ${localTime(answer.asOf)}: ${documents.length}${answer.after === undefined ? "" : " and more"}`,
    ...table([["state", "age", "way", "document", "", "cause", "id"], ...rows]),
    ...(answer.after === undefined ? [] : [`more: orderlane open --site ${answer.site} --after ${answer.after}`]),
    `(${answer.note})`,
  ];
}
