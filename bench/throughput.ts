import type { Posting } from "../connectors/plain-json/fake.ts";
import type { JsonObject } from "../core/documents/exact-json.ts";
import type { Cloud } from "../local/cloud.ts";
import type { Installation } from "../local/scenario/installation.ts";
import { type ProcessorTime, processorTime } from "./processor-time.ts";
import { consumptionOf, MATERIAL, materialOf, orderOf } from "./sample-documents.ts";
import { isSoWithin, until } from "./until.ts";
import { watchPointsOf } from "./watch-points.ts";

/** (d) Documents through the local cloud, from the first request at the door to the last line in the ERP's own book. */
export type Throughput = {
  readonly what: string;
  /** The setting of the ERP's connection that bounds calls of it. */
  readonly callsPerSecond: number;
  readonly documents: number;
  /** Of them in the ERP's book when the time was up. */
  readonly delivered: number;
  /** Until the last 202. */
  readonly doorSeconds: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** State transitions for each: more than when it is alone where a budget or a crash had workflows begin again. */
  readonly transitions: number;
  /** Processors kept busy meanwhile, where that can be told. */
  readonly emulatorCores?: number;
  readonly functionCores?: number;
  readonly benchCores?: number;
};

export type Load = {
  readonly documents: number;
  readonly limitMs: number;
  readonly callsPerSecond: number /** Sets this run's documents apart from another's. */;
  readonly series: number;
};

/** Only an overloaded machine needs it. */
const DRAIN_MS = 90_000;
/** Senders at once, as an ERP and two plants would have. */
const SENDERS = 8;

/** Each plant's agent reports consumption, one document a message, five reports an order. */
export async function consumptionThroughput(cloud: Cloud, installation: Installation, load: Load): Promise<Throughput> {
  const { plants } = installation;
  const sends = Array.from({ length: load.documents }, (_, at) => {
    const plant = plants[at % plants.length];
    if (plant === undefined) throw new NotSent("there is no plant");
    const id = `C-${load.series}-${at}`;
    const document = consumptionOf(`${load.series}5${String(Math.floor(at / 5)).padStart(5, "0")}`, id, plant.site);
    return async () => {
      const results = await plant.agent.postUpward(plant.connection, [{ key: id, document }], AbortSignal.timeout(30_000));
      // A duplicate is one whose first answer did not arrive.
      if (results[0]?.result !== "accepted" && results[0]?.result !== "duplicate") throw new NotSent(`${id}: ${results[0]?.result}, ${results[0]?.detail}`);
    };
  });
  return measure("consumption", cloud, installation, load, sends, (posting) => posting.action === "post" && posting.objectId.startsWith(`C-${load.series}-`));
}

/** The ERP releases orders by webhook, one a message; two agents poll, and each MES accepts; the ERP is told. */
export async function orderThroughput(cloud: Cloud, installation: Installation, load: Load): Promise<Throughput> {
  const { plants } = installation;
  for (const { site, mes } of plants) {
    await post(installation, `material-${site}-${load.series}`, materialOf(MATERIAL, site));
    await until(`the MES of ${site} knows the material`, () => mes.materials().some(({ id }) => id === MATERIAL));
  }
  const prefix = `${load.series}6`;
  const sends = Array.from({ length: load.documents }, (_, at) => {
    const site = String(plants[at % plants.length]?.site);
    const number = `${prefix}${String(at).padStart(5, "0")}`;
    return () => post(installation, `order-${number}`, orderOf({ number, operations: 2, components: 3, site }));
  });
  const isTold = (posting: Posting) => posting.action === "tell-accepted" && Number(posting.objectId) >= Number(`${prefix}00000`);
  return measure("order release", cloud, installation, load, sends, isTold);
}

class NotSent extends Error {}

async function post({ sender }: Installation, id: string, body: JsonObject): Promise<void> {
  const { status, answer } = await sender.deliver(id, JSON.stringify(body));
  if (status !== 202) throw new NotSent(`${id} was answered ${status}: ${answer}`);
}

async function measure(
  what: string,
  cloud: Cloud,
  installation: Installation,
  load: Load,
  sends: readonly (() => Promise<void>)[],
  isOurs: (posting: Posting) => boolean,
): Promise<Throughput> {
  const points = watchPointsOf(cloud);
  await points.newRuns();
  const inBook = () => installation.erp.fake.books().filter(isOurs).length;
  const before = await processorTime(cloud);
  const begun = performance.now();
  const secondsSo = () => (performance.now() - begun) / 1000;
  await inTurn(sends, SENDERS);
  const doorSeconds = secondsSo();
  await isSoWithin(load.limitMs - doorSeconds * 1000, () => inBook() >= load.documents);
  const seconds = secondsSo();
  const delivered = inBook();
  const used = coresBetween(before, await processorTime(cloud), seconds);
  // What is left over must not run beside the next measurement.
  await isSoWithin(DRAIN_MS, async () => inBook() >= load.documents && (await points.idle()));
  const transitions = (await points.newRuns()).transitions / load.documents;
  points.close();
  const { documents, callsPerSecond } = load;
  return { what, callsPerSecond, documents, delivered, doorSeconds, seconds, perSecond: delivered / seconds, transitions, ...used };
}

const coresBetween = (before: ProcessorTime | undefined, after: ProcessorTime | undefined, seconds: number) =>
  before === undefined || after === undefined
    ? {}
    : {
        emulatorCores: (after.emulator - before.emulator) / seconds,
        functionCores: Math.max(0, after.functions - before.functions) / seconds,
        benchCores: (after.bench - before.bench) / seconds,
      };

/** All of them, `width` at a time, in their order. */
async function inTurn(work: readonly (() => Promise<void>)[], width: number): Promise<void> {
  const queue = work.values();
  const one = async (): Promise<void> => {
    for (const next of queue) await next();
  };
  await Promise.all(Array.from({ length: width }, one));
}
