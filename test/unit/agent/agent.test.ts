import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Agent, createAgent, type Mes } from "../../../local/agent.ts";
import { createMesSimulator, type MesRefusal, type MesSimulator } from "../../../local/mes-simulator.ts";
import { type LeaseApi, type Offered, startLeaseApi } from "./lease-api.ts";

const order = (number: string, fields: Partial<Offered> & { readonly state?: "Released" | "Cancelled"; readonly version?: string } = {}): Offered => {
  const { state = "Released", version = "1", ...rest } = fields;
  return {
    id: `d-${number}`,
    number,
    lane: "lane-1",
    object: "OperationsRequest/1000123",
    action: "apply",
    version,
    document: {
      type: "OperationsRequest",
      id: "1000123",
      version,
      hierarchyScope: "hamburg",
      operationsType: "Production",
      requestState: state,
      segmentRequirements: [{ id: "0010", processSegmentId: "milling" }],
      materialRequirements: [],
    },
    ...rest,
  };
};

const PATIENT = { timeout: 20_000, interval: 5 };

let folder: string;
let api: LeaseApi;
let simulator: MesSimulator;
let refusal: MesRefusal | undefined;
let events: string[];
let open: Agent[];

const agentOf = (mes: Mes = simulator, token = "right"): Agent => {
  const agent = createAgent({
    api: api.url,
    site: "hamburg",
    token,
    memory: join(folder, "agent.sqlite"),
    mes,
    firstBackoffMs: 1,
    report: (event) => events.push(event),
  });
  open.push(agent);
  return agent;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "orderlane-agent-"));
  api = await startLeaseApi("right");
  refusal = undefined;
  events = [];
  open = [];
  simulator = createMesSimulator({ site: "hamburg", now: () => 0, refuses: () => refusal });
});
afterEach(async () => {
  for (const agent of open) agent.close();
  await api.close();
  await rm(folder, { recursive: true });
});

const results = () => api.verdicts().map(({ delivery, result }) => `${delivery} ${result}`);
const entries = () => simulator.journal().map(({ delivery, what }) => `${delivery} ${what}`);

describe("what the MES is asked, once and in order", () => {
  it("applies a delivery and reports the MES's own number", async () => {
    api.offer(order("01"));
    expect(await agentOf().round()).toBe(0.01);
    expect(api.verdicts()).toEqual([{ delivery: "d-01", leaseToken: "lease-1", result: "accepted", reference: "M-HA-000001" }]);
    expect(simulator.orders()).toMatchObject([{ number: "1000123", version: "1", state: "released", jobs: [{ id: "M-HA-000001-0010" }] }]);
  });

  it("answers a repeated delivery with its first verdict, under the new lease, and does not touch the MES", async () => {
    let touched = 0;
    const counting: Mes = {
      apply: (delivery) => {
        touched += 1;
        return simulator.apply(delivery);
      },
      withdraw: simulator.withdraw,
    };
    const agent = agentOf(counting);
    api.offer(order("01"));
    await agent.round();
    api.offer(order("01"));
    await agent.round();
    expect(api.verdicts().map(({ leaseToken, reference }) => [leaseToken, reference])).toEqual([
      ["lease-1", "M-HA-000001"],
      ["lease-2", "M-HA-000001"],
    ]);
    expect(touched).toBe(1);
  });

  it("answers `outdated` to a lower number of the lane and object, without applying it", async () => {
    const agent = agentOf();
    api.offer(order("05", { version: "2" }));
    await agent.round();
    api.offer(order("04"));
    await agent.round();
    expect(results()).toEqual(["d-05 accepted", "d-04 outdated"]);
    expect(simulator.orders()).toMatchObject([{ version: "2" }]);
  });

  it("works on one lease in the order of numbers, compared as text", async () => {
    api.offer(order("000011.1", { version: "2" }), order("000009.2"));
    await agentOf().round();
    expect(results()).toEqual(["d-000009.2 accepted", "d-000011.1 accepted"]);
  });

  it("takes a lower number of another object, or of another lane", async () => {
    api.offer(order("09"), order("03", { object: "other", id: "a" }), order("02", { lane: "lane-2", id: "b" }));
    const agent = agentOf();
    await agent.round();
    api.offer(order("04", { object: "other", id: "c" }));
    await agent.round();
    expect(results().filter((each) => each.endsWith("outdated"))).toEqual([]);
  });

  it("reports what the MES refuses, with its reason", async () => {
    refusal = { code: "no-capacity", message: "the line is full" };
    api.offer(order("01"));
    await agentOf().round();
    expect(api.verdicts()).toMatchObject([{ result: "rejected", reason: refusal }]);
    expect(simulator.orders()).toEqual([]);
  });
});

