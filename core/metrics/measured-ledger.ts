import { DocumentState, isSettled } from "../lanes/states.ts";
import { Header } from "../ledger/items.ts";
import type { Item, Key, LedgerStore, Write } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Became, Metrics } from "./metrics.ts";

/** As much of a header as is told. */
const Known = Header.pick({ id: true, target: true, connection: true, type: true, attempt: true, state: true, receivedAt: true });
type Known = ReturnType<typeof Known.parse>;

/** A function instance forgets what it read beyond so many headers: a header is read again before each decision. */
const REMEMBERED = 2_000;

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;
const isTold = (state: DocumentState): boolean => isSettled(state) || state === "parked" || state === "waiting";

/**
 * A ledger that tells what documents become by the writes that go through it: where a write of a header's state has succeeded, and only then. The rules that
 * decide know nothing of it.
 */
export function measuredLedger(ledger: LedgerStore, metrics: Metrics, clock: Clock): LedgerStore {
  const known = new Map<string, Known>();
  const remember = (item: Item | undefined): void => {
    if (item?.sk.startsWith("DOC#") !== true) return;
    const parsed = Known.safeParse(item);
    if (!parsed.success) return;
    if (known.size >= REMEMBERED) known.clear();
    known.set(nameOf(item), parsed.data);
  };
  return {
    ...ledger,
    read: async (key) => {
      const item = await ledger.read(key);
      remember(item);
      return item;
    },
    readMany: async (keys) => {
      const items = await ledger.readMany(keys);
      items.forEach(remember);
      return items;
    },
    write: async (writes) => {
      const answer = await ledger.write(writes);
      if (answer.kind !== "written") return answer;
      for (const write of writes) {
        const became = becameBy(write, known, clock.now());
        if (became !== undefined) metrics.became(became);
      }
      return answer;
    },
  };
}

/** What a write that succeeded made of a document; undefined where it changed no state that is told. */
function becameBy(write: Write, known: Map<string, Known>, now: number): Became | undefined {
  if (write.kind !== "update") return undefined;
  const name = nameOf(write.key);
  const before = known.get(name);
  const state = DocumentState.safeParse(write.set?.state).data;
  if (before === undefined || state === undefined || state === before.state) return undefined;
  known.set(name, { ...before, state });
  if (!isTold(state)) return undefined;
  const { id: document, target, connection, type, receivedAt } = before;
  const attempt = typeof write.set?.attempt === "number" ? write.set.attempt : before.attempt;
  const reason = codeOf(write.set?.reason);
  const secondsSinceReceipt = Math.max(0, now - receivedAt) / 1000;
  return { document, target, connection, type, attempt, state, secondsSinceReceipt, ...(reason === undefined ? {} : { reason }) };
}

function codeOf(reason: unknown): string | undefined {
  return typeof reason === "object" && reason !== null && "code" in reason && typeof reason.code === "string" ? reason.code : undefined;
}
