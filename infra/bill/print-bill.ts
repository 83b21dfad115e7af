import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import type { Settings } from "../../core/settings/settings.ts";
import { billOf } from "./bill.ts";
import { billText } from "./bill-text.ts";
import { readCountedCalls } from "./counted-calls.ts";
import { factsOf } from "./template-facts.ts";

/** The bill of what was synthesised. */
export const billFor = (settings: Settings, assembly: CloudAssembly): string =>
  billText(billOf(settings, factsOf(assembly.stacks.map(({ template }): unknown => template)), readCountedCalls()));
