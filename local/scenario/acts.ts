import { PLACES, SITES } from "./documents.ts";
import { callAbout } from "./erp-rules.ts";
import type { Order, Pair } from "./plan.ts";
import { type Act, allTold, erpHas, hasMaterial, messageId, plantOf, type Scene, sendAll, until, untilTold } from "./scene.ts";
import { fromErp, fromPlant } from "./send.ts";
import { threeLanguages } from "./three-languages.ts";

/** The scenario, act by act. Each ends when the books of the two systems show it. */

const place = (order: Order): string => String(PLACES[order.order.hierarchyScope]);
const planned = ({ planned: each }: Order) => each;

const masterData: Act = {
  title: "Master data first: a plant must know a material before it gets an order for it",
  play: async (scene) => {
    const { plan, installation, log, tell } = scene;
    for (const site of SITES) {
      const ofSite = plan.materials.filter(({ wire }) => wire.hierarchyScope === site);
      // One message with several documents: the door splits it, each goes its own way.
      await fromErp(installation, log, messageId(plan, `materials-${site}`, 0), ofSite);
    }
    const known = () => SITES.every((site) => plan.materials.every(({ wire }) => wire.hierarchyScope !== site || hasMaterial(scene, site, wire.id)));
    await until(scene, "both MES know the materials", known);
    tell(`${plan.materials.length} materials in ${SITES.length} signed webhooks; both MES have them`);
  },
};

const releases: Act = {
  title: "Orders are released; one webhook comes twice, one answer of the ERP is lost",
  play: async (scene) => {
    const { plan, installation, log, tell } = scene;
    const [repeated, unheard] = plan.releases;
    if (repeated === undefined || unheard === undefined) return;
    void installation.rules.faultOnce(callAbout("tell-accepted", unheard.order.id), { kind: "lose-answer" });
    installation.rules.refuseAcceptanceOf(plan.undone.number, { code: "closed", message: "the order is closed for accounting" });
    plantOf(scene, plan.refused.order.hierarchyScope).refuse(plan.refused.number, { code: "press-down", message: "press 3 is being repaired" });
    await sendAll(scene, "early", [plan.never, plan.refused, plan.undone].map(planned));
    await sendAll(scene, "release", plan.releases.map(planned));
    await fromErp(installation, log, messageId(plan, "release", 0), [repeated.planned]);
    await fromErp(installation, log, messageId(plan, "release-under-another-id", 0), [repeated.planned]);
    tell(`order ${repeated.number} sent three times, once under another id: ${log.duplicates()} answers say "duplicate"`);
    await until(scene, "the ERP was told of every release", () => allTold(scene, plan.releases.map(planned)));
    tell(`${plan.releases.length} orders made by the plants and confirmed to the ERP`);
    tell(`order ${unheard.number}: the ERP booked the confirmation and its answer was lost; it is looked up, not repeated`);
    await until(
      scene,
      "the refusals came to their end",
      () => erpHas(scene, plan.refused.planned, "tell-rejected") && erpHas(scene, plan.undone.planned, "tell-undone"),
    );
    tell(`order ${plan.refused.number}: ${place(plan.refused)} refuses it (press 3 is being repaired): rejected, the ERP knows why`);
    tell(`order ${plan.undone.number}: ${place(plan.undone)} took it, then the ERP would not: withdrawn from the MES, undone`);
  },
};

const whileAway: Act = {
  title: "The plant in Hamburg is away; its orders are changed and cancelled meanwhile",
  play: async (scene) => {
    const { plan, tell } = scene;
    const plant = plantOf(scene, "hamburg");
    const { changedUnleased: changed, cancelledUnleased: cancelled } = plan;
    await plant.leave();
    await sendAll(scene, "away-first", [changed.first, cancelled.first].map(planned));
    for (const { first } of [changed, cancelled])
      await untilTold(scene, first.planned, "version 1 is in the mailbox", ({ deliveries }) => deliveries.length > 0);
    await sendAll(scene, "away-second", [changed.second, cancelled.second].map(planned));
    for (const { first } of [changed, cancelled]) await untilTold(scene, first.planned, "version 1 is superseded", ({ state }) => state === "superseded");
    plant.comeBack();
    await until(scene, "the change is in the plant", () => erpHas(scene, changed.second.planned, "tell-accepted"));
    tell(`order ${changed.first.number}: version 2 takes the place of version 1, which nobody had leased`);
    tell(`order ${cancelled.first.number}: cancelled before it reached the plant; nothing to do there`);
  },
};

