import { type CommandName, messageOf } from "../../core/lanes/notices.ts";
import type { Header } from "../../core/ledger/items.ts";
import type { LeasedDelivery } from "../../core/mailbox/lease.ts";
import type { StepName } from "../../workflows/release-production-order/steps.ts";
import { type ByHand, type ByHandOptions, byHand, type Decide } from "../promises/by-hand.ts";
import { soFar } from "../promises/held-back.ts";
import type { PlannedDocument } from "../support/world/planned-documents.ts";
import { createMes, type Mes } from "../support/world/plant.ts";

/** The functions put into motion by hand, with the MES of Hamburg at the other end: every story's exact order of events. */
export type Stage = {
  readonly world: ByHand;
  /** The plant's own book and journal, with the agent's memory. */
  readonly mes: Mes;
  /** Task tokens that Step Functions was told an answer for, in turn. */
  readonly answered: readonly string[];
  send(document: PlannedDocument): Promise<void>;
  /** What is in the queues, through advance-lane. */
  handle(): Promise<void>;
  header(document: PlannedDocument): Header;
  /** One invocation of perform-step in the document's attempt. */
  step(document: PlannedDocument, step: StepName, direction: "forward" | "undo", token?: string, decide?: Decide): Promise<unknown>;
  /** The workflow's last state: `finished` into the lane. */
  finish(document: PlannedDocument, conclusion: unknown): Promise<void>;
  lease(): Promise<readonly LeasedDelivery[]>;
  /** The MES decides, and changes its book; its verdict is still on its way. */
  decide(delivery: LeasedDelivery): () => Promise<void>;
  /** Leases everything; the MES takes it, or only what asks for that action, and its verdicts arrive. */
  agentWorks(only?: LeasedDelivery["action"]): Promise<void>;
  command(document: PlannedDocument, command: CommandName): Promise<void>;
  /** What report-verdicts sends where the token of a verdict is gone; here Step Functions takes every answer. */
  wake(document: PlannedDocument): Promise<void>;
  /** From a release that was just handled to its first lease. */
  released(document: PlannedDocument): Promise<LeasedDelivery>;
  /** From its release to its end: accepted, told, delivered. */
  deliverWhole(document: PlannedDocument): Promise<void>;
  /** The undo from its start to its end, as the workflow runs it. */
  undoWhole(document: PlannedDocument): Promise<void>;
  /** Whoever reads the document's content dies, but for so many, until it is parked (LANES.md 5, rule 11). */
  crashUntilParked(document: PlannedDocument, spared?: number): Promise<void>;
};

class NotOnStage extends Error {}

const SITE = "hamburg";
const INVOCATION_MS = 60_000;
const VISIBLE_AGAIN_MS = 361_000;

