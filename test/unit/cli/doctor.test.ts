import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clockCheck } from "../../../cli/doctor/api.ts";
import { nodeCheck, pythonCheck, settingsCheck } from "../../../cli/doctor/machine.ts";
import { connectionChecks, openChecks } from "../../../cli/doctor/plant.ts";
import { secretChecks, secretNames } from "../../../cli/doctor/secrets.ts";
import { settingsFor } from "../../../infra/settings.ts";
import { type AskWorld, askWorld, orderWire, TOKENS } from "../asking/ask-world.ts";
import { apiServer } from "./api-server.ts";
import { runCli } from "./run-cli.ts";

describe("doctor", () => {
  let world: AskWorld;
  let api: Awaited<ReturnType<typeof apiServer>>;
  beforeEach(async () => {
    world = await askWorld();
    api = await apiServer(world);
  });
  afterEach(() => api.close());

  it("finds what is wrong, says why and the next command, and ends with 3", async () => {
    const order = await world.receive("erp", orderWire("1", "1", ["4711"]));
    await world.drain();
    await world.waitInVain();
    const { code, stdout, stderr } = await runCli(["doctor", "--site", "hamburg"], { ORDERLANE_URL: api.url, ORDERLANE_TOKEN: TOKENS.operator });
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout).toContain(`ok      the API answers at ${api.url}`);
    expect(stdout).toContain("ok      the token may at hamburg: read, command");
    expect(stdout).toContain("FINDING the plant's agent of mes-hamburg is silent\n          why  it has never been heard of\n");
    expect(stdout).toContain(
      "FINDING hamburg: 1 documents are parked for a person\n          why  the first: material:4711 was waited for and never came (master data)",
    );
    expect(stdout).toContain("next  orderlane open --site hamburg --state parked");
    expect((await world.headerOf(order)).state).toBe("parked");
  });

  it("gives nobody a command and leases nothing while it tries what the token may", async () => {
    const before = JSON.stringify(world.ledger.all());
    await runCli(["doctor", "--site", "hamburg", "--json"], { ORDERLANE_URL: api.url, ORDERLANE_TOKEN: TOKENS.operator });
    expect(JSON.stringify(world.ledger.all())).toBe(before);
  });

  it.each([
    ["a token that is none", { ORDERLANE_TOKEN: `orl_${"z".repeat(26)}` }, "the token is not valid"],
    ["no token", { ORDERLANE_TOKEN: "" }, "the API cannot be asked"],
    ["a grant of another site", { ORDERLANE_TOKEN: TOKENS.suzhou }, "the token may do nothing at hamburg"],
  ])("says so of %s", async (_what, env, said) => {
    const { code, stdout } = await runCli(["doctor", "--site", "hamburg"], { ORDERLANE_URL: api.url, ...env });
    expect({ code, stdout }).toMatchObject({ code: 3, stdout: expect.stringContaining(`FINDING ${said}`) });
  });

  it("says that nobody answers, or somebody else, or where no site is named that it could not look", async () => {
    const other = createServer((_request, response) => response.end("<html>"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    expect((await runCli(["doctor", "--url", url])).stdout).toContain(`FINDING ${url} is not Orderlane's API`);
    await new Promise((resolve) => other.close(resolve));
    expect(await runCli(["doctor", "--url", url, "--lang", "zh-CN"])).toMatchObject({ code: 3, stdout: expect.stringContaining(`问题    ${url} 没有应答`) });
    expect(await runCli(["doctor", "--url", api.url, "--json"])).toMatchObject({ code: 1, stdout: expect.stringContaining("no site is named") });
  });
});

describe("each look", () => {
  it("knows the Node and the Python that are needed", () => {
    expect(["v24.0.0", "v25.1.0", "v22.9.0"].map((version) => nodeCheck(version).kind)).toEqual(["fine", "fine", "finding"]);
    expect(pythonCheck((program) => (program === "python3.11" ? 0 : null)).kind).toBe("fine");
    expect(pythonCheck(() => 3)).toMatchObject({ kind: "finding", next: { en: expect.stringContaining("python3-venv") } });
    expect((["local", "small", "prod"] as const).map((stage) => settingsCheck(stage).kind)).toEqual(["fine", "fine", "fine"]);
  });

  it("measures the clock against the answer's date, beyond what signatures may be off", () => {
    const at = Date.parse("2026-03-01T12:00:00Z");
    const date = "Sun, 01 Mar 2026 12:00:00 GMT";
    expect(clockCheck(date, at + 300_000, 300).kind).toBe("fine");
    expect(clockCheck(date, at + 301_000, 300)).toMatchObject({
      kind: "finding",
      what: { en: expect.stringContaining("ahead"), "zh-CN": "本机时钟快 5 分钟" },
    });
    expect(clockCheck(date, at - 3_600_000, 300)).toMatchObject({ what: { en: "this machine's clock is 60 min behind" } });
    expect(clockCheck(null, at, 300).kind).toBe("unchecked");
  });

  it("names each connection that does not stand open, and how to mend it", () => {
    const asOf = "2026-03-01T12:00:00.000Z";
    const paused = { by: "Ann", why: "year end", at: asOf };
    const checks = connectionChecks({
      site: "hamburg",
      asOf,
      connections: [
        { connection: "a", role: "erp", state: "open" },
        { connection: "b", role: "erp", state: "paused", paused },
        { connection: "c", role: "erp", state: "breaker-open", openUntil: asOf },
        { connection: "d", role: "mes", state: "silent" },
      ],
    });
    expect(checks.map((check) => [check.kind, check.what.en.split(" ")[0]])).toEqual([
      ["finding", "b"],
      ["finding", "c"],
      ["finding", "the"],
    ]);
    expect(checks[0]).toMatchObject({ next: { en: 'orderlane resume b --site hamburg --why "…"' } });
    expect(connectionChecks({ site: "hamburg", asOf, connections: [] })).toMatchObject([{ kind: "fine" }]);
  });

  it("tells what is overdue from what merely waits", () => {
    const asOf = "2026-03-01T12:00:00.000Z";
    const one = {
      type: "OperationsRequest",
      objectId: "1",
      direction: "to-plant",
      state: "waiting",
      cause: "waits",
      receivedAt: asOf,
      ageSeconds: 0,
      attempt: 1,
    } as const;
    const open = (dueAt: string) => openChecks({ site: "hamburg", asOf, note: "", documents: [{ ...one, id: "x", dueAt }] });
    expect(open("2026-03-01T11:58:00.000Z")).toMatchObject([{ kind: "fine" }]);
    expect(open("2026-03-01T11:50:00.000Z")).toMatchObject([{ kind: "finding", what: { en: "hamburg: 1 documents are overdue" } }]);
  });

  it("asks for every secret that the settings name, and stops where AWS refuses to tell", async () => {
    const settings = settingsFor("prod");
    const names = secretNames(settings);
    expect(names).toContain("orderlane/prod/erp/source");
    const missing = Object.assign(new Error("not there"), { name: "ResourceNotFoundException" });
    const described: string[] = [];
    const checks = await secretChecks(settings, async (name) => {
      described.push(name);
      if (name === names[0]) throw missing;
    });
    expect(described).toEqual(names);
    expect(checks).toMatchObject([{ kind: "finding", what: { en: `the secret ${names[0]} is not there` } }]);
    expect(await secretChecks(settings, () => Promise.reject(new Error("AccessDenied")))).toMatchObject([{ kind: "unchecked" }]);
    expect(await secretChecks(settings, async () => undefined)).toMatchObject([{ kind: "fine" }]);
  });
});
