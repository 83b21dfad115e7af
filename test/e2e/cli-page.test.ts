import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LANGUAGES } from "../../cli/words.ts";
import { onTheCloud } from "../../local/cli/examples.ts";
import { blockOf, pageFile } from "../../local/cli/page.ts";
import { comparable } from "../../local/cli/run-example.ts";
import { showCloud } from "../../local/cli/show-cloud.ts";
import { localCloud } from "../support/local-cloud.ts";

it.each(LANGUAGES)("every command that the page shows in %s does the same again; npm run docs:cli writes it anew", async (lang) => {
  const page = comparable(readFileSync(join(import.meta.dirname, "..", "..", pageFile(lang)), "utf8"));
  const shown = await showCloud(localCloud(), lang);
  expect(shown).toHaveLength(onTheCloud(lang).length);
  for (const each of shown) expect(page).toContain(comparable(blockOf(each, lang)));
});
