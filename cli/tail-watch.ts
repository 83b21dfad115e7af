import type { DocumentAnswer } from "../core/asking/answers.ts";
import type { DocumentState } from "../core/lanes/states.ts";

/** A document as a look found it. */
export type Seen = {
  readonly id: string;
  readonly type: string;
  readonly objectId: string;
  readonly version?: string | undefined;
  readonly state: DocumentState;
  readonly attempt: number;
  readonly text: string;
  /** When it was found so, or when it settled. */
  readonly at: string;
};

export type TailEvent = Pick<Seen, "type" | "objectId" | "version" | "text" | "at"> & {
  readonly document: string;
  readonly attempt?: number | undefined;
  readonly state?: DocumentState;
  readonly who?: string | undefined;
};

/** What changed between two looks; nothing is told twice, however often and by whatever way it is found. */
export function createWatch() {
  const told = new Set<string>();
  const open = new Set<string>();
  let hasLooked = false;

  const isNew = (key: string): boolean => {
    if (told.has(key)) return false;
    told.add(key);
    return true;
  };
  const eventsOf = (seen: readonly Seen[]): TailEvent[] =>
    seen
      .filter(({ id, state, attempt, text }) => isNew(JSON.stringify([id, attempt, state, text])))
      .map(({ id, type, objectId, version, state, attempt, text, at }) => ({
        at,
        document: id,
        type,
        objectId,
        ...(version === undefined ? {} : { version }),
        state,
        attempt,
        text,
      }));

  return {
    hasSeen: (): boolean => hasLooked,
    /** Which of those that were open are no longer in the list. */
    missing(now: readonly Seen[]): readonly string[] {
      const listed = new Set(now.map(({ id }) => id));
      return [...open].filter((id) => !listed.has(id));
    },
    look(now: readonly Seen[], settled: readonly Seen[]): readonly TailEvent[] {
      hasLooked = true;
      for (const { id } of settled) open.delete(id);
      for (const { id } of now) open.add(id);
      return eventsOf([...settled, ...now]);
    },
    /** Of one document everything that its timeline tells. */
    timeline({ id, type, objectId, version, timeline }: DocumentAnswer): readonly TailEvent[] {
      hasLooked = true;
      return timeline
        .filter((happening) => isNew(JSON.stringify(happening)))
        .map(({ at, text, attempt, who }) => ({
          at,
          document: id,
          type,
          objectId,
          ...(version === undefined ? {} : { version }),
          ...(attempt === undefined ? {} : { attempt }),
          text,
          ...(who === undefined ? {} : { who }),
        }));
    },
  };
}
