import type { LinesAnswer } from "../agent-wire.ts";
import { nameOf, type Planned } from "./documents.ts";

/** A document that the door took, in the order of its answers. */
export type Sent = Planned & { readonly document: string; readonly name: string };

/** The senders' own log: what was taken, and how often "that is there already" was the answer. */
export interface SentLog {
  /** The door's result for one document. */
  note(planned: Planned, result: Pick<LinesAnswer["lines"][number], "result" | "document">): void;
  taken(): readonly Sent[];
  duplicates(): number;
  /** What the door did not take, by name: nothing is refused in this scenario. */
  notTaken(): readonly string[];
}

export function createSentLog(): SentLog {
  const taken = new Map<string, Sent>();
  const notTaken: string[] = [];
  let duplicates = 0;
  return {
    note: (planned, { result, document }) => {
      const name = nameOf(planned.wire);
      if (result === "duplicate") duplicates += 1;
      if (document === undefined || result === "refused" || result === "retry") notTaken.push(`${name}: ${result}`);
      // The first answer may have been lost: then the repeat is the one that says it was taken.
      else if (!taken.has(document)) taken.set(document, { ...planned, document, name });
    },
    taken: () => [...taken.values()],
    duplicates: () => duplicates,
    notTaken: () => notTaken,
  };
}
