import { PortFailure, type Process } from "./scheduler.ts";

/** Errors that only a defect throws; any other is one where no fault came before it in the same invocation. */
const ALWAYS = new Set([
  "ForbiddenTransition",
  "ForbiddenMarker",
  "DamagedItem",
  "ValidationException",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ZodError",
  "$ZodError",
]);

/** What an error tells of the product: undefined where a port's failure explains it. */
export function defectIn(process: Process, error: unknown): string | undefined {
  if (error === undefined || error instanceof PortFailure) return undefined;
  if (!(error instanceof Error)) return `${process.kind}: ${String(error)}`;
  const isExplained = !ALWAYS.has(error.constructor.name) && (process.isDisturbed === true || error.constructor.name === "LostRaces");
  return isExplained ? undefined : `${process.kind}: ${error.constructor.name}: ${error.message}\n${error.stack}`;
}
