import { setTimeout as delay } from "node:timers/promises";
import type { MaterialActual } from "../../core/documents/canonical.ts";
import { type ErpRpc, openRpc } from "./erp-rpc.ts";
import { type MadeOrder, nextNumbers, startOrders } from "./make-orders.ts";
import { ShiftStopped, untilTrue } from "./patience.ts";
import { OPERATIONS, type PlannedOrder } from "./plan.ts";
import { createPosted, type Line, lineOf, type Posted } from "./posting.ts";
import { readStock, type Stock } from "./read-books.ts";
import { consumptionsOf, inspectionOf, operationReportsOf, type Running, type Shift } from "./reports.ts";
import type { Scene } from "./scene.ts";

/** The shift, act by act. What lies behind the last one is only to be waited for. */

export type ActOptions = {
  readonly plan: readonly PlannedOrder[];
  readonly shift: Shift;
  readonly downSeconds: number;
  readonly say: (text: string) => void;
};

export type Played = { readonly orders: readonly string[]; readonly posted: Posted; readonly before: Stock; readonly kills: number };

const IN_TIME = 90;

export async function playShift(scene: Scene, options: ActOptions): Promise<Played> {
  const { plan, say } = options;
  const posted = createPosted(scene);
  const rpc = await openRpc(scene.erp);
  const before = await readStock(rpc);
  const known = plan.filter(({ isEarly }) => !isEarly);
  const early = plan.filter(({ isEarly }) => isEarly);

  say(`\n  1  Tryton's planner starts ${known.length} orders; they are told to the plant, materials first`);
  const made = await startOrders(
    rpc,
    known.map(({ quantity }) => quantity),
  );
  await untilInMes(
    scene,
    made.map(({ number }) => number),
  );
  say(`     ${made.length} orders and ${scene.plant.mes.materials().length} materials are in the MES`);

  const numbers = nextNumbers(made, early.length);
  await reportMorning(scene, posted, options, runningOf(scene, known, made), numbers);
  await takeBackAndCorrect(scene, posted, options, runningOf(scene, known, made));
  await loseTheErp(scene, posted, options, runningOf(scene, known, made));
  await tellLateOrders(scene, posted, options, early, numbers);
  return { orders: [...made.map(({ number }) => number), ...numbers], posted, before, kills: 1 };
}

/** Orders as the MES has them: operations by the ids that the order told it. */
function runningOf({ plant }: Scene, plan: readonly PlannedOrder[], made: readonly Pick<MadeOrder, "number">[]): readonly Running[] {
  return plan.map((each, at): Running => {
    const number = made[at]?.number ?? "none";
    const order = plant.mes.orders().find((there) => there.number === number);
    const operations = (order?.document.segmentRequirements ?? []).map(({ id, equipmentId }) => ({ id, equipment: equipmentId ?? "一号线" }));
    return { plan: each, number, operations };
  });
}

async function untilInMes({ plant }: Scene, numbers: readonly string[]): Promise<void> {
  const missing = () => numbers.filter((number) => !plant.mes.orders().some((order) => order.number === number && order.state === "released"));
  const refused = () => plant.mes.journal().find(({ what }) => what === "refused");
  await untilTrue(() => missing().length === 0 || refused() !== undefined, {
    what: "the orders reach the MES",
    seconds: IN_TIME,
    why: () => `order ${missing().join(", ")} is not there`,
    next: "look for poll-orders and advance-lane in the cloud's log, named above",
  });
  const entry = refused();
  if (entry !== undefined)
    throw new ShiftStopped(`the MES refused ${entry.subject}`, "a material of it was not told before it", "see the order of what poll-orders tells");
}

const consumptionLines = (running: Running, shift: Shift): Line[] => consumptionsOf(running, shift).map((report) => lineOf(report));
const operationLines = (running: Running, shift: Shift): Line[] => operationReportsOf(running, shift).map((report) => lineOf(report));

