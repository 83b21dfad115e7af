import { join } from "node:path";
import process from "node:process";
import { startCloud } from "./cloud.ts";

/** `npm run cloud`: keeps a local cloud running until Ctrl-C. */
const LOG_FILE = join(import.meta.dirname, "..", ".local", "cloud.log");

const cloud = await startCloud({ log: (text) => console.log(text), logFile: LOG_FILE }).catch((error: unknown) => {
  console.error(`the local cloud did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
// Not once: at a terminal the signal comes twice, from there and from with-node-24.mjs.
const ended = new Promise<string>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
});
// Waiting for a signal keeps no process alive.
const alive = setInterval(() => undefined, 60_000);

console.log(`
The local cloud is up.
  API        ${cloud.apiUrl}
  AWS        AWS_ENDPOINT_URL=${cloud.endpoint} AWS_REGION=${cloud.clients.region} AWS_ACCESS_KEY_ID=${cloud.clients.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${cloud.clients.credentials.secretAccessKey}
  ledger     ${cloud.table}
  log        ${LOG_FILE}
Ctrl-C stops it, and everything in it is gone.`);

await ended;
console.log("\nstopping …");
clearInterval(alive);
await cloud.stop();
