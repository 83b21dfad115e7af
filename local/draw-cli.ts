import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGES } from "../cli/words.ts";
import { OFFLINE } from "./cli/examples.ts";
import { pageFile, pageOf, type Shown } from "./cli/page.ts";
import { runExample } from "./cli/run-example.ts";
import { showCloud } from "./cli/show-cloud.ts";
import { startCloud } from "./cloud.ts";

/** Writes docs/cli.md and docs/cli.zh-CN.md: `npm run docs:cli`. Starts a local cloud of its own. */
const ROOT = join(import.meta.dirname, "..");

const cloud = await startCloud({ log: (text) => console.log(text) });
try {
  for (const lang of LANGUAGES) {
    const offline: Shown[] = [];
    for (const example of OFFLINE) offline.push({ example, args: example.args, shown: (await runExample(example, lang, {})).shown });
    writeFileSync(join(ROOT, pageFile(lang)), pageOf(lang, offline, await showCloud(cloud, lang)));
    console.log(pageFile(lang));
  }
} finally {
  await cloud.stop();
}