/** One line of each order after the other, as machines report side by side; the lines of one order keep their order. */
export function interleaved<T>(orders: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...orders.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => orders.flatMap((lines) => lines.slice(at, at + 1))).flat();
}

/** Whose consumptions are taken back or corrected must not be completed before. */
const isSpecial = ({ plan: { isCancelled, isCorrected } }: Running): boolean => isCancelled || isCorrected;
/** Each part of the story has its order among them (plan.ts). */
const FIRST_AT_LEAST = 4;
const firstHalf = (running: readonly Running[]): readonly Running[] => running.slice(0, Math.max(FIRST_AT_LEAST, Math.ceil(running.length / 2)));

async function reportMorning(
  scene: Scene,
  posted: Posted,
  { plan, shift, say }: ActOptions,
  running: readonly Running[],
  numbers: readonly string[],
): Promise<void> {
  say("\n  2  The plant reports in batches of several orders: consumptions, operations, inspections; of some before the ERP has their order or their lot");
  const unknown = plan.filter(({ isEarly }) => isEarly).map((each, at): Running => ({ plan: each, number: numbers[at] ?? "none", operations: [] }));
  await posted.post(interleaved(unknown.map((each) => consumptionLines(each, shift))));
  say(`     ${unknown.length * 5} consumptions of order ${numbers.join(", ")}, which Tryton does not have yet: they wait for it by name`);
  const half = firstHalf(running);
  await posted.post(half.flatMap((each) => (each.plan.inspection === "early" ? [lineOf(inspectionOf(each, 1, "Pass", shift))] : [])));
  await posted.post(
    interleaved(half.map((each) => (isSpecial(each) ? specialLines(each, shift) : [...consumptionLines(each, shift), ...operationLines(each, shift)]))),
  );
  await posted.post(half.flatMap((each) => (each.plan.inspection.startsWith("fails") ? [lineOf(inspectionOf(each, 1, "Fail", shift))] : [])));
  say(
    `     ${posted.documents().length} reports posted; order ${half
      .filter(({ plan: { isBackwards } }) => isBackwards)
      .map(({ number }) => number)
      .join()} reports its last operation first (later)`,
  );
  await untilTrue(() => scene.proxy.callsOf("model.stock.move.do") > 0, {
    what: "the first posting in Tryton",
    seconds: IN_TIME,
    why: () => "no move was booked",
    next: "look for advance-lane in the cloud's log, named above",
  });
}

/** The erroneous ones stand beside the right ones, which come first. */
function specialLines(running: Running, shift: Shift): Line[] {
  const reports = consumptionsOf(running, shift);
  if (running.plan.isCancelled) return [...reports, ...erroneous(running, shift)].map((report) => lineOf(report));
  return reports.map((report, at) => lineOf(at === 0 ? wrong(report) : report));
}

function erroneous(running: Running, shift: Shift): MaterialActual[] {
  return consumptionsOf(running, shift)
    .slice(0, 1)
    .map((report) => ({ ...report, id: `C-${running.number}-error` }));
}

const wrong = (report: MaterialActual): MaterialActual => ({ ...report, version: "1", quantity: { value: "99999", unit: report.quantity.unit } });
const corrected = (report: MaterialActual): MaterialActual => ({ ...report, version: "2" });

