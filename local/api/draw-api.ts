import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiDescription } from "./describe-api.ts";

/** docs/openapi.json: `npm run docs` writes it, a test compares it. */
writeFileSync(join(import.meta.dirname, "..", "..", "docs", "openapi.json"), apiDescription());
