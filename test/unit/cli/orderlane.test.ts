import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DocumentAnswer, OrderAnswer } from "../../../core/asking/answers.ts";
import { AcceptedBody } from "../../../core/door/line-results.ts";
import { type AskWorld, askWorld, consumptionWire, orderWire, SECRET, START, TOKENS } from "../asking/ask-world.ts";
import { apiServer } from "./api-server.ts";
import { runCli } from "./run-cli.ts";

let world: AskWorld;
let api: Awaited<ReturnType<typeof apiServer>>;
let folder: string;

beforeEach(async () => {
  // The command signs with the real time of day.
  world = await askWorld();
  world.clock.advanceTo(Math.max(START, Date.now()));
  api = await apiServer(world);
  folder = mkdtempSync(join(tmpdir(), "orderlane-cli-"));
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const cli = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(args, { ORDERLANE_URL: api.url, ORDERLANE_TOKEN: TOKENS.operator, ...env });
const put = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};
const SEND = ["--site", "hamburg", "--connection"] as const;

describe("send", () => {
  it("signs with the secret in the named variable; the same file again is a duplicate", async () => {
    const file = put("order.json", { documents: [orderWire("000001000123", "1"), orderWire("000001000124", "1")] });
    const args = ["send", file, ...SEND, "erp", "--secret-env", "MY_SECRET"];
    const first = await cli(args, { MY_SECRET: SECRET, ORDERLANE_TOKEN: "" });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(
      /order\.json: 2 accepted\n {2}line 1 {2}accepted {2}[0-9a-z]{26}\.[0-9a-z]{26}\n {2}line 2 .*\nnext: orderlane document [0-9a-z.]{53} --site hamburg\n$/,
    );
    const again = await cli([...args, "--json"], { MY_SECRET: SECRET });
    expect(AcceptedBody.parse(JSON.parse(again.stdout)).lines.map(({ result }) => result)).toEqual(["duplicate", "duplicate"]);
    expect(api.seen[0]?.headers).not.toHaveProperty("authorization");
  });

  it("sends with a token where one is given, and not the secret", async () => {
    const file = put("consumption.json", consumptionWire("C1", "1000123"));
    const sent = await cli(["send", file, ...SEND, "mes-hamburg", "--token", TOKENS.mes, "--key", "shift-7"]);
    expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining("1 accepted") });
    expect(api.seen[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKENS.mes}`, "idempotency-key": "shift-7" });
    expect(api.seen[0]?.headers).not.toHaveProperty("webhook-signature");
  });

  it("ends with 1 and says which line was not taken, and why", async () => {
    const { version: _none, ...without } = orderWire("2", "1");
    const file = put("mixed.json", { documents: [orderWire("1", "1"), without] });
    const sent = await cli(["send", file, ...SEND, "erp", "--secret-env", "MY_SECRET"], { MY_SECRET: SECRET });
    expect(sent).toMatchObject({ code: 1, stdout: expect.stringMatching(/1 refused, 1 accepted|1 accepted, 1 refused/) });
    expect(sent.stdout).toMatch(/line 2 {2}refused +ORL-DOOR-029/);
  });

  it("ends with 1 in the API's own words where the message is refused", async () => {
    const file = put("order.json", orderWire("1", "1"));
    const wrong = `whsec_${Buffer.from("another").toString("base64")}`;
    const sent = await cli(["send", file, ...SEND, "erp", "--secret-env", "MY_SECRET"], { MY_SECRET: wrong });
    expect(sent).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("(ORL-DOOR-012)") });
    expect(sent.stderr).toContain("next: check the token or the secret, and this machine's clock");
  });

  it("works from what the local cloud wrote, for the signing and for the bearing connection alike", async () => {
    const access = put("access.json", { url: api.url, token: TOKENS.mes, webhookSecret: SECRET, sites: ["suzhou", "hamburg"] });
    const local = { ORDERLANE_URL: "", ORDERLANE_TOKEN: "", ORDERLANE_ACCESS_FILE: access };
    expect(await cli(["send", put("order.json", orderWire("1", "1")), ...SEND, "erp"], local)).toMatchObject({ code: 0 });
    expect(await cli(["send", put("consumption.json", consumptionWire("C1", "1")), ...SEND, "mes-hamburg"], local)).toMatchObject({ code: 0 });
  });

  it("sends as the connection that the local cloud names, where none is", async () => {
    const file = put("order.json", orderWire("1", "1"));
    const access = { url: api.url, token: TOKENS.mes, webhookSecret: SECRET };
    const local = (name: string, content: unknown) => ({ ORDERLANE_URL: "", ORDERLANE_TOKEN: "", ORDERLANE_ACCESS_FILE: put(name, content) });
    expect(await cli(["send", file], local("named.json", { ...access, connection: "erp" }))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 accepted"),
    });
    expect(api.seen.map(({ path }) => path)).toEqual(["/v1/connections/erp/documents"]);
    expect(await cli(["send", file], local("unnamed.json", access))).toMatchObject({ code: 2, stderr: expect.stringContaining("--connection CONNECTION") });
  });

  it("sends a local cloud's token and secret to no other address", async () => {
    const access = put("access.json", { url: "http://127.0.0.1:9/live", token: TOKENS.mes, webhookSecret: SECRET });
    const sent = await cli(["send", put("order.json", orderWire("1", "1")), ...SEND, "erp"], { ORDERLANE_TOKEN: "", ORDERLANE_ACCESS_FILE: access });
    expect(sent).toMatchObject({ code: 2, stderr: expect.stringContaining("neither a secret nor a token is known") });
    expect(api.seen).toEqual([]);
  });
});

describe("order", () => {
  it("shows both directions in one timeline, what blocks it and why, in local time", async () => {
    const order = await world.receive("erp", orderWire("000001000123", "1", ["4711"]));
    await world.drain();
    await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
    await world.drain();
    await world.waitInVain();
    const { code, stdout, stderr } = await cli(["order", "1000123", "--site", "hamburg"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("Order 1000123 at hamburg: 2 documents, 1 not settled.");
    expect(stdout).toContain(`  [1]  to the plant  OperationsRequest 000001000123 v1  parked                     ${order}`);
    expect(stdout).toContain("  [1] OperationsRequest 000001000123 v1: material:4711 was waited for and never came\n      who   master data\n");
    expect(stdout).toContain(`      $ orderlane replay ${order} --site hamburg --why "…"`);
    const timeline = lines.slice(lines.indexOf("Timeline") + 1, -1);
    expect(timeline).toHaveLength(5);
    for (const line of timeline) expect(line).toMatch(/^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0[12]:00 {2}to the (plant|ERP)/);
    expect(timeline.at(-1)).toMatch(/to the plant {2}\[1\] {2}parked: material:4711 was waited for and never came$/);
  });

  it("prints the API's answer with --json", async () => {
    const order = await world.receive("erp", orderWire("1000123", "1"));
    const { code, stdout } = await cli(["order", "1000123", "--site", "hamburg", "--json"]);
    expect(code).toBe(0);
    expect(OrderAnswer.parse(JSON.parse(stdout)).documents.map(({ id }) => id)).toEqual([order]);
  });

  it("of a number that nobody knows ends with 1, and says what to run next", async () => {
    const { code, stdout, stderr } = await cli(["order", "77", "--site", "hamburg", "--json"]);
    expect(code).toBe(1);
    expect(stderr).toContain("orderlane: order 77 at hamburg: Not found: hamburg has no document about an order of this number (ORL-DOOR-015)");
    expect(stderr).toContain("next: orderlane open --site hamburg");
    expect(JSON.parse(stdout)).toMatchObject({ problem: { status: 404 } });
  });

  it("shows what a sender wrote, and lets no terminal obey it", async () => {
    await world.receive("erp", orderWire("中文\u202e-9", "1"));
    const { code, stdout } = await cli(["order", "中文\u202e-9", "--site", "hamburg"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Order 中文\\u202e-9 at hamburg");
    expect(stdout).not.toContain("\u202e");
  });
});

describe("document and commands", () => {
  it("finds a document without its site among those of the local cloud, and shows what came, what was understood and what the plant is told, side by side where there is room", async () => {
    const order = await world.receive("erp", orderWire("000001000123", "1", ["4711"]));
    const access = put("access.json", { url: api.url, token: TOKENS.operator, sites: ["suzhou", "hamburg"] });
    const local = { ORDERLANE_URL: "", ORDERLANE_TOKEN: "", ORDERLANE_ACCESS_FILE: access, COLUMNS: "150" };
    const { code, stdout } = await cli(["document", order, "--content"], local);
    expect(code).toBe(0);
    expect(stdout).toContain("OperationsRequest 000001000123 v1 at hamburg");
    expect(stdout).toMatch(/^As it came +│ As we understand it +│ As the other system is told$/m);
    expect(stdout).toMatch(/"value":"12\.500", +│ .*│ /);
    expect(stdout).toMatch(/│ +"unit": "KGM" +│/);
    const narrow = await cli(["document", order, "--content", "--lang", "zh-CN"], { ...local, COLUMNS: "80" });
    expect(narrow.stdout).toMatch(/\n告知对方系统的内容\n {2}投递给工厂 → mes-hamburg（canonical）：未做\n/);
  });

  it("replays a parked document; its timeline says who and why", async () => {
    const order = await world.receive("erp", orderWire("1000123", "1", ["4711"]));
    await world.drain();
    await world.waitInVain();
    await world.knows("4711");
    const agreed = await cli(["replay", order, "--site", "hamburg", "--why", "w"]);
    expect(agreed).toMatchObject({ code: 2, stdout: expect.stringContaining("deliver is made"), stderr: expect.stringContaining("give it with --yes") });
    expect(await cli(["replay", order, "--site", "hamburg", "--why", "w", "--plan"])).toMatchObject({ code: 0, stderr: "" });
    expect(world.queue.depth((await world.headerOf(order)).target)).toBe(0);
    const told = await cli(["replay", order, "--site", "hamburg", "--why", "the material is there now", "--yes", "--no-wait"]);
    expect(told).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(`next: orderlane document ${order} --site hamburg`) });
    await world.drain();
    expect((await world.headerOf(order)).state).toBe("delivering");
    const shown = await cli(["document", order, "--site", "hamburg"]);
    expect(shown.stdout).toContain("command replay: replayed, by Anna in operations: the material is there now");
    const json = await cli(["document", order, "--site", "hamburg", "--json"]);
    expect(DocumentAnswer.parse(JSON.parse(json.stdout)).state).toBe("delivering");
    const twice = await cli(["skip", order, "--site", "hamburg", "--why", "no"]);
    expect(twice).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/only a parked document is skipped, this one is delivering; Anna in operations gave replay at .* \(ORL-DOOR-043\)/),
    });
  });

  it("lists what is open, with cause and age", async () => {
    await world.receive("erp", orderWire("1000123", "1", ["4711"]));
    await world.drain();
    const { code, stdout } = await cli(["open", "--site", "hamburg", "--state", "waiting"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {2}waiting {2}0 s +to the plant {2}OperationsRequest 1000123 v1 {2}due .* waits for material:4711 /);
    expect(await cli(["open", "--site", "suzhou"], { ORDERLANE_TOKEN: TOKENS.suzhou })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Nothing is open at suzhou."),
    });
  });
});

describe("usage", () => {
  it.each([
    [["order", "1"]],
    [["order"]],
    [["dance"]],
    [[]],
    [["replay", "x", "--site", "hamburg"]],
    [["resolve", "x", "--site", "hamburg", "--why", "w"]],
    [["pause", "erp", "--site", "hamburg"]],
    [["replay", "x", "--site", "hamburg", "--why", "w", "--attempt", "two"]],
    [["document", "x"]],
    [["send", "there-is-no-such-file.json", "--connection", "erp"]],
    [["order", "1", "--site", "hamburg", "--url", "ftp://example.org"]],
  ])("ends with 2, and asks the API nothing: %j", async (args) => {
    const ended = await cli(args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).not.toBe("");
    expect(ended.stderr).not.toContain("    at ");
    expect(api.seen).toEqual([]);
  });

  it("says where it looked when nobody answers", async () => {
    const ended = await cli(["order", "1", "--site", "hamburg", "--url", "http://127.0.0.1:9"]);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("no answer from http://127.0.0.1:9") });
  });
});