async function takeBackAndCorrect(scene: Scene, posted: Posted, { shift, say }: ActOptions, running: readonly Running[]): Promise<void> {
  say("\n  3  One consumption is taken back, one wrong quantity corrected, both booked before; what was sent is sent again");
  const special = running.filter(isSpecial);
  const taken = special.filter(({ plan }) => plan.isCancelled).flatMap((each) => erroneous(each, shift));
  const wrongs = special.filter(({ plan }) => plan.isCorrected).flatMap((each) => consumptionsOf(each, shift).slice(0, 1));
  const before = [...taken, ...wrongs.map(wrong)].map((report) => posted.documentOf(lineOf(report).key) ?? "none");
  await untilTrue(
    async () => {
      await scene.results.refresh();
      return before.every((document) => scene.results.isSettled(document));
    },
    {
      what: "what will be taken back is booked",
      seconds: IN_TIME,
      why: () => `${before.join(", ")} is not settled`,
      next: "look for it in the cloud's log, named above",
    },
  );
  await posted.post([...taken.map((report) => lineOf({ ...report, verb: "Cancel" })), ...wrongs.map((report) => lineOf(corrected(report)))]);
  const again = special.flatMap((each) => consumptionsOf(each, shift).slice(1, 2));
  // Once under its own key, once as a new message of the same.
  await posted.post([...again.map((report) => lineOf(report)), ...again.map((report) => lineOf(report, `again/${report.id}`))]);
  say(`     ${taken.length} taken back, ${wrongs.length} corrected; ${posted.duplicates()} answers say "duplicate"`);
}

async function loseTheErp(scene: Scene, posted: Posted, { shift, downSeconds, say }: ActOptions, running: readonly Running[]): Promise<void> {
  say(`\n  4  The second half reports; Tryton is killed (SIGKILL) in the middle of a booking, and is back on the same database after ${downSeconds} s`);
  const half = firstHalf(running);
  const rest = running.filter((each) => !half.includes(each));
  await posted.post(interleaved(rest.map((each) => consumptionLines(each, shift))));
  await untilBooking(scene);
  await scene.erp.kill();
  const killedAt = performance.now();
  say(`     killed after ${scene.proxy.calls()} calls`);
  // The plant goes on: it needs no ERP to report.
  await posted.post(interleaved(half.filter(isSpecial).map((each) => operationLines(each, shift))));
  await posted.post(interleaved(rest.map((each) => operationLines(each, shift))));
  await posted.post(running.flatMap((each) => laterInspections(each, shift)));
  say(`     ${posted.documents().length} reports posted by now; the plant did not have to wait`);
  await delay(Math.max(0, downSeconds * 1000 - (performance.now() - killedAt)));
  await scene.erp.restart();
  say(`     Tryton is back after ${((performance.now() - killedAt) / 1000).toFixed(1)} s`);
}

/** Tryton has a booking, and nobody has its answer. */
async function untilBooking({ proxy }: Scene): Promise<void> {
  let isBooking = false;
  const booking = proxy.untilNext("model.stock.move.do").then(() => {
    isBooking = true;
  });
  const stopped = untilTrue(() => isBooking, {
    what: "a booking to kill Tryton in",
    seconds: IN_TIME,
    why: () => "no move is booked, though consumptions were reported",
    next: "look for advance-lane in the cloud's log, named above",
  });
  await Promise.race([booking, stopped]);
}

function laterInspections(running: Running, shift: Shift): Line[] {
  switch (running.plan.inspection) {
    case "passes":
      return [lineOf(inspectionOf(running, 1, "Pass", shift))];
    case "fails-then-passes":
      return [lineOf(inspectionOf(running, 2, "Pass", shift))];
    case "never":
    case "early":
    case "fails":
      return [];
  }
}

async function tellLateOrders(
  scene: Scene,
  posted: Posted,
  { shift, say }: ActOptions,
  early: readonly PlannedOrder[],
  numbers: readonly string[],
): Promise<void> {
  say(`\n  5  The planner starts the ${early.length} orders that were reported on already`);
  const rpc: ErpRpc = await openRpc(scene.erp);
  const made = await startOrders(
    rpc,
    early.map(({ quantity }) => quantity),
  );
  const got = made.map(({ number }) => number);
  if (got.join() !== numbers.join())
    throw new ShiftStopped("Tryton gave its orders other numbers", `${got.join()}, not ${numbers.join()}`, "see make-orders.ts");
  await untilInMes(scene, got);
  await posted.post(interleaved(runningOf(scene, early, made).map((each) => operationLines(each, shift))));
  say(`     in the MES, and their ${early.length * OPERATIONS} operations reported`);
}
