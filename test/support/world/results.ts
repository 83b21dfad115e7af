import { DocumentState, isSettled } from "../../../core/lanes/states.ts";
import { Header, parseItem } from "../../../core/ledger/items.ts";
import { connectionOf } from "../../../core/settings/settings.ts";
import type { Finding } from "./finding.ts";
import type { Outcome } from "./outcome.ts";

const Ended = Header.pick({ id: true, connection: true, objectId: true, attempt: true, state: true });

/** Whatever became of a plant's document stands among the results of its connection: nobody else tells the plant. */
export function results({ ledger, settings }: Outcome): Finding[] {
  const told = new Set(ledger.filter(({ pk }) => pk.startsWith("RESULT#")).map(({ pk, document, attempt, state }) => [pk, document, attempt, state].join(" ")));
  return ledger
    .filter(({ sk }) => sk.startsWith("DOC#"))
    .map((item) => parseItem(Ended, item))
    .filter(({ connection }) => connectionOf(settings, connection).role === "mes")
    .filter(({ state }) => isSettled(state) || state === DocumentState.enum.parked)
    .filter(({ connection, id, attempt, state }) => !told.has([`RESULT#${connection}`, id, attempt, state].join(" ")))
    .map(({ objectId, id, state }) => ({ measure: "lost", what: `${objectId} (${id}): ${state}, and its plant is never told so` }));
}