const whileAtWork: Act = {
  title: "Suzhou's MES is at work on two orders when their change and their cancel arrive",
  play: async (scene) => {
    const { plan, tell } = scene;
    const { changedLeased: changed, cancelledLeased: cancelled } = plan;
    await overtakeAtWork(scene, "change", changed);
    await overtakeAtWork(scene, "cancel", cancelled);
    tell(`order ${changed.first.number}: version 1 was leased, so it ends first; then version 2 takes its place`);
    tell(`order ${cancelled.first.number}: the MES had it, and stops it`);
  },
};

/** The MES has the first in hand when the second arrives. */
async function overtakeAtWork(scene: Scene, story: string, { first, second }: Pair): Promise<void> {
  const hold = plantOf(scene, "suzhou").hold(first.number);
  await sendAll(scene, `leased-${story}-first`, [first.planned]);
  await until(scene, `the MES is at work on order ${first.number}`, hold.isReached);
  await sendAll(scene, `leased-${story}-second`, [second.planned]);
  hold.release();
  await until(scene, `the ${story} of order ${first.number} is in the plant`, () => erpHas(scene, second.planned, "tell-accepted"));
}

const conflict: Act = {
  title: "One version with two contents: a machine does not choose",
  play: async (scene) => {
    const { first, second } = scene.plan.conflict;
    await sendAll(scene, "conflict-first", [first.planned]);
    await until(scene, "the first content is delivered", () => erpHas(scene, first.planned, "tell-accepted"));
    await sendAll(scene, "conflict-second", [second.planned]);
    scene.tell(`order ${first.number}: version 1 again with another priority is parked for the ERP's key user; the plant keeps the first`);
  },
};

const underFire: Act = {
  title: "The plants report consumption; advance-lane and perform-step are killed in the middle (SIGKILL)",
  play: async (scene) => {
    const { plan, installation, log, tell } = scene;
    const [report] = plan.consumptions;
    const order = plan.underFire;
    if (report === undefined) return;
    const { rules, cloud } = installation;
    const inPosting = rules.faultOnce(callAbout("post", report.planned.wire.id), { kind: "lose-answer" });
    const inTelling = rules.faultOnce(callAbout("tell-accepted", order.order.id), { kind: "lose-answer" });
    await sendAll(scene, "under-fire", [order.planned]);
    await inTelling;
    const steps = await cloud.killFunction("perform-step");
    tell(`perform-step (${steps.length} processes) killed while it told the ERP of order ${order.number}: booked, the answer unread`);
    await Promise.all(
      SITES.map((site) =>
        fromPlant(
          plantOf(scene, site),
          log,
          plan.consumptions.filter((each) => each.site === site),
        ),
      ),
    );
    await inPosting;
    const lanes = await cloud.killFunction("advance-lane");
    tell(`advance-lane (${lanes.length} processes) killed while it posted ${report.planned.wire.id}: booked, the answer unread`);
    const posted = plan.consumptions.map(({ planned: each }) => each);
    await until(scene, "every consumption is posted", () => allTold(scene, posted, "post") && erpHas(scene, order.planned, "tell-accepted"));
    await fromPlant(plantOf(scene, report.site), log, [{ ...report, key: `${report.key}-again` }]);
    tell(`${posted.length} consumptions posted, each once; one reported again under another key is a duplicate`);
  },
};

const materialArrives: Act = {
  title: "An order comes before its material: it waits for it by name",
  play: async (scene) => {
    const { plan, tell } = scene;
    await sendAll(scene, "waits", [plan.waits.planned]);
    await untilTold(scene, plan.waits.planned, "the order waits", ({ state }) => state === "waiting");
    await sendAll(scene, "late", [plan.late]);
    await until(scene, "the order that waited goes on", () => erpHas(scene, plan.waits.planned, "tell-accepted"));
    tell(`order ${plan.waits.number} waited for material ${plan.late.wire.id}; it came, and the order went on`);
    tell(`order ${plan.never.number} waits for a material that never comes: it parks after its time, as a task for "master data"`);
  },
};

export const ACTS: readonly Act[] = [masterData, releases, materialArrives, whileAway, whileAtWork, conflict, threeLanguages, underFire];
