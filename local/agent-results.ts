import type { AgentMemory } from "./agent-memory.ts";
import { type Result, ResultsAnswer } from "./agent-wire.ts";

/** A shorter page is the last one. */
const IN_PAGE = 100;

type Parts = {
  readonly ask: (query: URLSearchParams) => Promise<unknown>;
  readonly memory: AgentMemory;
  /** Given each result at least once: a crash before its page is noted gives it again. */
  readonly take: (result: Result) => Promise<void>;
};

/** Reads a connection's results from where it stopped until there is no more. Answers after how many seconds to ask again. @throws ApiFailure */
export async function readResults(parts: Parts, connection: string): Promise<number> {
  for (;;) {
    const cursor = parts.memory.cursorOf(connection);
    const query = new URLSearchParams({ connection, ...(cursor === undefined ? {} : { after: cursor }) });
    const { results, after, pollAfterSeconds } = ResultsAnswer.parse(await parts.ask(query));
    await takeNew(parts, results);
    parts.memory.takeResults(
      connection,
      results.map(({ id }) => id),
      after,
    );
    if (results.length < IN_PAGE) return pollAfterSeconds;
  }
}

/** The API tells some again, so that none is missed. */
async function takeNew({ memory, take }: Parts, results: readonly Result[]): Promise<void> {
  for (const result of results) if (!memory.isTaken(result.id)) await take(result);
}
