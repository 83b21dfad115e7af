import { Logger } from "@aws-lambda-powertools/logger";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { logMetrics } from "../../../aws/metrics.ts";
import { ConnectionId, DocumentId } from "../../../core/documents/ids.ts";
import { itemOf } from "../../../core/ledger/items.ts";
import { connectionKey } from "../../../core/ledger/keys.ts";
import { countOpen } from "../../../core/metrics/count-open.ts";
import { measuredLedger } from "../../../core/metrics/measured-ledger.ts";
import type { Became, Metrics, OpenNow } from "../../../core/metrics/metrics.ts";
import { METRIC_NAMES, METRICS, metricSeries } from "../../../core/settings/metrics.ts";
import { createSurvey } from "../../../functions/wake-due/survey.ts";
import { settingsFor } from "../../../infra/settings.ts";
import { askWorld, consumptionWire, orderWire, START } from "../asking/ask-world.ts";

function heard() {
  const told: Became[] = [];
  const counted: (readonly OpenNow[])[] = [];
  const metrics: Metrics = { became: (what) => told.push(what), openNow: (targets) => counted.push(targets) };
  return { told, counted, metrics };
}

async function measuredWorld(options: Parameters<typeof askWorld>[0] = {}) {
  const ear = heard();
  const world = await askWorld({ ...options, through: (ledger, clock) => measuredLedger(ledger, ear.metrics, clock) });
  return { ...world, ...ear };
}

describe("what becomes of documents", () => {
  it("is told once each, with the time since its receipt, however often its message comes", async () => {
    const world = await measuredWorld();
    const document = await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
    world.clock.advance(2500);
    await world.drain();
    await world.drain();
    expect(world.told).toEqual([
      { document, target: "erp", connection: "mes-hamburg", type: "MaterialActual", attempt: 1, state: "delivered", secondsSinceReceipt: 2.5 },
    ]);
  });

  it("is told with the reason's code where a document parks, waits or is refused, and never with its text", async () => {
    const world = await measuredWorld({ erpRefuses: () => ({ code: "not-wanted", message: "the order of Mr Smith is closed" }) });
    await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
    await world.receive("erp", orderWire("1000123", "1", ["4711"]));
    await world.drain();
    expect(world.told.map(({ state, target }) => [state, target]).sort()).toEqual([
      ["rejected", "erp"],
      ["waiting", "mes-hamburg"],
    ]);
    for (const { reason } of world.told) expect(reason).toMatch(/^[A-Za-z0-9-]+$/);
    expect(JSON.stringify(world.told)).not.toContain("Smith");
    await world.waitInVain();
    expect(world.told.at(-1)).toMatchObject({ state: "parked", target: "mes-hamburg" });
  });

  it("is not told of a write that was refused", async () => {
    const { told, metrics } = heard();
    const world = await askWorld();
    const document = await world.receive("mes-hamburg", consumptionWire("C1", "1000123"));
    const ledger = measuredLedger(world.ledger, metrics, world.clock);
    const { pk, sk } = await world.headerOf(document);
    await ledger.read({ pk, sk });
    const parking = (revision: number) =>
      ledger.write([{ kind: "update", key: { pk, sk }, set: { state: "parked" }, if: [{ path: "revision", is: revision }] }]);
    expect((await parking(99)).kind).toBe("refused");
    expect(told).toEqual([]);
    expect((await parking(1)).kind).toBe("written");
    expect(told.map(({ state }) => state)).toEqual(["parked"]);
  });
});

describe("what is open", () => {
  it("is counted by target: parked apart from waiting, the oldest that is not parked, and the breaker", async () => {
    const world = await askWorld();
    await world.receive("erp", orderWire("1000123", "1", ["4711"]));
    await world.drain();
    world.clock.advance(60_000);
    await world.receive("mes-hamburg", consumptionWire("C1", "1000124"));
    const budget = { revision: 1, second: 0, taken: 0, failures: 5, openUntil: world.clock.now() + 1 };
    await world.ledger.write([{ kind: "put", item: itemOf(connectionKey(ConnectionId.parse("erp")), budget) }]);
    const counted = new Map((await countOpen(world)).map(({ target, ...rest }) => [String(target), rest]));
    expect(counted.get("mes-hamburg")).toEqual({ parked: 0, waiting: 1, oldestOpenSeconds: 60, breakerOpen: false, incomplete: false });
    expect(counted.get("erp")).toEqual({ parked: 0, waiting: 0, oldestOpenSeconds: 0, breakerOpen: true, incomplete: false });
    world.clock.advance(1);
    await world.waitInVain();
    const later = new Map((await countOpen(world)).map(({ target, ...rest }) => [String(target), rest]));
    expect(later.get("mes-hamburg")).toMatchObject({ parked: 1, waiting: 0, oldestOpenSeconds: 0 });
    expect(later.get("erp")?.breakerOpen).toBe(false);
    expect(later.size).toBe(world.settings.connections.length);
  });

  it("is counted once in five minutes, and a count that fails stops no wake", async () => {
    const world = await askWorld();
    const { counted, metrics } = heard();
    const failures: unknown[] = [];
    let isDown = false;
    const ledger = {
      ...world.ledger,
      listOpen: (...asked: Parameters<typeof world.ledger.listOpen>) => (isDown ? Promise.reject(new Error("down")) : world.ledger.listOpen(...asked)),
    };
    const survey = createSurvey({ ledger, clock: world.clock, settings: world.settings, metrics, onFailure: (error) => failures.push(error) });
    for (let minute = 0; minute < 10; minute += 1) {
      await survey();
      world.clock.advance(60_000);
    }
    expect(counted).toHaveLength(2);
    isDown = true;
    await survey();
    expect(counted).toHaveLength(2);
    expect(failures).toHaveLength(1);
  });
});

