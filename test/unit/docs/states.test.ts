import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { statesPage } from "../../../local/draw-states.ts";

it("docs/states.md is drawn from the tables that drive the code (npm run docs)", () => {
  expect(readFileSync(join(import.meta.dirname, "../../../docs/states.md"), "utf8")).toBe(statesPage());
});
