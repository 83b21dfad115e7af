import { defineConfig } from "vitest/config";

/** Suites that share the one local cloud. Everything else under test/ runs without it, so that no test file is in neither. */
const ON_THE_LOCAL_CLOUD = ["emulator", "contract-aws", "e2e", "bad-input", "faults", "workflows"].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ON_THE_LOCAL_CLOUD,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
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
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
