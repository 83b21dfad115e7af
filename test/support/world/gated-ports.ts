import { ConnectionId } from "../../../core/documents/ids.ts";
import type { CallOutcome, LookUpOutcome } from "../../../core/effects/outcomes.ts";
import type { FindOutcome, TargetSystem } from "../../../core/effects/target-system.ts";
import type { LedgerStore, Write } from "../../../core/ledger/ledger-store.ts";
import type { Clock, Ids, LaneQueue, PayloadStore, Secrets, Workflows } from "../../../core/ledger/ports.ts";
import type { Process, Scheduler } from "./scheduler.ts";

/** The world's own ports, which answer at once, of one mind. */
export type BarePorts = {
  readonly ledger: LedgerStore;
  readonly payloads: PayloadStore;
  readonly queue: LaneQueue;
  readonly workflows: Workflows;
  readonly secrets: Secrets;
  readonly targets: ReadonlyMap<string, TargetSystem>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** What the functions' ports are made of, and which of their methods go through a gate: kept here once, typed by the ports themselves. */
export const GATED = {
  ledger: ["read", "readMany", "list", "write", "listOpen"],
  payloads: ["put", "read"],
  queue: ["send"],
  workflows: ["start", "look", "stop", "answer", "run"],
  secrets: ["read"],
  target: ["post", "reverse", "lookUp"],
} as const satisfies {
  readonly ledger: readonly (keyof LedgerStore)[];
  readonly payloads: readonly (keyof PayloadStore)[];
  readonly queue: readonly (keyof LaneQueue)[];
  readonly workflows: readonly (keyof Workflows)[];
  readonly secrets: readonly (keyof Secrets)[];
  readonly target: readonly Exclude<keyof TargetSystem, "capabilities">[];
};

const short = (key: string): string => (key.length > 60 ? `${key.slice(0, 6)}…${key.slice(-26)}` : key);

function toldWrite(write: Write): string {
  const key = write.kind === "put" ? write.item : write.key;
  const place = `${key.pk.slice(0, 6)}/${short(key.sk)}`;
  switch (write.kind) {
    case "put":
      return `put ${place} ${JSON.stringify(write.item)}`;
    case "update":
      return `update ${place} ${JSON.stringify({ ...write.set, ...write.add })}${write.remove === undefined || write.remove.length === 0 ? "" : ` without ${write.remove.join()}`}`;
    case "delete":
    case "check":
      return `${write.kind} ${place}`;
  }
}

/** The ports of one invocation: each call of them waits for the scheduler. Time and names are had at once. */
export function gatedPorts(scheduler: Scheduler, process: Process, bare: BarePorts): BarePorts {
  const gate = <Answer>(port: string, method: string, detail: () => string, apply: () => Promise<Answer>, failed?: () => Promise<Answer>): Promise<Answer> =>
    scheduler.gate(process, { port, method, detail }, apply, failed);
  const { ledger, payloads, queue, workflows, secrets } = bare;
  return {
    clock: bare.clock,
    ids: bare.ids,
    pause: bare.pause,
    ledger: {
      read: (key) =>
        gate(
          "ledger",
          "read",
          () => `${key.pk.slice(0, 6)}/${short(key.sk)}`,
          () => ledger.read(key),
        ),
      readMany: (keys) =>
        gate(
          "ledger",
          "readMany",
          () => keys.map(({ sk }) => short(sk)).join(),
          () => ledger.readMany(keys),
        ),
      list: (pk, range) =>
        gate(
          "ledger",
          "list",
          () => `${pk.slice(0, 30)}/${range.prefix}`,
          () => ledger.list(pk, range),
        ),
      write: (writes) =>
        gate(
          "ledger",
          "write",
          () => writes.map(toldWrite).join(" + "),
          () => noted(scheduler, ledger.write(writes)),
        ),
      listOpen: (shard, dueBy, limit) =>
        gate(
          "ledger",
          "listOpen",
          () => shard,
          () => ledger.listOpen(shard, dueBy, limit),
        ),
    },
    payloads: {
      put: (document, source) =>
        gate(
          "payloads",
          "put",
          () => document,
          () => payloads.put(document, source),
        ),
      read: (document) =>
        gate(
          "payloads",
          "read",
          () => document,
          () => payloads.read(document),
        ),
    },
    queue: {
      // A queue that is down says so: it does not throw.
      send: (target, messages) =>
        gate(
          "queue",
          "send",
          () => `${target} ${messages.map(({ body }) => body).join(" + ")}`,
          () => queue.send(target, messages),
          () => Promise.resolve(messages.map(() => false)),
        ),
    },
    workflows: {
      run: (workflow, execution, input, timeoutMs) =>
        gate(
          "workflows",
          "run",
          () => `${execution} ${JSON.stringify(input)}`,
          () => workflows.run(workflow, execution, input, timeoutMs),
          () => Promise.resolve({ kind: "cut" }),
        ),
      start: (workflow, execution, input) =>
        gate(
          "workflows",
          "start",
          () => execution,
          () => workflows.start(workflow, execution, input),
        ),
      look: (workflow, execution) =>
        gate(
          "workflows",
          "look",
          () => execution,
          () => workflows.look(workflow, execution),
        ),
      stop: (workflow, execution, reason) =>
        gate(
          "workflows",
          "stop",
          () => `${execution} ${reason}`,
          () => workflows.stop(workflow, execution, reason),
        ),
      answer: (token, outcome) =>
        gate(
          "workflows",
          "answer",
          () => `${token} ${JSON.stringify(outcome)}`,
          () => workflows.answer(token, outcome),
        ),
    },
    secrets: {
      read: (name) =>
        gate(
          "secrets",
          "read",
          () => name,
          () => secrets.read(name),
        ),
    },
    targets: new Map([...bare.targets].map(([id, target]) => [id, gatedTarget(scheduler, process, ConnectionId.parse(id), target, bare.clock)])),
  };
}

const noted = async <Answer extends { readonly kind: string }>(scheduler: Scheduler, answer: Promise<Answer>): Promise<Answer> => {
  const got = await answer;
  if (got.kind !== "written") scheduler.note(() => `          … ${JSON.stringify(got)}`);
  return got;
};

const notSent = { kind: "retry", reason: { code: "WORLD-001", message: "no time was left for the call" } } as const;
type Late<Answer> = { readonly unsent: Answer; readonly unheard: Answer };
const lateCall: Late<CallOutcome> = { unsent: notSent, unheard: { kind: "unknown", reason: { code: "WORLD-002", message: "no answer in time" } } };
const lateFind: Late<FindOutcome> = { unsent: notSent, unheard: { ...notSent } };
const lateLook: Late<LookUpOutcome> = { unsent: notSent, unheard: { ...notSent } };

/** As connectors/outgoing-call.ts does it: nothing is sent after the deadline, and an answer that would come after it is not waited for. */
function gatedTarget(scheduler: Scheduler, process: Process, id: ConnectionId, target: TargetSystem, clock: Clock): TargetSystem {
  const inTime = async <Answer>(deadline: number, late: Answer, call: () => Promise<Answer>): Promise<Answer> => (clock.now() >= deadline ? late : call());
  const through = <Answer>(method: string, detail: () => string, deadline: number, late: Late<Answer>, call: () => Promise<Answer>): Promise<Answer> =>
    scheduler
      .gate(
        process,
        { port: `target`, method, detail: () => `${id} ${detail()}` },
        () => inTime(deadline, late.unsent, call),
        () => Promise.resolve(late.unheard),
      )
      .then((answer) => {
        const heard = clock.now() > deadline && answer !== late.unsent ? late.unheard : answer;
        scheduler.note(() => `          … ${JSON.stringify(heard)}`);
        return heard;
      });
  const { find } = target;
  return {
    capabilities: target.capabilities,
    ...(find === undefined
      ? {}
      : {
          find: (number, action, deadline) =>
            through(
              "find",
              () => number,
              deadline,
              lateFind,
              () => find(number, action, deadline),
            ),
        }),
    post: (call) =>
      through(
        "post",
        () => `${call.action} ${call.key} ${call.document.id}`,
        call.deadline,
        lateCall,
        () => target.post(call),
      ),
    reverse: (call) =>
      through(
        "reverse",
        () => `${call.action} ${call.key} of ${call.original.key}`,
        call.deadline,
        lateCall,
        () => target.reverse(call),
      ),
    lookUp: (key, deadline) =>
      through(
        "lookUp",
        () => key,
        deadline,
        lateLook,
        () => target.lookUp(key, deadline),
      ),
  };
}
