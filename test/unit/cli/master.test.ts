import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AskWorld, askWorld, materialWire, SECRET, START, TOKENS } from "../asking/ask-world.ts";
import { apiServer } from "./api-server.ts";
import { runCli } from "./run-cli.ts";

let world: AskWorld;
let api: Awaited<ReturnType<typeof apiServer>>;
let folder: string;

beforeEach(async () => {
  world = await askWorld();
  world.clock.advanceTo(Math.max(START, Date.now()));
  api = await apiServer(world);
  folder = mkdtempSync(join(tmpdir(), "orderlane-master-"));
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const cli = (...args: string[]) => runCli(args, { ORDERLANE_URL: api.url, ORDERLANE_TOKEN: TOKENS.operator, MY_SECRET: SECRET });
const load = (file: string, ...args: string[]) => cli("master", "load", file, "--site", "hamburg", "--connection", "erp", "--secret-env", "MY_SECRET", ...args);
const put = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const lines = (count: number, changes: (at: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify({ ...materialWire(`M${String(at).padStart(4, "0")}`, "1"), description: `part ${at}`, ...changes(at) }),
  ).join("\n");

/** The plant accepts all that is in its mailbox. */
async function accepted(): Promise<void> {
  await world.drain();
  for (;;) {
    const { deliveries } = await world.functions.lease("hamburg", 50);
    if (deliveries.length === 0) break;
    const verdicts = deliveries.map(({ id, leaseToken }) => ({ delivery: id, leaseToken, result: "accepted" as const }));
    await world.functions.report("hamburg", { verdicts });
    await world.drain();
  }
}

describe("orderlane master load", () => {
  it("sends a file of JSON Lines as messages of at most 200 documents, and again it is all duplicates", async () => {
    const file = put("materials.jsonl", lines(450));
    const first = await load(file);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("3 messages, 450 accepted, 0 duplicate, 0 refused") });
    expect(first.stderr).toBe("");
    expect(existsSync(`${file}.orderlane-load.json`)).toBe(false);
    expect((await load(file)).stdout).toContain("0 accepted, 450 duplicate");
  });

  it("goes on where it was stopped, and doubles nothing", async () => {
    const file = put("materials.jsonl", lines(450));
    const whole = await load(file, "--json");
    expect(JSON.parse(whole.stdout)).toMatchObject({ messages: 3, accepted: 450 });
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    const to = `${api.url}/v1/sites/hamburg/connections/erp/documents`;
    writeFileSync(`${file}.orderlane-load.json`, JSON.stringify({ digest, to, done: 2, accepted: 400, duplicate: 0, refused: [] }));
    const before = api.seen.length;
    const again = await load(file, "--json");
    expect(again.stderr).toContain("goes on at message 3 of 3");
    expect(api.seen.length - before).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ accepted: 400, duplicate: 50 });
  });

  it("begins anew where the file is another than the one that was begun", async () => {
    const file = put("materials.jsonl", lines(10));
    writeFileSync(`${file}.orderlane-load.json`, JSON.stringify({ digest: "of another", done: 1, accepted: 1, duplicate: 0, refused: [] }));
    expect((await load(file, "--json")).stdout).toContain('"accepted": 10');
  });

  it("begins anew for another site, connection or API: what one was sent, another was not", async () => {
    const file = put("materials.jsonl", lines(10));
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    const to = `${api.url}/v1/sites/suzhou/connections/erp/documents`;
    writeFileSync(`${file}.orderlane-load.json`, JSON.stringify({ digest, to, done: 1, accepted: 10, duplicate: 0, refused: [] }));
    const before = api.seen.length;
    expect((await load(file, "--json")).stdout).toContain('"accepted": 10');
    expect(api.seen.length - before).toBe(1);
  });

  it("names each document that was refused, by message, place and code, and ends with 1", async () => {
    const { code, stdout } = await load(
      put(
        "some.jsonl",
        lines(5, (at) => (at === 3 ? { id: "" } : {})),
      ),
    );
    expect(code).toBe(1);
    expect(stdout).toContain("4 accepted, 0 duplicate, 1 refused");
    expect(stdout).toMatch(/message 1, document 4 ORL-DOOR-026 \/documents\/3\/id /);
  });
});

describe("orderlane master duplicates", () => {
  it("names what has two codes, from what the plant has accepted, and ends with 3", async () => {
    const file = put(
      "materials.jsonl",
      lines(4, (at) => (at === 2 ? { description: "PART 1." } : {})),
    );
    expect((await load(file)).code).toBe(0);
    await accepted();
    const { code, stdout } = await cli("master", "duplicates", "--site", "hamburg");
    expect(code).toBe(3);
    expect(stdout).toContain("hamburg: 4 entries, 1 to look at");
    expect(stdout).toMatch(
      /MaterialDefinition: the same thing under two codes\? Described alike, in one unit\n {2}M0001 {2}erp {2}KGM {2}part 1\n {2}M0002 {2}erp {2}KGM {2}PART 1\./,
    );
  });

  it("reads page by page, and says that all is well", async () => {
    await load(put("materials.jsonl", lines(120)));
    await accepted();
    const { code, stdout } = await cli("master", "duplicates", "--site", "hamburg", "--json");
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, site: "hamburg", entries: 120, contentGone: 0, findings: [] });
    expect(api.seen.filter(({ path }) => path.includes("/master"))).toHaveLength(2);
  });

  it("no longer knows what was taken away", async () => {
    await load(put("a.jsonl", lines(2)));
    await accepted();
    await load(
      put(
        "b.jsonl",
        lines(1, () => ({ version: "2", state: "Deleted" })),
      ),
    );
    await accepted();
    expect(JSON.parse((await cli("master", "duplicates", "--site", "hamburg", "--json")).stdout)).toMatchObject({ entries: 1 });
  });
});
