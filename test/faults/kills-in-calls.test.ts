import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FakeCall, Fault } from "../../connectors/plain-json/fake-faults.ts";
import { consumptionOf, type Planned } from "../../local/scenario/documents.ts";
import { callAbout } from "../../local/scenario/erp-rules.ts";
import type { Plant } from "../../local/scenario/plant.ts";
import { fromPlant } from "../../local/scenario/send.ts";
import { type Case, type KillRig, openKillRig } from "./kill-rig.ts";

/**
 * Functions of the product, ended by SIGKILL while they are inside a call of the ERP: the ERP holds the call open, so each dies where its name says.
 * Right is what both systems' books say at the end. The kills fall into each other's work: that only makes it harder.
 */

let rig: KillRig;
beforeAll(async () => {
  rig = await openKillRig(1);
});
afterAll(() => rig.close());

const HELD: Fault = { kind: "lose-answer" };
/** Later than the kill, and within what the ERP declares (commitSeconds: 2). */
const COMMITS_LATER: Fault = { kind: "commit-late", afterMs: 1_500 };

const plantAt = (site: string): Plant => {
  const plant = rig.installation.plants.find((each) => each.site === site);
  if (plant === undefined) throw new Error(`no plant at ${site}`);
  return plant;
};

/** The call arrives, the function is ended inside it, and everything comes to its end. */
async function killInside(name: string, matches: (call: FakeCall) => boolean, fault: Fault, story: (told: Case) => Promise<void>): Promise<Case> {
  const told = rig.newCase();
  const arrived = rig.installation.rules.faultOnce(matches, fault);
  await story(told);
  await arrived;
  const killed = await rig.installation.cloud.killFunction(name);
  if (killed.length === 0) throw new Error(`no process of ${name} was there to kill`);
  return told;
}

const report = (site: string): Planned => {
  const { wire, number } = rig.order(site);
  if (wire.type !== "OperationsRequest") throw new Error("an order is no order");
  return {
    from: "plant",
    fates: ["delivered"],
    wire: consumptionOf(wire, `C-${number}`, String(wire.materialRequirements[0]?.materialDefinitionId), "1.250", "2026-03-01T08:00:00Z"),
  };
};
const reported = (planned: Planned) => async (told: Case) => {
  await fromPlant(plantAt(planned.wire.hierarchyScope), told.log, [{ key: planned.wire.id, planned }]);
};
const released = (planned: Planned) => (told: Case) => told.send(planned);
const lookUpAfter = (action: FakeCall["action"], id: string) => {
  let key: string | undefined;
  return (call: FakeCall): boolean => {
    if (call.action === action && call.document?.id === id) key ??= call.key;
    return call.method === "lookUp" && call.key === key;
  };
};

describe.concurrent("a function killed inside a call of the ERP", () => {
  it("advance-lane, while it posts a consumption that the ERP has booked: posted once", async ({ expect: check }) => {
    const planned = report("hamburg");
    const told = await killInside("advance-lane", callAbout("post", planned.wire.id), HELD, reported(planned));
    check(await told.findings()).toEqual([]);
  });

  it("advance-lane, while it posts a consumption that the ERP books only after its death: posted once", async ({ expect: check }) => {
    const planned = report("suzhou");
    const told = await killInside("advance-lane", callAbout("post", planned.wire.id), COMMITS_LATER, reported(planned));
    check(await told.findings()).toEqual([]);
  });

  it("advance-lane, while it looks up a posting whose answer was lost: posted once", async ({ expect: check }) => {
    const planned = report("hamburg");
    const looksUp = lookUpAfter("post", planned.wire.id);
    void rig.installation.rules.faultOnce((call) => !looksUp(call) && callAbout("post", planned.wire.id)(call), HELD);
    const told = await killInside("advance-lane", looksUp, HELD, reported(planned));
    check(await told.findings()).toEqual([]);
  });

  it("perform-step, while it tells the ERP that the plant accepted, and the ERP has noted it: told once", async ({ expect: check }) => {
    const planned = rig.order("hamburg");
    const told = await killInside("perform-step", callAbout("tell-accepted", planned.wire.id), HELD, released(planned));
    check(await told.findings()).toEqual([]);
  });

  it("perform-step, while it tells the ERP that the plant accepted, and the ERP notes it only after its death: told once", async ({ expect: check }) => {
    const planned = rig.order("suzhou");
    const told = await killInside("perform-step", callAbout("tell-accepted", planned.wire.id), COMMITS_LATER, released(planned));
    check(await told.findings()).toEqual([]);
  });

  it("perform-step, while it looks up whether the ERP was told: told once", async ({ expect: check }) => {
    const planned = rig.order("suzhou");
    const looksUp = lookUpAfter("tell-accepted", planned.wire.id);
    void rig.installation.rules.faultOnce((call) => !looksUp(call) && callAbout("tell-accepted", planned.wire.id)(call), HELD);
    const told = await killInside("perform-step", looksUp, HELD, released(planned));
    check(await told.findings()).toEqual([]);
  });

  it("perform-step, while it tells the ERP that the plant refused: told once, nothing in the MES", async ({ expect: check }) => {
    const planned = rig.order("hamburg", ["rejected"]);
    plantAt("hamburg").refuse(planned.number, { code: "press-down", message: "press 3 is being repaired" });
    const told = await killInside("perform-step", callAbout("tell-rejected", planned.wire.id), HELD, released(planned));
    check(await told.findings()).toEqual([]);
  });

  it("perform-step, while it tells the ERP of an undo: withdrawn once, told once", async ({ expect: check }) => {
    const planned = rig.order("suzhou", ["undone"]);
    rig.installation.rules.refuseAcceptanceOf(planned.number, { code: "closed", message: "the order is closed for accounting" });
    const told = await killInside("perform-step", callAbout("tell-undone", planned.wire.id), HELD, released(planned));
    check(await told.findings()).toEqual([]);
  });
});

it("the books of this file can be wrong: an order taken out of the MES's book is found lost", async () => {
  const planned = rig.order("hamburg");
  const told = rig.newCase();
  await told.send(planned);
  expect(await told.findings()).toEqual([]);
  plantAt("hamburg").mes.remove(planned.wire.id);
  expect(await told.findings()).toEqual([expect.objectContaining({ kind: "lost" })]);
});