export async function stage(options: ByHandOptions = {}): Promise<Stage> {
  const answered: string[] = [];
  const world = await byHand({ ...options, onAnswer: (token) => answered.push(token) });
  const mes = createMes({ site: SITE, now: () => world.clock.now(), traitsOf: () => ({}) });
  let count = 0;
  const next = (): number => {
    count += 1;
    return count;
  };

  function header(document: PlannedDocument): Header {
    const found = world.headers().find(({ type, version, objectId, cancel }) => {
      const number = objectId.replace(/^0+/, "");
      const name = document.type === "MaterialActual" ? document.name : document.subject;
      return type === document.type && version === document.version && number === name && cancel === document.cancel;
    });
    if (found === undefined) throw new NotOnStage(`${document.name} is not stored`);
    return found;
  }

  async function handle(): Promise<void> {
    for (const target of ["erp", "mes-hamburg"]) {
      for (let got = world.receive(target); got.length > 0; got = world.receive(target)) await world.advance(target, got);
    }
  }

  async function send(document: PlannedDocument): Promise<void> {
    world.clock.advance(1000);
    const body = JSON.stringify(document.wire);
    const answer = await world.functions().receive(document.connection === "erp" ? world.fromErp(body, `m${next()}`) : world.fromMes(body));
    if (answer.status !== 202) throw new NotOnStage(`${document.name}: ${answer.status} ${answer.body}`);
  }

  function step(document: PlannedDocument, name: StepName, direction: "forward" | "undo", taskToken?: string, decide?: Decide): Promise<unknown> {
    const { id, attempt } = header(document);
    const token = taskToken === undefined ? {} : { taskToken };
    return world.functions(decide).perform({ step: name, direction, document: id, attempt, ...token }, () => INVOCATION_MS);
  }

  async function finish(document: PlannedDocument, conclusion: unknown): Promise<void> {
    const { target, id, attempt } = header(document);
    const notice = { kind: "finished", target, document: id, attempt, conclusion };
    const { group } = messageOf({ kind: "wake", target, document: id, attempt }, "group");
    await world.queue.send(target, [{ group, deduplicationId: `finished-${next()}`, body: JSON.stringify(notice) }]);
    await handle();
  }

  const lease = async (): Promise<readonly LeasedDelivery[]> => (await world.functions().lease(SITE, 10)).deliveries;

  function decide(delivery: LeasedDelivery): () => Promise<void> {
    const { result, reference, reason } = mes.handle(delivery);
    const verdict = {
      delivery: delivery.id,
      leaseToken: delivery.leaseToken,
      result,
      ...(reference === undefined ? {} : { reference }),
      ...(reason === undefined ? {} : { reason }),
    };
    return async () => {
      await world.functions().report(SITE, { verdicts: [verdict] });
      await handle();
    };
  }

  async function agentWorks(only?: LeasedDelivery["action"]): Promise<void> {
    for (const delivery of await lease()) if (only === undefined || delivery.action === only) await decide(delivery)();
  }

  async function command(document: PlannedDocument, name: CommandName): Promise<void> {
    await world.command(header(document), name, `c${next()}`);
    await handle();
  }

  async function wake(document: PlannedDocument): Promise<void> {
    const { target, id, attempt } = header(document);
    await world.queue.send(target, [messageOf({ kind: "wake", target, document: id, attempt }, `wake ${next()}`)]);
    await handle();
  }

  async function released(document: PlannedDocument): Promise<LeasedDelivery> {
    await send(document);
    await handle();
    await step(document, "deliver", "forward", `token-${next()}`);
    // A lease of something older may have ended meanwhile.
    const delivery = (await lease()).find(({ version }) => version === document.version);
    if (delivery === undefined) throw new NotOnStage(`${document.name} was not leased`);
    return delivery;
  }

  async function deliverWhole(document: PlannedDocument): Promise<void> {
    await decide(await released(document))();
    await step(document, "tell-accepted", "forward");
    await finish(document, { kind: "delivered" });
  }

  async function undoWhole(document: PlannedDocument): Promise<void> {
    await step(document, "tell-accepted", "undo");
    await step(document, "deliver", "undo", `token-${next()}`);
    await agentWorks("withdraw");
    await step(document, "tell-undone", "undo");
    await finish(document, { kind: "undone" });
  }

  async function crashUntilParked(document: PlannedDocument, spared = 0): Promise<void> {
    const { id, target } = header(document);
    let reads = 0;
    const decideRead: Decide = ({ port, method, detail }) => {
      if (port !== "payloads" || method !== "read" || detail() !== id) return "run";
      reads += 1;
      return reads > spared ? "die before" : "run";
    };
    for (let round = 0; header(document).state !== "parked"; round += 1) {
      if (round > 30) throw new NotOnStage(`${document.name} is never parked`);
      world.clock.advance(VISIBLE_AGAIN_MS);
      await world.functions().wake();
      const messages = world.receive(target);
      if (messages.length === 0) continue;
      await soFar(world.advance(target, messages, decideRead));
    }
    // What the dead ones still had in flight comes back.
    world.clock.advance(VISIBLE_AGAIN_MS);
    await handle();
  }

  return {
    world,
    mes,
    answered,
    send,
    handle,
    header,
    step,
    finish,
    lease,
    decide,
    agentWorks,
    command,
    wake,
    released,
    deliverWhole,
    undoWhole,
    crashUntilParked,
  };
}
