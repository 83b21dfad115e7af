import { LinesAnswer } from "../agent-wire.ts";
import type { WebhookSender } from "../webhook-sender.ts";
import type { Planned } from "./documents.ts";
import type { Installation } from "./installation.ts";
import type { Plant } from "./plant.ts";
import type { SentLog } from "./sent-log.ts";

/** The ERP posts one signed webhook; of several documents, one message that the door splits. */
export async function fromErp({ sender }: Installation, log: SentLog, id: string, planned: readonly Planned[]): Promise<void> {
  const [only, ...more] = planned;
  const body = more.length === 0 ? only?.wire : { documents: planned.map(({ wire }) => wire) };
  await deliver(sender, log, id, JSON.stringify(body), planned);
}

/** One message in whatever language. @param planned what stands in it, in its order */
export async function deliver(sender: WebhookSender, log: SentLog, id: string, body: string, planned: readonly Planned[]): Promise<void> {
  const { answer } = await sender.deliver(id, body);
  const lines = linesOf(answer);
  for (const [at, each] of planned.entries()) log.note(each, lines.find(({ line }) => line === at + 1) ?? { result: "retry" });
}

function linesOf(answer: string | undefined): LinesAnswer["lines"] {
  const parsed = LinesAnswer.safeParse(answer === undefined ? undefined : JSON.parse(answer));
  return parsed.success ? parsed.data.lines : [];
}

/** The plant's agent posts reports as lines of one batch; each keeps its key for as long as it is sent. */
export async function fromPlant(
  { agent, connection }: Plant,
  log: SentLog,
  lines: readonly { readonly key: string; readonly planned: Planned }[],
): Promise<void> {
  const results = await agent.postUpward(
    connection,
    lines.map(({ key, planned }) => ({ key, document: planned.wire })),
    AbortSignal.timeout(30_000),
  );
  for (const { key, planned } of lines) log.note(planned, results.find((result) => result.key === key) ?? { result: "retry" });
}
