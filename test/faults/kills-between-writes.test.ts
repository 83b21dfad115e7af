import { afterAll, beforeAll, expect, it } from "vitest";
import { type SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import { MailboxEntry, parseItem } from "../../core/ledger/items.ts";
import { mailboxPartition } from "../../core/ledger/keys.ts";
import { readDelivery } from "../../core/mailbox/mailbox.ts";
import type { Site } from "../../core/settings/settings.ts";
import { type Delivery, LeaseAnswer, LinesAnswer, VerdictsAnswer } from "../../local/agent-wire.ts";
import type { Planned } from "../../local/scenario/documents.ts";
import type { Plant } from "../../local/scenario/plant.ts";
import { askStates } from "../../local/scenario/states.ts";
import { issueToken } from "../../local/scenario/token.ts";
import { type Case, type KillRig, openKillRig } from "./kill-rig.ts";

/** Functions of the product, ended by SIGKILL between two of their writes: the table is watched, and the processes end when the first is there. */

let rig: KillRig;
let site: Site;
let plant: Plant;
let token: string;
beforeAll(async () => {
  rig = await openKillRig(2);
  const { cloud, plants } = rig.installation;
  const [first] = cloud.settings.sites;
  const atFirst = plants.find((each) => each.site === first?.id);
  if (first === undefined || atFirst === undefined) throw new Error("the settings have no site");
  site = first;
  plant = atFirst;
  token = await issueToken(cloud, { principal: "agent-by-hand", sites: [site.id], connections: [], types: [], actions: ["lease", "verdict"] });
});
afterAll(() => rig.close());

/** A call that was answered before the kill shows nothing: it is made again with other documents. */
const TRIES = 10;
const MANY = 60;
const FEW = 24;

async function untilKilled<T>(what: string, attempt: () => Promise<{ readonly ended: "killed" | "answered"; readonly made: T }>): Promise<T> {
  for (let n = 0; n < TRIES; n += 1) {
    const { ended, made } = await attempt();
    if (ended === "killed") return made;
  }
  throw new Error(`${what} was answered before it could be killed, ${TRIES} times`);
}

const isStored = async (planned: Planned): Promise<boolean> => {
  const subject = subjectKeyOf(planned.wire.hierarchyScope === site.id ? site.id : failed(planned), `material:${planned.wire.id}`);
  return (await rig.ledger.list(subject, { prefix: "DOC#", limit: 1 })).length > 0;
};
const failed = (planned: Planned): SiteId => {
  throw new Error(`${planned.wire.id} is not of ${site.id}`);
};

/** One message of many materials, whose door dies once so many of them are stored. */
async function doorDies(how: "at the first" | "at the last"): Promise<{ readonly id: string; readonly materials: readonly Planned[] }> {
  return untilKilled("receive-documents", async () => {
    const materials = Array.from({ length: MANY }, () => rig.newMaterial(site.id));
    const id = `msg-door-dies-${materials[0]?.wire.id}`;
    const watched = how === "at the first" ? materials.slice(0, 1) : materials.slice(-1);
    const ended = await rig.killDuring(
      "receive-documents",
      async () => (await rig.installation.sender.send(id, bodyOf(materials))).status,
      async () => (await Promise.all(watched.map(isStored))).every((stored) => stored),
    );
    return { ended, made: { id, materials } };
  });
}
const bodyOf = (planned: readonly Planned[]): string => JSON.stringify({ documents: planned.map(({ wire }) => wire) });

async function repeat(told: Case, id: string, materials: readonly Planned[]): Promise<void> {
  const answer = await rig.installation.sender.deliver(id, bodyOf(materials));
  const { lines } = LinesAnswer.parse(JSON.parse(String(answer.answer)));
  for (const [at, planned] of materials.entries()) told.log.note(planned, lines[at] ?? { result: "retry" });
}

it("receive-documents, while it stores a message of many: the sender's repeat completes it, each document once", async () => {
  const { id, materials } = await doorDies("at the first");
  const told = rig.newCase();
  await repeat(told, id, materials);
  expect(await told.findings()).toEqual([]);
});

it("receive-documents, when a message of many is stored and not yet answered: wake-due completes what is stored, without the sender", async () => {
  const { materials } = await doorDies("at the last");
  const stored: Planned[] = [];
  for (const planned of materials) if (await isStored(planned)) stored.push(planned);
  expect(stored.length).toBeGreaterThan(0);
  const applied = () => stored.filter(({ wire }) => plant.mes.journal().some(({ subject }) => subject === wire.id));
  await expect.poll(() => applied().length, { timeout: 60_000, interval: 200 }).toBe(stored.length);
  expect(plant.mes.journal().filter(({ subject }) => stored.some(({ wire }) => wire.id === subject))).toHaveLength(stored.length);
});

const post = (path: string, body: unknown): Promise<Response | undefined> =>
  fetch(`${rig.installation.cloud.apiUrl}/v1/sites/${site.id}/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    // An API whose function died may cut the connection: no answer is an end as well.
  }).catch(() => undefined);

const mailbox = async () => (await rig.ledger.list(mailboxPartition(site.id), { prefix: "", limit: 100 })).map((item) => parseItem(MailboxEntry, item));
const freed = async () => (await mailbox()).every(({ leaseEnd }) => leaseEnd <= Date.now());

/** Orders in the mailbox of a plant whose agent is away. */
async function orders(told: Case): Promise<void> {
  await plant.leave();
  const before = (await mailbox()).length;
  await told.send(...Array.from({ length: FEW }, () => rig.order(site.id)));
  await expect.poll(async () => (await mailbox()).length, { timeout: 30_000, interval: 50 }).toBe(before + FEW);
}

it("lease-deliveries, after it leased the first of many: nobody has them, so they are leased again when their lease ends", async () => {
  const told = rig.newCase();
  await orders(told);
  await untilKilled("lease-deliveries", async () => {
    await expect.poll(freed, { timeout: 30_000, interval: 100 }).toBe(true);
    const ended = await rig.killDuring(
      "lease-deliveries",
      async () => (await post("deliveries/lease", { max: FEW }))?.status,
      async () => !(await freed()),
    );
    return { ended, made: undefined };
  });
  plant.comeBack();
  expect(await told.findings()).toEqual([]);
});

/** What the agent would do, by hand: the MES takes it, and the verdict is not sent yet. */
async function applied(): Promise<readonly (Delivery & { readonly reference: string })[]> {
  const { deliveries } = LeaseAnswer.parse(await (await post("deliveries/lease", { max: FEW }))?.json());
  return Promise.all(deliveries.map(async (delivery) => ({ ...delivery, reference: String((await plant.mes.apply(delivery)).reference) })));
}

it("report-verdicts, after it stored the first of many: the agent repeats them, and the first of each counts", async () => {
  const told = await untilKilled("report-verdicts", async () => {
    const made = rig.newCase();
    await orders(made);
    const leased = await applied();
    const [first] = leased;
    if (first === undefined) throw new Error("nothing was leased");
    const verdicts = leased.map(({ id, leaseToken, reference }) => ({ delivery: id, leaseToken, result: "accepted", reference }));
    const ended = await rig.killDuring(
      "report-verdicts",
      async () => (await post("deliveries/verdicts", { verdicts }))?.status,
      async () => (await readDelivery(rig.ledger, first.id))?.verdict !== undefined,
    );
    const { results } = VerdictsAnswer.parse(await (await post("deliveries/verdicts", { verdicts }))?.json());
    expect(results.filter(({ result }) => result !== "recorded" && result !== "repeated")).toEqual([]);
    plant.comeBack();
    expect(await made.findings()).toEqual([]);
    return { ended, made };
  });
  expect(told.log.taken()).toHaveLength(FEW);
});

it("wake-due, three times while a confirmation whose answer was lost waits to be looked up: woken all the same", async () => {
  const { installation } = rig;
  const told = rig.newCase();
  const waits = rig.order(site.id);
  const lost = installation.rules.faultOnce((call) => call.action === "tell-accepted" && call.document?.id === waits.wire.id, { kind: "lose-answer" });
  await told.send(waits);
  await lost;
  // What is due now is found by wake-due only: it dies three times, each time a new process was there for it.
  for (let round = 0; round < 3; round += 1) {
    await expect.poll(async () => (await installation.cloud.killFunction("wake-due")).length, { timeout: 10_000, interval: 50 }).toBeGreaterThan(0);
  }
  expect(await told.findings()).toEqual([]);
  expect((await askStates(installation, told.log.taken())).map(({ state, waited }) => ({ state, waited }))).toEqual([{ state: "delivered", waited: true }]);
});
