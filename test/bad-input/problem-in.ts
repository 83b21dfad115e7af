import { expect } from "vitest";
import type * as z from "zod";
import { ProblemBody } from "../../core/door/problems.ts";
import type { RawAnswer } from "./send-raw.ts";

/** Codes of refusals that are found while reading the body, and so have a place in it. */
const IN_THE_TEXT = new Set(["017", "018", "019", "020", "021", "022", "038"].map((number) => `ORL-DOOR-${number}`));
const STACK = /\bat \S+ \(|node:internal|\.[jt]s:\d+/;

/** The problem that an answer must be: RFC 9457 with our code, a place where it stands in the text, and nothing of our insides. */
export function problemIn({ status, contentType, text }: RawAnswer): z.infer<typeof ProblemBody> {
  expect(contentType).toBe("application/problem+json");
  expect(text).not.toMatch(STACK);
  const problem = ProblemBody.parse(JSON.parse(text));
  expect(problem.status).toBe(status);
  expect(problem.type).toMatch(/^urn:orderlane:problem:[a-z-]+$/);
  expect([problem.title, problem.detail].map((words) => words.length > 0)).toEqual([true, true]);
  if (IN_THE_TEXT.has(problem.code)) expect(problem).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  return problem;
}
