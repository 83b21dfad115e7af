import { expect, it } from "vitest";
import * as z from "zod";
import { createFakeErpTarget } from "../../../connectors/plain-json/fake.ts";
import { subjectKeyIn } from "../../../core/documents/ids.ts";
import { createLoadBudget } from "../../../core/effects/load-budget.ts";
import { MarkerState } from "../../../core/effects/markers.ts";
import { command } from "../../../core/lanes/commands.ts";
import { freeLane } from "../../../core/lanes/lane-state.ts";
import { CommandName } from "../../../core/lanes/notices.ts";
import { commandRefusal } from "../../../core/lanes/possible-commands.ts";
import { DocumentState, isSettled } from "../../../core/lanes/states.ts";
import { type Header, itemOf, type Lane } from "../../../core/ledger/items.ts";
import { countingIds } from "../../support/memory/ids.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { askWorld, orderWire, START } from "./ask-world.ts";

const Event = z.object({ sk: z.string(), result: z.string() });

/** What the lane itself answers to a command on a document that stands so: the result in its timeline. */
async function laneAnswer(world: Awaited<ReturnType<typeof askWorld>>, header: Header, name: CommandName): Promise<string> {
  const ledger = memoryLedgerStore();
  const inForce = header.state === "delivered" ? { [header.object]: { document: header.id } } : {};
  const free = { ...freeLane(subjectKeyIn(header.id), header.target), inForce };
  const lane: Lane = isSettled(header.state) ? free : { ...free, revision: 1, holder: header.id };
  await ledger.write([{ kind: "put", item: itemOf({ pk: header.pk, sk: header.sk }, header) }]);
  if (lane.revision > 0) await ledger.write([{ kind: "put", item: itemOf({ pk: lane.pk, sk: lane.sk }, lane) }]);
  const { clock, settings, queue, map } = world;
  const ids = countingIds(2);
  const { find: _find, ...cannotBeAsked } = createFakeErpTarget(world.erp, clock);
  const ports = {
    ledger,
    clock,
    ids,
    settings,
    queue,
    map,
    budget: createLoadBudget({ ledger, clock, ids, claimSeconds: 5, pause: async (milliseconds) => clock.advance(milliseconds) }),
    workflows: {
      run: async () => ({ kind: "cut" }) as const,
      start: async () => undefined,
      look: async () => ({ kind: "absent" }) as const,
      stop: async () => undefined,
      answer: async () => "gone" as const,
    },
    targetOf: () => cannotBeAsked,
    queueUrlOf: () => "queue",
  };
  const order = {
    kind: "command",
    target: header.target,
    document: header.id,
    attempt: header.attempt,
    command: name,
    id: "c1",
    who: "Anna",
    why: "a test",
    ...(name === "resolve" ? { postedAs: "4711", unchecked: true as const } : {}),
  } as const;
  await command(ports, { totalMs: 60_000, remainingMs: () => 60_000 }, header, lane, order, "1");
  const events = ledger.all().flatMap((item) => {
    const event = Event.safeParse(item);
    return event.success && event.data.sk.endsWith(`${name}-c1`) ? [event.data.result] : [];
  });
  return events.join();
}

/** Every way a document can stand that the rules tell apart. */
function* standings(base: Header): Generator<Header> {
  const modes = ["forward", "undo"] as const;
  for (const state of DocumentState.options) {
    for (const mode of modes) for (const marked of markings()) for (const cancel of [false, true]) yield { ...base, state, mode, cancel, markers: marked };
  }
}

/** A marker in every state, of the plant's step and of an announcement; looked for before now, after now, and not at all. */
function* markings(): Generator<Header["markers"]> {
  yield {};
  for (const state of MarkerState.options) {
    for (const lookAt of [undefined, START - 1, START + 1]) {
      for (const step of ["deliver", "tell-accepted"]) yield { [step]: { state, generation: 0, attempt: 1, ...(lookAt === undefined ? {} : { lookAt }) } };
    }
  }
}

it("says no exactly where the lane says no, for every state, mode, marker and command, and for a cancel", async () => {
  const world = await askWorld();
  const base = await world.headerOf(await world.receive("erp", orderWire("1", "1")));
  const counts = { possible: 0, refused: 0 };
  for (const header of standings(base)) {
    for (const name of CommandName.options) {
      const ours = commandRefusal(world.settings, header, name, START) === undefined ? "possible" : "refused";
      const told = await laneAnswer(world, header, name);
      const { state, mode, cancel, markers } = header;
      expect({ state, mode, cancel, markers, name, ours, told }).toMatchObject({
        ours: told.startsWith("refused") ? "refused" : "possible",
        told: expect.stringMatching(/./),
      });
      counts[ours] += 1;
    }
  }
  expect(counts.possible).toBeGreaterThan(500);
  expect(counts.refused).toBeGreaterThan(1000);
});
