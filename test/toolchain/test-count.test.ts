import { describe, expect, it } from "vitest";
import { countLine, countRun } from "../../local/test.ts";

const report = (tests: { passed?: number; failed?: number; pending?: number; todo?: number }, testResults: { status: string; tests: string[] }[] = []) => ({
  numPassedTests: tests.passed ?? 0,
  numFailedTests: tests.failed ?? 0,
  numPendingTests: tests.pending ?? 0,
  numTodoTests: tests.todo ?? 0,
  testResults: testResults.map(({ status, tests: statuses }) => ({ status, assertionResults: statuses.map((one) => ({ status: one })) })),
});

describe("the last line of npm test", () => {
  it("counts what vitest reports", () => {
    expect(countRun(report({ passed: 3, pending: 1, todo: 1 }), 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
    expect(countRun(report({ passed: 3, failed: 2 }, [{ status: "failed", tests: ["failed", "failed", "passed"] }]), 1)).toEqual({
      passed: 3,
      failed: 2,
      skipped: 0,
    });
  });

  it("counts a file that does not load as a failure beside the failed tests", () => {
    const files = [
      { status: "failed", tests: [] },
      { status: "failed", tests: ["failed"] },
    ];
    expect(countRun(report({ passed: 1, failed: 1 }, files), 1)).toEqual({ passed: 1, failed: 2, skipped: 0 });
  });

  it("never says 0 failed of a run that failed outside any test, or that left no report", () => {
    expect(countRun(report({ passed: 5 }), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
    expect(countRun(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it("stands in one form", () => {
    expect(countLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(countLine({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
  });
});
