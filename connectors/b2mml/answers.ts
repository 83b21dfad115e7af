import * as z from "zod";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import type { Reason } from "../../core/effects/outcomes.ts";
import { compileTable } from "../../core/mapping/compile.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import acknowledgeV7 from "./mapping/answer-acknowledge-v7.json" with { type: "json" };
import acknowledgeV0401 from "./mapping/answer-acknowledge-v0401.json" with { type: "json" };
import confirmV7 from "./mapping/answer-confirm-v7.json" with { type: "json" };
import confirmV0401 from "./mapping/answer-confirm-v0401.json" with { type: "json" };
import read from "./mapping/answer-read.json" with { type: "json" };
import { contextOf, jsonOf, type MessageHead, type Written, write } from "./writing.ts";

/** The first that fits: an acknowledgement where the verb asks for one, else a confirmation. */
const TABLES = [acknowledgeV7, acknowledgeV0401, confirmV7, confirmV0401].map((table) => compileTable(MappingTable.parse(table)));
const READING = compileTable(MappingTable.parse(read));

export type Answer = {
  readonly outcome: "accepted" | "rejected" | "undone";
  readonly message: MessageHead;
  readonly document: Pick<CanonicalDocument, "id" | "hierarchyScope"> & { readonly origin?: object | undefined };
  readonly reason?: Pick<Reason, "code" | "message">;
  readonly plantReference?: string;
};

/** The answer to the message that a document came in, in the same version of the language, naming the message as it named itself. */
export const answerOf = ({ document, ...answer }: Answer): Written => write(TABLES, jsonOf({ ...document, ...answer }), document.hierarchyScope);

const AnswerRead = z.object({
  root: z.string(),
  /** The answer's own number. */
  id: z.string().optional(),
  originalId: z.string().optional(),
  originalSender: z.string().optional(),
  originalCreatedAt: z.string().optional(),
  verdict: z.string().optional(),
  /** The number of what it is about. */
  object: z.string().optional(),
  outcome: z.string().optional(),
  errorType: z.string().optional(),
  errorCode: z.string().optional(),
  message: z.string().optional(),
  plantReference: z.string().optional(),
});
export type AnswerRead = z.infer<typeof AnswerRead>;

/** An acknowledgement or a confirmation, of either side; undefined where the text is none. */
export function readAnswer(text: string): AnswerRead | undefined {
  const parsed = parseExactXml(Buffer.from(text), undefined);
  if (parsed.kind !== "parsed") return undefined;
  const { made } = READING.make(parsed.value, contextOf("none"));
  const answer = AnswerRead.safeParse(made);
  return answer.success && answer.data.verdict !== undefined ? answer.data : undefined;
}