describe("a restart forgets nothing", () => {
  it("keeps verdicts and highest numbers", async () => {
    const before = agentOf();
    api.offer(order("05"));
    await before.round();
    before.close();
    open = [];
    const after = agentOf();
    api.offer(order("05"), order("04"));
    await after.round();
    expect(results()).toEqual(["d-05 accepted", "d-05 accepted", "d-04 outdated"]);
    expect(entries()).toEqual(["d-05 released"]);
  });

  it("sends a verdict that was never taken, before it asks for more", async () => {
    const before = agentOf();
    api.offer(order("01"));
    api.fail("/verdicts", { status: 503 });
    await expect(before.round()).rejects.toThrow("503");
    before.close();
    open = [];
    expect(results()).toEqual([]);
    await agentOf().round();
    expect(results()).toEqual(["d-01 accepted"]);
  });

  it("applies again what was begun when the agent died, and the MES makes one change of it", async () => {
    const dying: Mes = {
      apply: async (delivery) => {
        await simulator.apply(delivery);
        throw new Error("died after the MES's commit");
      },
      withdraw: simulator.withdraw,
    };
    const before = agentOf(dying);
    api.offer(order("01"));
    await before.round();
    before.close();
    open = [];
    expect(results()).toEqual([]);
    api.offer(order("01"));
    await agentOf().round();
    expect(results()).toEqual(["d-01 accepted"]);
    expect(entries()).toEqual(["d-01 released"]);
  });

  it("does not apply what was begun when the agent died, once a newer one was begun", async () => {
    const away: Mes = { apply: () => Promise.reject(new Error("the MES is down")), withdraw: simulator.withdraw };
    const before = agentOf(away);
    api.offer(order("01"));
    await before.round();
    before.close();
    open = [];
    const after = agentOf();
    api.offer(order("02", { version: "2" }));
    await after.round();
    api.offer(order("01"));
    await after.round();
    expect(results()).toEqual(["d-02 accepted", "d-01 outdated"]);
    expect(entries()).toEqual(["d-02 released"]);
  });
});

describe("withdrawals and cancels", () => {
  it("takes back the version that is current, with its jobs", async () => {
    api.offer(order("01"), order("02", { action: "withdraw" }));
    await agentOf().round();
    expect(results()).toEqual(["d-01 accepted", "d-02 accepted"]);
    expect(simulator.orders()).toMatchObject([{ state: "withdrawn", jobs: [] }]);
  });

  it("leaves another version in force than the one the withdrawal names", async () => {
    api.offer(order("01"), order("02", { version: "2" }), order("03", { action: "withdraw", version: "1" }));
    await agentOf().round();
    expect(results()).toEqual(["d-01 accepted", "d-02 accepted", "d-03 accepted"]);
    expect(simulator.orders()).toMatchObject([{ state: "released", version: "2", jobs: [{ segment: "0010" }] }]);
    expect(entries()[2]).toBe("d-03 nothing-to-withdraw");
  });

  it("does not apply what a later withdrawal has taken back already", async () => {
    const agent = agentOf();
    api.offer(order("02", { action: "withdraw" }));
    await agent.round();
    api.offer(order("01"));
    await agent.round();
    expect(results()).toEqual(["d-02 accepted", "d-01 outdated"]);
    expect(simulator.orders()).toEqual([]);
  });

  it("puts the former version back, and keeps the MES's own number", async () => {
    api.offer(order("01"), order("02", { version: "2" }), order("03", { version: "1" }));
    await agentOf().round();
    expect(simulator.orders()).toMatchObject([{ version: "1", reference: "M-HA-000001", state: "released" }]);
  });

  it("cancels an order, and accepts the cancel of one it never had", async () => {
    api.offer(order("01"), order("02", { state: "Cancelled", version: "2" }));
    api.offer(order("03", { object: "x", id: "never", document: { ...order("03").document, id: "9", requestState: "Cancelled" } }));
    await agentOf().round();
    expect(results()).toEqual(["d-01 accepted", "d-02 accepted", "never accepted"]);
    expect(simulator.orders()).toMatchObject([{ number: "1000123", state: "cancelled", jobs: [] }]);
  });

  it("refuses an order whose material the MES was not told of, and takes it afterwards", async () => {
    const withMaterial = (id: string) => {
      const requirement = { id: "1", materialDefinitionId: "0012E4", materialUse: "Consumed", quantity: { value: "1", unit: "KGM" } };
      return order(id, { document: { ...order(id).document, materialRequirements: [requirement] } });
    };
    const material = { type: "MaterialDefinition", id: "0012E4", hierarchyScope: "hamburg", description: "steel", baseUnit: "KGM" };
    api.offer(withMaterial("01"), { ...order("02"), lane: "lane-m", object: "material", document: material }, withMaterial("03"));
    await agentOf().round();
    expect(results()).toEqual(["d-01 rejected", "d-02 accepted", "d-03 accepted"]);
  });
});

