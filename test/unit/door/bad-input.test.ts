import { describe, expect, it } from "vitest";
import * as z from "zod";
import { plainJsonFormat } from "../../../connectors/plain-json/format.ts";
import { parseExactJson } from "../../../core/documents/exact-json.ts";
import { DocumentId, SiteId } from "../../../core/documents/ids.ts";
import { AcceptedBody } from "../../../core/door/line-results.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { type BadInputCase, buildRequest } from "../../bad-input/build-request.ts";
import { BAD_INPUT_CASES } from "../../bad-input/cases.ts";
import { doorWorld, SECRET, START, TOKENS } from "./door-world.ts";

const runner = { nowSeconds: Math.floor(START / 1000), unique: "u1", webhookSecret: SECRET, tokens: TOKENS };
const send = async (bad: BadInputCase) => {
  const world = await doorWorld();
  const answer = await world.receive({ ...buildRequest(bad, runner), sourceIp: "192.0.2.1" });
  return { world, answer };
};
const titled = (cases: readonly BadInputCase[]) => cases.map((bad) => ({ ...bad, title: `class ${bad.class}: ${bad.name}` }));

const acceptedCases = BAD_INPUT_CASES.filter((bad) => bad.expected.status === 202);
const refusedCases = BAD_INPUT_CASES.filter((bad) => bad.expected.status !== 202);

describe("bad input at the door", () => {
  it.each(titled(refusedCases))("refuses $title", async (bad) => {
    const { world, answer } = await send(bad);
    expect(answer).toMatchObject({ status: bad.expected.status, headers: { "content-type": "application/problem+json" } });
    const problem = ProblemBody.parse(JSON.parse(answer.body));
    expect(problem).toMatchObject({ status: bad.expected.status, ...only({ code: bad.expected.code, path: bad.expected.path, lines: bad.expected.lines }) });
    expect({ written: world.written(), queued: world.queued() }).toEqual({ written: [], queued: 0 });
  });

  it.each(titled(acceptedCases))("takes $title", async (bad) => {
    const { world, answer } = await send(bad);
    expect(answer.body.slice(0, 300)).not.toContain("urn:orderlane:problem");
    expect(answer.status).toBe(202);
    const { lines } = AcceptedBody.parse(JSON.parse(answer.body));
    expect(lines).toMatchObject(bad.expected.lines ?? []);
    const taken = lines.flatMap((line) => (line.result === "accepted" ? [DocumentId.parse(line.document)] : []));
    expect({ lines: lines.length, queued: world.queued() }).toEqual({ lines: bad.expected.lines?.length, queued: taken.length });
    const reasons = await Promise.all(taken.map(async (document) => reasonsOf(await world.payloads.read(document))));
    const { parked } = bad.expected;
    expect(reasons.flat()).toEqual(parked === undefined ? [] : [expect.objectContaining(parked)]);
    for (const reason of reasons.flat()) expect(z.object({ owner: z.string(), next: z.string() }).safeParse(reason).success).toBe(true);
  });
});

/** What the lane would say of the stored document. */
function reasonsOf(source: string | undefined) {
  const parsed = parseExactJson(new TextEncoder().encode(source));
  if (parsed.kind === "refused") throw new Error(`stored what is no JSON: ${parsed.message}`);
  const answer = plainJsonFormat.toCanonical(parsed.value, {
    site: SiteId.parse("hamburg"),
    timeZone: "Europe/Berlin",
    decimalSeparator: ".",
    codes: [],
    receivedAt: START,
  });
  return answer.kind === "invalid" ? answer.reasons : [];
}

const only = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
