import type { DocumentId } from "../documents/ids.ts";
import type { LineResult } from "./line-results.ts";
import { type HttpAnswer, jsonAnswer, type Problem, problemAnswer, problemOf } from "./problems.ts";
import type { RefusedLine } from "./route-lines.ts";
import type { Kept } from "./store-lines.ts";

/** For the one log line of a request. */
export type DoorAudit = {
  readonly connection: string;
  readonly sourceIp: string;
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly retry: number;
  /** Of the problem, where the answer is one. */
  readonly code?: string;
  readonly detail?: string;
  /** Causes inside: never part of an answer. */
  readonly errors: readonly string[];
};

export type DoorAnswer = HttpAnswer & { readonly audit: DoorAudit };

type From = { readonly connection: string; readonly sourceIp: string };

/** The whole request refused, or not to be served now: nothing is stored. */
export function refuseMessage(problem: Problem, from: From, errors: readonly string[] = []): DoorAnswer {
  const audit = { ...from, accepted: 0, duplicate: 0, refused: 0, retry: 0, code: problem.code, detail: problem.detail, errors };
  return { ...problemAnswer(problem), audit };
}

/** 202 with a result per line; 503 with them where something must come again; the problem itself where nothing was taken. */
export function answerMessage(refusals: readonly RefusedLine[], kept: readonly Kept[], sent: ReadonlySet<DocumentId>, from: From): DoorAnswer {
  const refused = [...refusals, ...kept.filter((line) => line.kind === "refused")];
  const lines = [...refused.map(refusedResult), ...kept.flatMap((line) => storedResult(line, sent))].sort((one, other) => one.line - other.line);
  const problem = problemWith(lines, refused);
  const errors = kept.flatMap((line) => (line.kind === "failed" ? [line.error] : []));
  return {
    ...httpAnswer(lines, problem),
    audit: { ...from, ...counted(lines), ...(problem === undefined ? {} : { code: problem.code, detail: problem.detail }), errors },
  };
}

function httpAnswer(lines: readonly LineResult[], problem: Problem | undefined): HttpAnswer {
  if (problem === undefined) return jsonAnswer(202, { lines });
  return problemAnswer(problem, { lines });
}

const refusedResult = ({ line, problem: { code, detail, path } }: RefusedLine): LineResult => ({
  line,
  result: "refused",
  code,
  detail,
  ...(path === undefined ? {} : { path }),
});

function storedResult(line: Kept, sent: ReadonlySet<DocumentId>): LineResult[] {
  switch (line.kind) {
    case "refused":
      return [];
    case "failed":
      return [{ line: line.routed.line, result: "retry" }];
    case "stored": {
      const { document } = line.routed;
      if (line.send && !sent.has(document)) return [{ line: line.routed.line, result: "retry", document }];
      return [{ line: line.routed.line, result: line.isNew ? "accepted" : "duplicate", document }];
    }
  }
}

function problemWith(lines: readonly LineResult[], refused: readonly RefusedLine[]): Problem | undefined {
  if (lines.some((line) => line.result === "retry"))
    return problemOf("not-queued", "lines with the result retry are not taken yet: send the same message again, it completes them");
  const [first] = refused;
  if (first === undefined || refused.length < lines.length) return undefined;
  const isOne = refused.every(({ problem }) => problem.code === first.problem.code);
  return isOne ? first.problem : problemOf("lines-refused", "no line of the message can be taken; each says why");
}

function counted(lines: readonly LineResult[]): Record<LineResult["result"], number> {
  const count = (result: LineResult["result"]): number => lines.filter((line) => line.result === result).length;
  return { accepted: count("accepted"), duplicate: count("duplicate"), refused: count("refused"), retry: count("retry") };
}
