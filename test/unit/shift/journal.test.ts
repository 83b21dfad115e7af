import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { factsOf, openJournal, standing } from "../../../local/shift/journal.ts";
import { drawShift } from "../../../local/shift/plan.ts";
import { consumptionsOf, inspectionOf, lotOf, operationReportsOf, type Report, type Running } from "../../../local/shift/reports.ts";

const directory = mkdtempSync(join(tmpdir(), "orderlane-journal-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const shift = { beganAt: Date.UTC(2026, 10, 25) };
const works = ["11", "12", "13"].map((id) => ({ id, equipment: "一号线" }));
const runningOf = (index: number): Running => {
  const plan = drawShift(1, 22)[index];
  if (plan === undefined) throw new RangeError("no such order");
  return { plan, number: String(index + 1), operations: works };
};
const consumption = (said: Partial<Extract<Report, { type: "MaterialActual" }>> = {}): Report => ({
  type: "MaterialActual",
  id: "C-1",
  hierarchyScope: "ningbo",
  operationsRequestId: "1",
  materialDefinitionId: "AL-6061",
  materialLotId: "L",
  materialUse: "Consumed",
  quantity: { value: "1500", unit: "GRM" },
  actualTime: "2026-11-25T00:00:00.000Z",
  ...said,
});
const sums = (entries: readonly Report[]) => factsOf(entries).map(({ kind, value, unit }) => `${kind} ${value} ${unit}`);

describe("the journal", () => {
  it("has a line on disk before it gives it out to be posted", () => {
    const file = join(directory, "journal.jsonl");
    const journal = openJournal(file, () => shift.beganAt);
    const line = journal.write("key-1", consumption());
    expect(readFileSync(file, "utf8")).toContain('"key":"key-1"');
    expect(line).toEqual({ key: "key-1", document: consumption() });
    expect(journal.read()).toEqual([consumption()]);
  });

  it("counts once what was said twice", () => {
    expect(sums([consumption(), consumption()])).toEqual(["consumed 1.5 kg", "taken from a lot 1.5 kg"]);
  });

  it("counts the newest version, whichever came first, and the older one as taken back", () => {
    const [wrong, right] = [consumption({ version: "9", quantity: { value: "7", unit: "KGM" } }), consumption({ version: "10" })];
    for (const entries of [
      [wrong, right],
      [right, wrong],
    ])
      expect(sums(entries)).toEqual(["consumed 1.5 kg", "taken from a lot 1.5 kg", "taken back 1 times"]);
  });

  it("counts nothing of what was cancelled, but that it was taken back", () => {
    expect(sums([consumption(), consumption({ verb: "Cancel" })])).toEqual(["taken back 1 times"]);
  });

  it("holds a lot by its last inspection, with all that was made of it", () => {
    const running = runningOf(3);
    const reports = operationReportsOf(running, shift);
    const fail = inspectionOf(running, 1, "Fail", shift);
    const held = (entries: readonly Report[]) =>
      factsOf(entries).flatMap(({ kind, subject }) => (kind === "held by the MES" || kind === "in quarantine" ? [`${kind} ${subject}`] : []));
    expect(held([...reports, fail])).toEqual([`held by the MES ${lotOf("4")}`, `in quarantine HOUSING-A · ${lotOf("4")}`]);
    expect(held([...reports, inspectionOf(running, 2, "Pass", shift), fail])).toEqual([]);
  });
});

describe("the reports of a shift", () => {
  it("are canonical documents, of the past", () => {
    for (const index of [0, 1, 2, 7, 21]) {
      const running = runningOf(index);
      const reports = [...consumptionsOf(running, shift), ...operationReportsOf(running, shift), inspectionOf(running, 1, "Pass", shift)];
      for (const report of reports) expect(CanonicalDocument.parse(report)).toEqual(report);
      expect(JSON.stringify(reports)).not.toContain("2026-11-26");
    }
  });

  it("end their order with the report that is sent last, which need not be that of the last operation; where its lot fails they do not", () => {
    const sent = (index: number) =>
      operationReportsOf(runningOf(index), shift).map(({ segmentRequirementId, responseState }) => [segmentRequirementId, responseState]);
    expect(sent(4)).toEqual([
      ["11", undefined],
      ["12", undefined],
      ["13", "Completed"],
    ]);
    expect(sent(0)).toEqual([
      ["13", undefined],
      ["12", undefined],
      ["11", "Completed"],
    ]);
    expect(sent(2)).toEqual([
      ["11", undefined],
      ["12", undefined],
      ["13", undefined],
    ]);
  });

  it("stand by all that is neither replaced nor taken back", () => {
    const reports = [...consumptionsOf(runningOf(0), shift), ...operationReportsOf(runningOf(0), shift)];
    expect(standing(reports)).toEqual(reports);
  });
});
