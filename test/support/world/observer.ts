import { MARKER_TRANSITIONS, MarkerState } from "../../../core/effects/markers.ts";
import { DocumentState, TRANSITIONS } from "../../../core/lanes/states.ts";
import type { Item, Key, LedgerStore, Write } from "../../../core/ledger/ledger-store.ts";
import type { Tally } from "./tally.ts";

/** What the world learns of each write as it happens: how often each row of the two transition tables was taken, and what is due. */
export type LedgerWatch = {
  readonly tally: Tally;
  readonly due: (dueAt: number) => void;
  readonly mail: (site: string) => void;
  /** A change of state or marker that stands in no table. */
  readonly forbidden: (what: string) => void;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const keyOf = (write: Write): Key => (write.kind === "put" ? write.item : write.key);
const stateIn = (item: Item | undefined): DocumentState | undefined => DocumentState.safeParse(item?.state).data;

function markersIn(item: Item | undefined): ReadonlyMap<string, MarkerState> {
  const found = new Map<string, MarkerState>();
  if (!isRecord(item?.markers)) return found;
  for (const [step, marker] of Object.entries(item.markers)) {
    const state = MarkerState.safeParse(isRecord(marker) ? marker.state : undefined);
    if (state.success) found.set(step, state.data);
  }
  return found;
}

export const transitionName = (from: string, to: string): string => `state: ${from} → ${to}`;
export const markerTransitionName = (from: string, to: string): string => `marker: ${from} → ${to}`;

function watchHeader(watch: LedgerWatch, before: Item | undefined, after: Item | undefined): void {
  const from = stateIn(before);
  const to = stateIn(after);
  if (from !== undefined && to !== undefined && from !== to) {
    watch.tally.add(transitionName(from, to));
    if (!TRANSITIONS.some((row) => row.from === from && row.to === to)) watch.forbidden(transitionName(from, to));
  }
  const former = markersIn(before);
  for (const [step, state] of markersIn(after)) watchMarker(watch, former.get(step) ?? "none", state);
  if (typeof after?.dueAt === "number" && after.dueAt !== before?.dueAt) watch.due(after.dueAt);
}

function watchMarker(watch: LedgerWatch, from: MarkerState, to: MarkerState): void {
  if (from === to) return;
  watch.tally.add(markerTransitionName(from, to));
  if (!MARKER_TRANSITIONS.some((row) => row.from === from && row.to === to)) watch.forbidden(markerTransitionName(from, to));
}

/** The same store, watched. */
export function watchedLedger(ledger: LedgerStore, watch: LedgerWatch): LedgerStore {
  return {
    ...ledger,
    write: async (writes) => {
      const headers = writes.map(keyOf).filter(({ sk }) => sk.startsWith("DOC#"));
      const before = await Promise.all(headers.map((key) => ledger.read(key)));
      const answer = await ledger.write(writes);
      if (answer.kind !== "written") return answer;
      for (const [at, key] of headers.entries()) watchHeader(watch, before[at], await ledger.read(key));
      for (const { pk } of writes.map(keyOf)) if (pk.startsWith("MAILBOX#")) watch.mail(pk.slice("MAILBOX#".length));
      return answer;
    },
  };
}
