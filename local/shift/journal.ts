import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { CanonicalDocument } from "../../core/documents/canonical.ts";
import type { UpwardLine } from "../agent-upward.ts";
import { inBase } from "./exact.ts";
import { type Fact, once, subjectOf } from "./facts.ts";
import type { Report } from "./reports.ts";

/** The MES's own book of the shift: a line is on disk before it is posted, so that nothing is in the ERP that is not here. */
export interface Journal {
  /** @returns the line as it is posted */
  write(key: string, document: Report): UpwardLine;
  /** As it stands on disk. */
  read(): readonly Report[];
}

const Entry = z.object({ at: z.string(), key: z.string(), document: CanonicalDocument });

export function openJournal(file: string, now: () => number): Journal {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  return {
    write: (key, document) => {
      appendFileSync(file, `${JSON.stringify({ at: new Date(now()).toISOString(), key, document })}\n`);
      return { key, document };
    },
    read: () =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => reportIn(Entry.parse(JSON.parse(line)).document)),
  };
}

class NoReport extends Error {}

function reportIn(document: CanonicalDocument): Report {
  if (document.type === "MaterialActual" || document.type === "SegmentResponse" || document.type === "TestResult") return document;
  throw new NoReport(`a ${document.type} is in the journal of a shift`);
}

/** What the plant stands by: of each report the newest version, unless it was taken back; said twice it is said once. */
export function standing(entries: readonly Report[]): readonly Report[] {
  const reports = Map.groupBy(entries, ({ type, id }) => `${type} ${id}`);
  return [...reports.values()].flatMap((versions) => (versions.some(({ verb }) => verb === "Cancel") ? [] : versions.toSorted(byVersion).slice(-1)));
}

const versionOf = ({ version }: Report): bigint => (version === undefined ? 0n : BigInt(version));
const byVersion = (one: Report, other: Report): number => Number(versionOf(one) - versionOf(other));

/** What must be in the ERP's books, by the journal alone. */
export function factsOf(entries: readonly Report[]): readonly Fact[] {
  const reports = standing(entries);
  return [...reports.flatMap(factsOfReport), ...heldLots(reports), ...takenBack(entries)];
}

/** Consumptions that were booked and no longer stand: an older version, or one with its cancel. The shift waits for the booking before it takes one back. */
function takenBack(entries: readonly Report[]): Fact[] {
  const stand = new Set(standing(entries).map(nameOf));
  const booked = entries.filter(({ type, verb }) => type === "MaterialActual" && verb !== "Cancel");
  return [...new Map(booked.map((report) => [nameOf(report), report])).values()]
    .filter((report) => !stand.has(nameOf(report)))
    .map(({ operationsRequestId }) => once("taken back", orderOf(operationsRequestId)));
}

const nameOf = ({ type, id, version }: Report): string => JSON.stringify([type, id, version]);

function factsOfReport(report: Report): Fact[] {
  switch (report.type) {
    case "MaterialActual":
      return consumed(report);
    case "SegmentResponse":
      return operationFacts(report);
    case "TestResult":
      return [once(report.evaluatedCriterionResult === "Pass" ? "inspections passed" : "inspections failed", orderOf(report.operationsRequestId))];
  }
}

export const orderOf = (number: string | undefined): string => subjectOf(`order ${number ?? "none"}`);

function consumed({ operationsRequestId, materialDefinitionId: material, materialLotId: lot, quantity }: Extract<Report, { type: "MaterialActual" }>): Fact[] {
  const amount = inBase(quantity);
  return [
    { kind: "consumed", subject: subjectOf(`order ${operationsRequestId}`, material, lot), ...amount },
    { kind: "taken from a lot", subject: subjectOf(material, lot), ...amount },
  ];
}

type Operation = Extract<Report, { type: "SegmentResponse" }>;

function operationFacts(report: Operation): Fact[] {
  const { operationsRequestId: number, goodQuantity, scrapQuantity, actualStartTime, actualEndTime, materialActuals, responseState } = report;
  const subject = subjectOf(`order ${number}`, `work ${report.segmentRequirementId}`);
  const seconds = actualStartTime === undefined || actualEndTime === undefined ? 0 : (Date.parse(actualEndTime) - Date.parse(actualStartTime)) / 1000;
  return [
    once("operation cycles", subject),
    { kind: "operation time", subject, unit: "s", value: String(seconds) },
    ...(goodQuantity === undefined ? [] : [{ kind: "good" as const, subject, ...inBase(goodQuantity) }]),
    ...(scrapQuantity === undefined ? [] : [{ kind: "scrap" as const, subject, ...inBase(scrapQuantity) }]),
    ...materialActuals.map(({ materialDefinitionId: material, materialLotId: lot, quantity }) => ({
      kind: "produced" as const,
      subject: subjectOf(`order ${number}`, material, lot),
      ...inBase(quantity),
    })),
    ...(responseState === "Completed" ? [once("order completed", orderOf(number))] : []),
  ];
}

/** A lot is held by the last inspection of it, in the ERP with all that was made of it. */
function heldLots(reports: readonly Report[]): Fact[] {
  const inspections = Map.groupBy(
    reports.filter((report) => report.type === "TestResult"),
    ({ materialLotId }) => materialLotId,
  );
  return [...inspections].flatMap(([lot, results]) => {
    const last = results.toSorted((one, other) => Date.parse(one.evaluationDate) - Date.parse(other.evaluationDate)).at(-1);
    return last?.evaluatedCriterionResult === "Fail" ? [once("held by the MES", lot), ...madeOf(reports, lot)] : [];
  });
}

const madeOf = (reports: readonly Report[], lot: string): Fact[] =>
  reports.flatMap((report) =>
    report.type !== "SegmentResponse"
      ? []
      : report.materialActuals
          .filter(({ materialUse, materialLotId }) => materialUse === "Produced" && materialLotId === lot)
          .map(({ materialDefinitionId, quantity }) => ({
            kind: "in quarantine" as const,
            subject: subjectOf(materialDefinitionId, lot),
            ...inBase(quantity),
          })),
  );
