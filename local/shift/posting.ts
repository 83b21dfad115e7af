import type { UpwardLine, UpwardResult } from "../agent-upward.ts";
import { ShiftStopped } from "./patience.ts";
import type { Report } from "./reports.ts";
import type { Scene } from "./scene.ts";

/** A report on its way: its key stays the same however often it is sent. */
export type Line = { readonly key: string; readonly report: Report };

export const lineOf = (report: Report, key = keyOf(report)): Line => ({ key, report });
const keyOf = ({ type, id, version, verb }: Report): string =>
  [type, id, ...(version === undefined ? [] : [version]), ...(verb === undefined ? [] : [verb])].join("/");

/** What the door took, by key. */
export interface Posted {
  /** Into the journal, then to the door, in batches; waits until each line has its answer. @throws ShiftStopped where one is refused */
  post(lines: readonly Line[]): Promise<void>;
  documentOf(key: string): string | undefined;
  documents(): readonly string[];
  /** Answers that said "that is there already". */
  duplicates(): number;
}

const LINES_IN_BATCH = 24;
const PATIENCE_MS = 60_000;

export function createPosted({ plant, journal }: Pick<Scene, "plant" | "journal">): Posted {
  const documents = new Map<string, string>();
  let duplicates = 0;

  async function postBatch(batch: readonly UpwardLine[]): Promise<void> {
    const answers = await plant.agent.postUpward(plant.connection, batch, AbortSignal.timeout(PATIENCE_MS));
    for (const { key } of batch)
      note(
        key,
        answers.find((each) => each.key === key),
      );
  }

  function note(key: string, answer: UpwardResult | undefined): void {
    if (answer?.document === undefined || answer.result === "refused")
      throw new ShiftStopped(
        `the door did not take ${key}`,
        answer?.detail ?? "it gave no answer in time",
        "look up the problem's code in docs/, and the cloud's log, named above",
      );
    if (answer.result === "duplicate") duplicates += 1;
    documents.set(key, answer.document);
  }

  return {
    post: async (lines) => {
      for (let from = 0; from < lines.length; from += LINES_IN_BATCH)
        await postBatch(lines.slice(from, from + LINES_IN_BATCH).map(({ key, report }) => journal.write(key, report)));
    },
    documentOf: (key) => documents.get(key),
    documents: () => [...new Set(documents.values())],
    duplicates: () => duplicates,
  };
}
