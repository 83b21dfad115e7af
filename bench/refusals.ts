import process from "node:process";
import { type BadInputCase, buildRequest } from "../test/bad-input/build-request.ts";
import { BAD_INPUT_CASES } from "../test/bad-input/cases.ts";
import { doorWorld, SECRET, START, TOKENS } from "../test/unit/door/door-world.ts";

export type Refusals = { readonly cases: number; readonly slowest: string; readonly slowestMs: number; readonly medianMs: number };

const TRIES = 3;
const runner = { nowSeconds: Math.floor(START / 1000), unique: "u1", webhookSecret: SECRET, tokens: TOKENS };

/** Processor time of the door's logic for every bad input that is refused, the best of three tries (BAD-INPUT.md: under 50 ms). */
export async function measureRefusals(): Promise<Refusals> {
  const times: { readonly name: string; readonly ms: number }[] = [];
  for (const bad of BAD_INPUT_CASES.filter(({ expected }) => expected.status !== 202)) {
    const tries: number[] = [];
    for (let at = 0; at < TRIES; at += 1) tries.push(await oneTry(bad));
    times.push({ name: `class ${bad.class}: ${bad.name}`, ms: Math.min(...tries) });
  }
  times.sort((one, other) => one.ms - other.ms);
  const slowest = times.at(-1) ?? { name: "none", ms: 0 };
  return { cases: times.length, slowest: slowest.name, slowestMs: slowest.ms, medianMs: times[Math.floor(times.length / 2)]?.ms ?? 0 };
}

async function oneTry(bad: BadInputCase): Promise<number> {
  const world = await doorWorld();
  const request = { ...buildRequest(bad, runner), sourceIp: "192.0.2.1" };
  const start = process.cpuUsage();
  await world.receive(request);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
