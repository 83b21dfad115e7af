import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountedField } from "../core/mapping/account.ts";
import { type SampleAccount, sampleAccounts, samplesFolder } from "./sample-accounts.ts";

/** docs/samples.md, drawn from the mapping tables and the published samples: `npm run docs` writes it where they are, a test compares it. */

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ").trim();

function row({ pointer, sent, fate }: AccountedField): string {
  switch (fate.kind) {
    case "mapped":
      return `| \`${pointer}\` | ${cell(sent)} | ${fate.targets.map((target) => `\`${target}\``).join(", ")} | |`;
    case "ignored":
      return `| \`${pointer}\` | ${cell(sent)} | – | ${cell(fate.reason.en)} · ${cell(fate.reason["zh-CN"])} |`;
    case "lost":
      return `| \`${pointer}\` | ${cell(sent)} | **lost** | |`;
  }
}

const section = ({ path, title, fields }: SampleAccount): string =>
  [`## ${title}`, "", `\`${path}\``, "", "| field 字段 | sent 发送值 | became 成为 | why not 原因 |", "|---|---|---|---|", ...fields.map(row)].join("\n");

export function samplesPage(folder: string): string {
  return `<!-- Drawn by local/draw-samples.ts from the mapping tables and the published samples; do not edit. -->

# What becomes of each field of the published samples

Each field of the public sample documents of SAP and of the B2MML repository: what it becomes in our canonical document, or why it is not carried.
公开样例文件中的每个字段：在规范单据中成为什么，或为何不传递。

The Business To Manufacturing Markup Language (B2MML) is used courtesy of MESA International.

${sampleAccounts(folder).map(section).join("\n\n")}
`;
}

if (import.meta.main) {
  const folder = samplesFolder();
  if (folder === undefined) console.log("docs/samples.md stays as it is: there are no samples beside the project");
  else writeFileSync(join(import.meta.dirname, "..", "docs", "samples.md"), samplesPage(folder));
}
