import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWatch, type Seen } from "../../../cli/tail-watch.ts";
import { type AskWorld, askWorld, orderWire, TOKENS } from "../asking/ask-world.ts";
import { apiServer } from "./api-server.ts";
import { ROOT, runCli } from "./run-cli.ts";

let world: AskWorld;
let api: Awaited<ReturnType<typeof apiServer>>;

beforeEach(async () => {
  world = await askWorld();
  api = await apiServer(world);
});
afterEach(() => api.close());

const env = () => ({ ORDERLANE_URL: api.url, ORDERLANE_TOKEN: TOKENS.operator });
const isOpen = (look: number) => () => api.seen.filter(({ path }) => path.includes("/open")).length >= look;
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("tail", () => {
  it("tells each change once: what is open, what changed, how it ended; and ends after --count", async () => {
    const order = await world.receive("erp", orderWire("1000123", "1"));
    const running = runCli(["tail", "--site", "hamburg", "--every", "2", "--count", "3", "--json"], env());
    await until(isOpen(1));
    await world.drain();
    await until(isOpen(3));
    await world.release(order);
    const { code, stdout, stderr } = await running;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ document, state }) => [document, state])).toEqual([
      [order, "received"],
      [order, "delivering"],
      [order, "delivered"],
    ]);
  });

  it("follows one document until it has settled, in Chinese where that is asked for", async () => {
    const order = await world.receive("erp", orderWire("1000123", "1"));
    await world.drain();
    await world.release(order);
    const { code, stdout } = await runCli(["tail", "--site", "hamburg", "--document", order, "--lang", "zh-CN"], env());
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/ {2}工单 1000123 v1 {2}OperationsRequest 1000123 version 1 received from erp {2}/);
  });

  it("ends with 0 when it is interrupted, and after --seconds", async () => {
    expect(await runCli(["tail", "--site", "hamburg", "--seconds", "1"], env())).toMatchObject({ code: 0, stdout: "" });
    const looks = api.seen.length;
    const child = spawn(process.execPath, [join(ROOT, "cli/orderlane.ts"), "tail", "--site", "hamburg"], {
      env: { PATH: process.env.PATH, ORDERLANE_ACCESS_FILE: "/there-is-none", ...env() },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    await until(() => api.seen.length > looks);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  it("ends with 1 where the first look is refused", async () => {
    expect(await runCli(["tail", "--site", "suzhou"], env())).toMatchObject({ code: 1, stderr: expect.stringContaining("ORL-DOOR-015") });
  });
});

it("tells nothing twice, by whatever way it is found", () => {
  const watch = createWatch();
  const one: Seen = { id: "a", type: "OperationsRequest", objectId: "1", state: "waiting", attempt: 1, text: "waits", at: "2026-03-01T12:00:00.000Z" };
  expect(watch.look([one], [])).toHaveLength(1);
  expect(watch.look([{ ...one, at: "2026-03-01T12:00:05.000Z" }], [])).toEqual([]);
  expect(watch.missing([])).toEqual(["a"]);
  const settled: Seen = { ...one, state: "delivered", text: "delivered" };
  expect(watch.look([], [settled])).toHaveLength(1);
  expect(watch.missing([])).toEqual([]);
  expect(watch.look([one], [settled])).toEqual([]);
});
