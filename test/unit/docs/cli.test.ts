import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../../cli/words.ts";
import { OFFLINE } from "../../../local/cli/examples.ts";
import { blockOf, helpBlocks, pageFile } from "../../../local/cli/page.ts";
import { runExample } from "../../../local/cli/run-example.ts";

describe.each(LANGUAGES)("the page of the command in %s", (lang) => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "..", pageFile(lang)), "utf8");

  it("has the help of every command as it is; npm run docs:cli writes it anew", () => {
    const blocks = helpBlocks(lang);
    expect(blocks.length).toBeGreaterThan(25);
    expect(page.slice(page.indexOf(`\n\n${blocks[0]}`)).trim()).toBe(blocks.join("\n\n"));
  });

  it("shows what a command ends with that is wrong before any API is asked", async () => {
    const shown = await Promise.all(OFFLINE.map(async (example) => ({ example, ran: await runExample(example, lang, {}) })));
    for (const { example, ran } of shown) {
      expect(ran.code, example.args).toBe(example.exit);
      expect(page).toContain(`\n\n${blockOf({ example, args: example.args, shown: ran.shown }, lang)}\n\n`);
    }
  });
});
