import { readFileSync } from "node:fs";
import { usage } from "./failure.ts";

/** A file's bytes; `-`: standard input. @throws Failure */
export function readDocument(file: string): Uint8Array {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(`${file} cannot be read`, why, "give the path of a file; - reads standard input");
  }
}