describe("a network that fails", () => {
  it("sends verdicts again until they are taken, and goes on", async () => {
    const stop = new AbortController();
    api.fail("/verdicts", "cut", { status: 500 }, { status: 429, headers: { "retry-after": "0" } });
    api.offer(order("01"));
    const running = agentOf().run(stop.signal);
    await vi.waitUntil(() => api.calls("/verdicts") === 4, PATIENT);
    stop.abort();
    await running;
    // The cut one was taken: Orderlane answers the repeat as such.
    expect(new Set(results())).toEqual(new Set(["d-01 accepted"]));
    expect(events.filter((event) => event === "api-failed")).toHaveLength(3);
  });

  it("polls on, stops at once, and lets what is not begun come again", async () => {
    const stop = new AbortController();
    const slow: Mes = {
      apply: async (delivery) => {
        stop.abort();
        return simulator.apply(delivery);
      },
      withdraw: simulator.withdraw,
    };
    const running = agentOf(slow).run(stop.signal);
    await vi.waitUntil(() => api.calls("/lease") > 3, PATIENT);
    api.offer(order("01"), order("02", { version: "2" }));
    await running;
    expect(results()).toEqual(["d-01 accepted"]);
  });

  it("tells of a conflict, and does not send that verdict again", async () => {
    const agent = agentOf();
    api.offer(order("01"));
    api.fail("/verdicts", { status: 200, body: { results: [{ delivery: "d-01", result: "conflict" }] } });
    await agent.round();
    await agent.round();
    expect(events).toEqual(["verdict-conflict"]);
    expect(api.calls("/verdicts")).toBe(1);
  });

  it("keeps calling with a token that is not known, and does nothing else", async () => {
    const stop = new AbortController();
    api.offer(order("01"));
    const running = agentOf(simulator, "wrong").run(stop.signal);
    await vi.waitUntil(() => events.length > 2, PATIENT);
    stop.abort();
    await running;
    expect(simulator.journal()).toEqual([]);
  });

  it("says with a heartbeat that the plant is there", async () => {
    expect(await agentOf().heartbeat()).toBe(7);
    expect(events).toEqual(["heartbeat"]);
  });
});

describe("documents on their way up", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, at) => ({ key: `k-${at}`, document: { type: "MaterialActual", id: `C-${at}` } }));

  it("go in batches of 500 lines with their keys", async () => {
    const posted = await agentOf().postUpward("mes-hamburg", lines(501), new AbortController().signal);
    expect(api.batches().map((batch) => batch.length)).toEqual([500, 1]);
    expect(posted).toHaveLength(501);
    expect(posted[500]).toEqual({ key: "k-500", result: "accepted", document: "doc-k-500" });
  });

  it("are sent again under the same keys, from the first line that could not be taken", async () => {
    const answers = [
      { line: 1, result: "accepted", document: "doc-1" },
      { line: 2, result: "refused", detail: "no lot" },
      { line: 3, result: "retry" },
    ];
    api.fail(
      "/documents",
      { status: 503, headers: { "retry-after": "0" }, body: { title: "later", lines: answers } },
      { status: 503, headers: { "retry-after": "0" } },
    );
    const posted = await agentOf().postUpward("mes-hamburg", lines(3), new AbortController().signal);
    expect(posted.map(({ key, result }) => `${key} ${result}`)).toEqual(["k-0 accepted", "k-1 refused", "k-2 accepted"]);
    expect(api.batches()).toEqual([lines(3).slice(2)]);
  });

  it("stop being sent when told to", async () => {
    const stop = new AbortController();
    api.fail("/documents", ...Array.from({ length: 50 }, () => ({ status: 503 })));
    const posting = agentOf().postUpward("mes-hamburg", lines(1), stop.signal);
    await vi.waitUntil(() => api.calls("/documents") > 2, PATIENT);
    stop.abort();
    expect(await posting).toEqual([]);
  });
});
