import { createRequire } from "node:module";
import process from "node:process";

/** Child process of bundles.ts: loads one bundle as Lambda does, and prints the milliseconds of CPU (user and system, all threads) that this alone took. */
const [bundle] = process.argv.slice(2);
if (bundle === undefined) throw new Error("which bundle?");
const load = createRequire(import.meta.url);
const before = process.cpuUsage();
load(bundle);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ milliseconds: (user + system) / 1000 }));
process.exit(0);
