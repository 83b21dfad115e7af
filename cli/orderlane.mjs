#!/usr/bin/env node
// `npx orderlane` in a checkout: hands the command to Node 24, as every script of this project, also where this is Node 20.
import process from "node:process";

process.argv.splice(2, 0, "cli/orderlane.ts");
await import("../local/with-node-24.mjs");
