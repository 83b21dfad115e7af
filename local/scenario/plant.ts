import { join } from "node:path";
import { type Agent, createAgent, type Mes } from "../agent.ts";
import type { Delivery } from "../agent-wire.ts";
import { createMesSimulator, type MesRefusal, type MesSimulator } from "../mes-simulator.ts";
import { bare } from "./documents.ts";

/** One plant: its MES, and the agent beside it that calls out. */
export type Plant = {
  readonly site: string;
  /** The connection it posts under. */
  readonly connection: string;
  readonly mes: MesSimulator;
  readonly agent: Agent;
  /** The MES says no to this order. */
  refuse(order: string, refusal: MesRefusal): void;
  /** The MES is slow with this order: leased, and no verdict until released. */
  hold(order: string): Hold;
  /** The agent goes away: what it has begun is ended first. */
  leave(): Promise<void>;
  comeBack(): void;
  close(): Promise<void>;
};

export type Hold = { readonly isReached: () => boolean; readonly release: () => void };

export type PlantOptions = {
  readonly site: string;
  readonly api: string;
  readonly token: string;
  /** Where the agent keeps its memory. */
  readonly directory: string;
  readonly now: () => number;
  readonly report?: (event: string, detail: Readonly<Record<string, unknown>>) => void;
};

type Gate = { readonly reached: () => void; readonly open: Promise<void> };

export function startPlant({ site, api, token, directory, now, report }: PlantOptions): Plant {
  const refusals = new Map<string, MesRefusal>();
  const gates = new Map<string, Gate>();
  const mes = createMesSimulator({
    site,
    now,
    refuses: (document, action) => (action === "apply" && document.type === "OperationsRequest" ? refusals.get(bare(document.id)) : undefined),
  });
  const agent = createAgent({
    api,
    site,
    token,
    memory: join(directory, `agent-${site}.sqlite`),
    mes: gated(mes, gates),
    firstBackoffMs: 250,
    ...(report === undefined ? {} : { report }),
  });
  let stop = new AbortController();
  let running = agent.run(stop.signal);
  const leave = async () => {
    stop.abort();
    await running;
  };
  return {
    site,
    connection: `mes-${site}`,
    mes,
    agent,
    refuse: (order, refusal) => refusals.set(order, refusal),
    hold: (order) => holdIn(gates, order),
    leave,
    comeBack: () => {
      stop = new AbortController();
      running = agent.run(stop.signal);
    },
    close: async () => {
      await leave();
      agent.close();
    },
  };
}

function gated(mes: Mes, gates: ReadonlyMap<string, Gate>): Mes {
  const pass = async (delivery: Delivery) => {
    const gate = gates.get(bare(String(delivery.document.id)));
    gate?.reached();
    await gate?.open;
  };
  return {
    apply: async (delivery) => {
      await pass(delivery);
      return mes.apply(delivery);
    },
    withdraw: async (delivery) => {
      await pass(delivery);
      return mes.withdraw(delivery);
    },
  };
}

function holdIn(gates: Map<string, Gate>, order: string): Hold {
  let isReached = false;
  const open = Promise.withResolvers<void>();
  const reached = () => {
    isReached = true;
  };
  gates.set(order, { reached, open: open.promise });
  return {
    isReached: () => isReached,
    release: () => {
      gates.delete(order);
      open.resolve();
    },
  };
}
