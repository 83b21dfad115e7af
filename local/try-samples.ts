import process from "node:process";
import { parseArgs } from "node:util";
import { type SampleAccount, sampleAccounts, samplesFolder } from "./sample-accounts.ts";

/**
 * `npm run try:samples [-- --json]`: maps the published samples and accounts for each of their fields. Exit code 1 where a field is lost or a document
 * would park, 2 where there are no samples. `--json`: the counts last, on one line.
 */

const count = ({ fields }: SampleAccount, kind: SampleAccount["fields"][number]["fate"]["kind"]): number =>
  fields.filter(({ fate }) => fate.kind === kind).length;

function tell(accounts: readonly SampleAccount[]): void {
  for (const account of accounts) {
    const { path, documents, reasons, fields } = account;
    console.log(
      `${path}: ${documents} documents, ${count(account, "mapped")} fields mapped, ${count(account, "ignored")} ignored, ${count(account, "lost")} lost`,
    );
    for (const reason of reasons) console.log(`  would park: ${reason}`);
    for (const { pointer, sent, fate } of fields) if (fate.kind === "lost") console.log(`  lost: ${pointer} "${sent}"`);
  }
}

function main(json: boolean): number {
  const folder = samplesFolder();
  const accounts = folder === undefined ? [] : sampleAccounts(folder);
  if (accounts.length === 0) {
    console.error("try:samples: there are no samples beside the project (../shared/samples)\n  next: set ORDERLANE_SAMPLES to their folder, then run it again");
    return 2;
  }
  tell(accounts);
  const sum = (of: (account: SampleAccount) => number): number => accounts.reduce((total, account) => total + of(account), 0);
  const counts = {
    files: accounts.length,
    documents: sum(({ documents }) => documents),
    mapped: sum((account) => count(account, "mapped")),
    ignored: sum((account) => count(account, "ignored")),
    lost: sum((account) => count(account, "lost")),
  };
  if (json) console.log(JSON.stringify(counts));
  return counts.lost === 0 && accounts.every(({ reasons }) => reasons.length === 0) ? 0 : 1;
}

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
process.exitCode = main(values.json);
