import { inject } from "vitest";
import type { CloudParts } from "../../local/cloud.ts";
import { killFunctionProcesses } from "../../local/function-processes.ts";

interface SharedCloud extends CloudParts {
  /** Where the settings say the ERP's API is, on 127.0.0.1: nothing listens there until a test does. */
  readonly erpPort: number;
  /** The emulator's own log, the functions' output of the whole run included. */
  readonly logFile: string;
  /** Ends a function's processes by SIGKILL. @param name its folder in functions/ @returns the ids of those ended */
  killFunction(name: string): Promise<readonly number[]>;
}

/** The cloud that all test files of this run share (local-cloud-setup.ts). */
export function localCloud(): SharedCloud {
  const { emulatorDirectory, ...parts } = inject("cloud");
  return {
    ...parts,
    killFunction: (name) => {
      const functionName = parts.functionNames[name];
      if (functionName === undefined) throw new Error(`there is no function ${name}`);
      return killFunctionProcesses(emulatorDirectory, functionName);
    },
  };
}
