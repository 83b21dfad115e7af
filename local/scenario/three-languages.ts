import { bare, type Fate, type Planned } from "./documents.ts";
import { CREATED, documentsIn } from "./languages.ts";
import { type Act, erpHas, hasMaterial, plantOf, type Scene, until } from "./scene.ts";
import { deliver } from "./send.ts";

/** The act of the two ERPs beside the first: each in its own language, about its own plant, under its own credentials, and answered in its own words. */
export const threeLanguages: Act = {
  title: "Three languages: Hamburg's SAP sends IDocs, Suzhou's planning system B2MML; each is answered in its own",
  play: async (scene) => {
    await Promise.all([inIdocs(scene), inB2mml(scene)]);
  },
};

async function inIdocs(scene: Scene): Promise<void> {
  const { plan, installation, tell } = scene;
  const { fake } = installation.sap;
  const { materials, changed, newQuantity, deleted, refused } = plan.languages.sap;
  plantOf(scene, "hamburg").refuse(bare(refused.number), { code: "oven-down", message: "the oven is cold" });
  await known(scene, await send(scene, "sap", "materials", fake.sendMaterials(...materials), ["delivered", "delivered"]));
  tell(`SAP: ${materials.length} materials in one packet of IDocs (basic authentication); Hamburg's MES has them`);
  const released = await send(scene, "sap", "release", fake.release(changed, deleted, refused), ["delivered", "delivered", "rejected"]);
  const releases = [changed, deleted, refused].map(({ number }) => fake.documentNumberOf(number));
  await told(scene, released, "SAP has the status of each release");
  const words = releases.map((number) => statusOf(scene, number)).join(", ");
  tell(`SAP: orders ${[changed, deleted, refused].map(({ number }) => bare(number)).join(", ")} in one packet; in SAP's own book ${words}`);
  const second = [
    ...(await send(scene, "sap", "change", fake.change(changed.number, { quantity: newQuantity }), ["delivered"])),
    ...(await send(scene, "sap", "deletion", fake.remove(deleted.number), ["delivered"])),
  ];
  await told(scene, second, "SAP has the status of the change and of the deletion");
  tell(`SAP: order ${bare(changed.number)} changed and ${bare(deleted.number)} deleted by IDoc; the plant follows`);
}

const statusOf = ({ installation }: Scene, documentNumber: string): string =>
  `IDoc ${bare(documentNumber)} status ${installation.sap.fake
    .statusesOf(documentNumber)
    .map(({ status }) => (status === CREATED ? `${status} (created)` : `${status} (not created)`))
    .join(" and ")}`;

async function inB2mml(scene: Scene): Promise<void> {
  const { plan, installation, tell } = scene;
  const { fake } = installation.b2mml;
  const { material, processed, synchronised, refused } = plan.languages.b2mml;
  plantOf(scene, "suzhou").refuse(bare(refused.id), { code: "mixer-down", message: "the mixer is being cleaned" });
  await known(scene, await send(scene, "b2mml", "material", fake.emit(material, "Sync").xml, ["delivered"]));
  tell("planning system: a material in B2MML (signed, HMAC over the body); Suzhou's MES has it");
  const messages = [fake.emit(processed, "Process"), fake.emit(synchronised, "Sync"), fake.emit(refused, "Process")];
  const fates: readonly Fate[] = ["delivered", "delivered", "rejected"];
  const sent = await Promise.all(messages.map(({ xml }, at) => send(scene, "b2mml", `schedule-${at + 1}`, xml, fates.slice(at, at + 1))));
  await told(scene, sent.flat(), "the planning system was answered about each order");
  const words = messages.map(({ objectId, verb, told: answers }) => {
    const answer = answers.map(({ root, verdict }) => `${root} ${String(verdict).toLowerCase()}`).join(" and ");
    return `${bare(objectId)} ${verb} → ${answer}`;
  });
  tell(`planning system: ${words.join(", ")}`);
}

type Language = "sap" | "b2mml";

/** Sends one message, and notes each of its documents as the mapping makes it, with the end it should come to. */
async function send({ installation, log, plan }: Scene, from: Language, story: string, xml: string, fates: readonly Fate[]): Promise<readonly Planned[]> {
  const planned = documentsIn(installation.cloud.settings, from, xml).map((wire, at): Planned => ({ wire, from, fates: fates.slice(at, at + 1) }));
  await deliver(installation[from].sender, log, `${from}-${plan.seed}-${story}`, xml, planned);
  return planned;
}

const known = (scene: Scene, materials: readonly Planned[]): Promise<void> =>
  until(scene, "the plant knows the materials", () => materials.every(({ wire }) => hasMaterial(scene, wire.hierarchyScope, wire.id)));

const told = (scene: Scene, orders: readonly Planned[], what: string): Promise<void> =>
  until(scene, what, () => orders.every((order) => erpHas(scene, order, order.fates.includes("rejected") ? "tell-rejected" : "tell-accepted")));
