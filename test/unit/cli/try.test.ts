import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { orderWire } from "../asking/ask-world.ts";
import { performance } from "../connectors/b2mml/reports.ts";
import { ROOT, runCli } from "./run-cli.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orderlane-try-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (content: unknown): string => {
  const file = join(folder, "message.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};
/** Nowhere to call: it works offline or not at all. */
const tried = (file: string, ...args: string[]) => runCli(["try", file, "--connection", "erp", ...args], { ORDERLANE_URL: "http://127.0.0.1:9" });

describe("orderlane try", () => {
  it("shows source, canonical form and the rule behind each value, and sends nothing", async () => {
    const { code, stdout, stderr } = await tried(join(ROOT, "docs", "examples", "order.json"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("order.json: 2 documents, nothing is sent");
    expect(stdout).toMatch(/document 1: OperationsRequest 000001000123 v1, hamburg, plain-json\/order@\d+: goes to the plant as it stands here/);
    expect(stdout).toMatch(/\/startTime +2026-03-02T06:00:00 +instant +\/startTime +2026-03-02T05:00:00Z +=/);
    expect(stdout).toMatch(/waits, by name, until the plant has accepted:\n {2}material:4711/);
  });

  it("shows where each value stands in what the plant gets, in the language its agent asks for", async () => {
    const { code, stdout } = await tried(join(ROOT, "docs", "examples", "order.json"), "--format", "b2mml-v7");
    expect(code).toBe(0);
    expect(stdout).toMatch(/\/materialRequirements\/0\/quantity\/value +250\.500 +decimal\(park\) +\S+ +250\.500 +\S*\/MaterialRequirement\S*\/QuantityString/);
  });

  it("says what would park and why, with the field, the text, the rule, who and the next step, and ends with 1", async () => {
    const { code, stdout } = await tried(put({ ...orderWire("1", "1", ["M"]), startTime: "30.2.2026", colour: "red" }));
    expect(code).toBe(1);
    expect(stdout).toContain("would park");
    expect(stdout).toMatch(/ORL-MAP-009 {2}\/startTime {2}"30\.2\.2026" .*\(plain-json\/order@1 startTime\)\n {4}who +integration engineer\n {4}next /);
    expect(stdout).toMatch(/1 field is of no rule; .*:\n {2}\/colour/);
  });

  it("shows what a plant's agent tells, each line by its own table", async () => {
    const { code, stdout } = await runCli(["try", join(ROOT, "docs", "examples", "shop-floor.json"), "--connection", "mes-hamburg"], {
      ORDERLANE_URL: "http://127.0.0.1:9",
    });
    expect(code).toBe(0);
    expect(stdout).toContain("shop-floor.json: 6 documents, nothing is sent");
    for (const line of ["MaterialActual USE-81-1", "SegmentResponse REP-81-1", "TestResult QC-81-1", "MaterialLot GEN-81-1", "MaterialLot MOV-81-1"])
      expect(stdout).toMatch(new RegExp(`: ${line}, hamburg, plain-json/[a-z-]+@\\d+: goes to the ERP as it stands here`));
    expect(stdout).toMatch(/OperationsRequest 000001000123 v3, hamburg, plain-json\/schedule-feedback@1: goes to the ERP/);
  });

  it("says what the schema has against a message, as the door would", async () => {
    const file = put(performance().replaceAll("Endtime>", "EndTime>"));
    expect(await runCli(["try", file, "--connection", "b2mml"], { ORDERLANE_URL: "http://127.0.0.1:9" })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /would be refused\n {2}ORL-DOOR-064 {2}\/DataArea\/OperationsPerformance {2}.*EndTime is not expected here; expected Endtime/,
      ),
    });
  });

  it("says what the door would refuse, with its code and place", async () => {
    expect(await tried(put('{"type":"OperationsRequest","type":"x"}'))).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/would be refused\n {2}ORL-DOOR-018 .*line 1, column \d+/),
    });
    expect(await tried(put({ ...orderWire("1", "1"), hierarchyScope: "paris" }))).toMatchObject({ code: 1, stdout: expect.stringContaining("ORL-DOOR-028") });
    const { version: _version, ...unversioned } = orderWire("1", "1");
    expect(await tried(put(unversioned))).toMatchObject({ code: 1, stdout: expect.stringMatching(/would be refused\n {2}ORL-DOOR-029 {2}\/version/) });
    expect(await tried(put(orderWire("1", "1")), "--site", "suzhou")).toMatchObject({ code: 1, stdout: expect.stringContaining("ORL-DOOR-027") });
    expect(await tried(put(orderWire("a\u0001b", "1")))).toMatchObject({ code: 1, stdout: expect.stringContaining("ORL-DOOR-025") });
    const consumption = { type: "MaterialActual", id: "1", hierarchyScope: "hamburg", operationsRequestId: "1" };
    expect(await tried(put(consumption))).toMatchObject({ code: 1, stdout: expect.stringContaining("ORL-DOOR-030") });
    expect(await tried(put("<a/>"))).toMatchObject({ code: 1, stdout: expect.stringContaining("ORL-DOOR-005") });
  });

  it("speaks Chinese, and JSON", async () => {
    const file = put(orderWire("1", "1"));
    expect((await tried(file, "--lang", "zh-CN")).stdout).toContain("将按此处所示送达工厂");
    const { documents } = JSON.parse((await tried(file, "--json")).stdout);
    expect(documents).toMatchObject([{ outcome: "mapped", site: "hamburg", canonical: { type: "OperationsRequest", id: "1" }, reasons: [] }]);
  });

  it("names the connections that there are", async () => {
    expect(await runCli(["try", put("{}"), "--connection", "sap9"])).toMatchObject({ code: 2, stderr: expect.stringContaining("stage local has erp") });
  });
});
