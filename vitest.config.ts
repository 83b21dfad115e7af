import { defineConfig } from "vitest/config";

/** Suites that share the one local cloud. Everything else under test/ runs without it, so that no test file is in neither. */
const ON_THE_LOCAL_CLOUD = ["emulator", "contract-aws", "e2e", "bad-input", "faults", "workflows", "openapi"].map((folder) => `test/${folder}/**/*.test.ts`);

/** Suites against a live Tryton; each file starts its own. */
const ON_TRYTON = ["test/tryton/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...ON_THE_LOCAL_CLOUD, ...ON_TRYTON],
          // By itself vitest leaves one core to others: half of the time, where there are two.
          maxWorkers: "100%",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "tryton",
          include: ON_TRYTON,
          globalSetup: ["test/support/tryton-setup.ts"],
          // Two servers at once are what the machine has cores for.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "emulator",
          include: ON_THE_LOCAL_CLOUD,
          globalSetup: ["test/support/local-cloud-setup.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          // A hook may have to wait for what a killed function leaves behind.
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
