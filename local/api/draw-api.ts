import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiDescription } from "./describe-api.ts";
import { vendorPage } from "./vendor-page.ts";

/** docs/openapi.json and docs/mes-vendor.html: `npm run docs` writes them, tests compare them. */
const docs = join(import.meta.dirname, "..", "..", "docs");
writeFileSync(join(docs, "openapi.json"), apiDescription());
writeFileSync(join(docs, "mes-vendor.html"), vendorPage());