describe("the line of a metric", () => {
  const Embedded = z.object({
    Timestamp: z.literal(START),
    CloudWatchMetrics: z.tuple([
      z.object({
        Namespace: z.literal("Orderlane"),
        Dimensions: z.tuple([z.array(z.string())]),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.enum(["Count", "Seconds"]) })).min(1),
      }),
    ]),
  });
  const what: Became = {
    document: DocumentId.parse(`${"a".repeat(26)}.${"b".repeat(26)}`),
    target: ConnectionId.parse("erp"),
    connection: ConnectionId.parse("mes-hamburg"),
    type: "MaterialActual",
    attempt: 1,
    state: "delivered",
    secondsSinceReceipt: 2.5,
  };
  const open = (target: string, parked: number, oldestOpenSeconds: number): OpenNow => ({
    target: ConnectionId.parse(target),
    parked,
    waiting: 1,
    oldestOpenSeconds,
    breakerOpen: parked > 0,
    incomplete: false,
  });
  const written = (stage: "small" | "prod", write: (metrics: Metrics) => void) => {
    const lines: Record<string, unknown>[] = [];
    write(logMetrics({ info: (message, attributes) => lines.push({ message, ...attributes }) }, { stage }, () => START));
    return lines;
  };

  it("is embedded metric format: each metric it names stands at its root as a number, each dimension as a text", () => {
    const lines = [
      ...written("prod", (metrics) => metrics.became(what)),
      ...written("prod", (metrics) => metrics.openNow([open("erp", 1, 10), open("mes-hamburg", 0, 20)])),
      ...written("small", (metrics) => metrics.openNow([open("erp", 1, 10), open("mes-hamburg", 0, 20)])),
    ];
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const [{ Dimensions, Metrics: named }] = Embedded.parse(line._aws).CloudWatchMetrics;
      for (const { Name } of named) expect({ Name, type: typeof line[Name] }).toEqual({ Name, type: "number" });
      for (const name of Dimensions[0]) expect({ name, type: typeof line[name] }).toEqual({ name, type: "string" });
    }
  });

  it("has the dimensions stage and target and every metric on prod, and three of the whole stage on small, with the rest beside them for queries", () => {
    const told = (line: Record<string, unknown> | undefined) => {
      const [{ Dimensions, Metrics: named }] = Embedded.parse(line?._aws).CloudWatchMetrics;
      return [Dimensions[0], named.map(({ Name }) => Name)];
    };
    const counting = (metrics: Metrics) => metrics.openNow([open("erp", 1, 10), open("mes-hamburg", 2, 20)]);
    expect(told(written("prod", counting)[0])).toEqual([
      ["stage", "target"],
      ["Parked", "Waiting", "OldestOpen", "BreakerOpen"],
    ]);
    expect(told(written("prod", (metrics) => metrics.became(what))[0])).toEqual([
      ["stage", "target"],
      ["Delivered", "DeliveryDelay"],
    ]);
    const [small, ...others] = written("small", counting);
    expect(others).toEqual([]);
    expect(told(small)).toEqual([["stage"], ["Parked", "OldestOpen"]]);
    expect(small).toMatchObject({ Parked: 3, Waiting: 2, OldestOpen: 20, BreakerOpen: 1, target: "all" });
    expect(told(written("small", (metrics) => metrics.became(what))[0])).toEqual([["stage"], ["Delivered"]]);
    expect(metricSeries(settingsFor("small"))).toBe(3);
    expect(metricSeries(settingsFor("prod"))).toBe(METRIC_NAMES.length * settingsFor("prod").connections.length);
  });

  it("is no metric where a document parks, waits or is refused: that is counted by what is open", () => {
    const [line] = written("prod", (metrics) => metrics.became({ ...what, state: "parked", reason: "no-such-unit" }));
    expect(line).toMatchObject({ message: "document.parked", document: what.document, reason: "no-such-unit", target: "erp" });
    expect(line).not.toHaveProperty("_aws");
  });

  it("comes out of the functions' logger as one line of JSON with the metrics at its root", () => {
    // The logger then writes to the console that is watched here, and not to one of its own.
    vi.stubEnv("POWERTOOLS_DEV", "true");
    const written = vi.spyOn(console, "info").mockImplementation(() => undefined);
    try {
      logMetrics(new Logger({ serviceName: "advance-lane" }), { stage: "prod" }, () => START).became(what);
      const line = z.looseObject({ message: z.string() }).parse(JSON.parse(String(written.mock.calls[0]?.[0])));
      expect(line).toMatchObject({
        message: "document.delivered",
        service: "advance-lane",
        [METRICS.delivered.name]: 1,
        [METRICS.delay.name]: 2.5,
        stage: "prod",
      });
      expect(Embedded.safeParse(line._aws).success).toBe(true);
    } finally {
      written.mockRestore();
      vi.unstubAllEnvs();
    }
  });
});
