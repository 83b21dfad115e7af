import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { createMap } from "../../connectors/stored-documents.ts";
import { DocumentId } from "../../core/documents/ids.ts";
import { AcceptedBody, type LineResult } from "../../core/door/line-results.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import type { Connection } from "../../core/settings/settings.ts";
import { localCloud } from "../support/local-cloud.ts";
import { type ApiRig, apiRig, type Left } from "./api-rig.ts";
import { credentialsOf, type Spoil, UNKNOWN_SENDER } from "./credentials.ts";
import { added, only, seenByItsLane } from "./left-behind.ts";
import { problemIn } from "./problem-in.ts";
import { SCHEME_CASES, type SchemeCase } from "./scheme-cases.ts";
import { type RawAnswer, sendRaw } from "./send-raw.ts";
import type { XmlCase } from "./xml-case.ts";
import { XML_CASES } from "./xml-cases.ts";
import { MARKER, sapOrder, type Writer, withBytes, type XmlSystem } from "./xml-documents.ts";

const cloud = localCloud();
let rig: ApiRig;
let tokens: ReadonlyMap<string, string>;

/** Names every request's documents anew, in every run against a cloud that is kept. */
const RUN = Date.now().toString(36);
let requests = 0;

/** The first connection of the settings that speaks the language. */
function connectionOf(system: XmlSystem): Connection {
  const found = cloud.settings.connections.find((connection) => connection.system === system);
  if (found === undefined) throw new Error(`infra/settings.ts has no connection of system ${system} on stage local: bad XML has nowhere to go`);
  return found;
}
const siteOf = ({ sites }: Connection): string => z.string().parse(sites[0]);

beforeAll(async () => {
  rig = await apiRig(cloud);
  const connections = [connectionOf("sap-idoc"), connectionOf("b2mml")];
  const grants = connections.map(
    async ({ id, sites }) => [id, await rig.giveToken({ connections: [id], sites: [...sites], types: ["OperationsRequest"] })] as const,
  );
  tokens = new Map(await Promise.all(grants));
});

/** What the sender has: a secret of the cloud's, or a token. */
function secretOf(connection: Connection): string {
  const name = secretNameOf(connection.source);
  const secret = name === undefined ? tokens.get(connection.id) : cloud.secrets[name];
  if (secret === undefined) throw new Error(`nothing is known to show who sends for connection ${connection.id}`);
  return secret;
}

/** The site as the connection's system calls it. */
function writerOf(connection: Connection): Writer {
  requests += 1;
  const ours = siteOf(connection);
  const [code] = Object.entries(connection.siteCodes ?? {}).find(([, site]) => site === ours) ?? [ours];
  return { unique: `${RUN}-${requests}`, site: code };
}

type Shown = { readonly spoil?: Spoil | undefined; readonly signed?: Uint8Array; readonly secret?: string };
type Told = {
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly siteInBody?: boolean | undefined;
};

/** Repeated headers go as AWS hands them over: the emulator joins them. */
async function post(connection: Connection, { body, headers = {}, siteInBody }: Told, { spoil, signed = body, secret }: Shown = {}): Promise<RawAnswer> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const presenting = { source: connection.source, secret: secret ?? secretOf(connection), id: `msg_${RUN}-${requests}`, nowSeconds, body: signed };
  const all = Object.entries({ "content-type": ["application/xml"], ...credentialsOf(presenting, spoil), ...headers });
  const there = Object.fromEntries(all.filter(([, values]) => values.length > 0));
  if (all.some(([, values]) => values.length > 1 || values.some((value) => /[\r\n]/.test(value))))
    return rig.invoke({ path: { connection: connection.id, site: siteOf(connection) }, headers: there, body });
  const url = `${cloud.apiUrl}/v1${siteInBody === true ? "" : `/sites/${siteOf(connection)}`}/connections/${connection.id}/documents`;
  return sendRaw({ method: "POST", url, headers: there, body });
}

async function send(bad: XmlCase): Promise<{ readonly answer: RawAnswer; readonly writer: Writer }> {
  const connection = connectionOf(bad.system);
  const writer = writerOf(connection);
  const made = bad.body(writer);
  const told = { body: typeof made === "string" ? Buffer.from(made) : made, headers: bad.headers, siteInBody: bad.siteInBody };
  return { answer: await post(connection, told, bad.unsigned === true ? { spoil: () => [] } : {}), writer };
}

const byClass = (cases: readonly XmlCase[]) =>
  [...Map.groupBy(cases, (bad) => bad.class)].map(([name, those]) => ({
    title: `class ${name} (${those.length}): ${those.map((bad) => bad.name).join("; ")}`,
    cases: those,
  }));
const REFUSED = XML_CASES.filter((bad) => bad.expected.status !== 202);
/** Local times of another zone than the connection's are the door in memory's to try. */
const isOfZone = ({ system, zone }: XmlCase): boolean => zone === undefined || zone === connectionOf(system).source.timeZone;
const ACCEPTED = XML_CASES.filter((bad) => bad.expected.status === 202 && isOfZone(bad));

/** In the time of the function: a slower refusal would be the gateway's 502 or 504. */
async function expectRefused(bad: XmlCase): Promise<void> {
  const { answer } = await send(bad);
  const { status, path, line, column, lines, detail } = bad.expected;
  const code = bad.unsigned === true ? UNKNOWN_SENDER[connectionOf(bad.system).source.scheme] : bad.expected.code;
  const problem = problemIn(answer);
  expect(problem, bad.name).toMatchObject({ status, ...only({ code, path, line, column, lines }) });
  if (detail !== undefined) expect(problem.detail, bad.name).toContain(detail);
}

describe("XML that is refused, with nothing left behind in table, bucket or queue", () => {
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
    for (const bad of cases) await expectRefused(bad);
    expect(added(before, await rig.left())).toEqual({ partitions: [], objects: [] });
  });

  const SYSTEMS: readonly XmlSystem[] = ["sap-idoc", "b2mml"];
  it.each(SYSTEMS)("signatures and credentials of the connection with %s", async (system) => {
    const connection = connectionOf(system);
    const { scheme } = connection.source;
    const before = await rig.left();
    for (const bad of SCHEME_CASES.filter(({ expected }) => expected(scheme).status !== 202))
      expect(problemIn(await postBy(connection, bad)), bad.name).toMatchObject(bad.expected(scheme));
    expect(added(before, await rig.left())).toEqual({ partitions: [], objects: [] });
  });

  it("no queue holds a message about anything that was not there before", async () => {
    expect((await rig.queuedSubjects()).filter((subject) => !first.partitions.has(subject))).toEqual([]);
  });
});

/** An order in GBK, so that its bytes and its text are not the same to sign. */
function postBy(connection: Connection, { spoil, over, stranger }: SchemeCase): Promise<RawAnswer> {
  const body = withBytes(`<?xml version="1.0" encoding="GBK"?>${sapOrder(writerOf(connection), { text: MARKER })}`, [0xb2, 0xc4, 0xc1, 0xcf]);
  return post(
    connection,
    { body },
    { spoil, signed: over === undefined ? body : over(body), ...(stranger === true ? { secret: strangerOf(connection) } : {}) },
  );
}

/** What somebody else has of the same kind. */
const strangerOf = ({ source }: Connection): string =>
  source.scheme === "standard-webhooks"
    ? `whsec_${Buffer.from("another").toString("base64")}`
    : source.scheme === "basic"
      ? "somebody:else"
      : `orl_${"z".repeat(26)}`;

describe("XML that is accepted: stored, and mapped or parked by its lane", () => {
  it.each(byClass(ACCEPTED))("$title", async ({ cases }) => {
    for (const bad of cases) await expectTaken(bad);
  });
});

async function expectTaken(bad: XmlCase): Promise<void> {
  const { answer, writer } = await send(bad);
  expect(answer, bad.name).toMatchObject({ status: 202, contentType: "application/json" });
  const { lines } = AcceptedBody.parse(JSON.parse(answer.text));
  expect(lines, bad.name).toMatchObject(bad.expected.lines ?? []);
  expect(lines).toHaveLength(bad.expected.lines?.length ?? 0);
  const taken = lines.filter(({ result }) => result === "accepted");
  // A message of hundreds is known by its lines; each of a few is followed to its lane.
  if (taken.length <= FEW) await expectLanes(bad, writer, taken);
}
const FEW = 5;

async function expectLanes(bad: XmlCase, writer: Writer, taken: readonly LineResult[]): Promise<void> {
  const map = createMap(rig.payloads, cloud.settings);
  const headers = await Promise.all(taken.map(({ document }) => seenByItsLane(rig, DocumentId.parse(document))));
  const { parked, documents, unknown } = bad.expected;
  for (const { state, reason } of headers) {
    if (parked === undefined) expect({ name: bad.name, state, reason }).not.toMatchObject({ state: "parked" });
    else
      expect({ name: bad.name, state, reason }).toMatchObject({ state: "parked", reason: { ...parked, owner: expect.any(String), next: expect.any(String) } });
  }
  if (documents !== undefined) {
    const made = await Promise.all(headers.map(map));
    expect(made, bad.name).toMatchObject(documents(writer).map((document) => ({ kind: "canonical", document })));
  }
  if (unknown !== undefined) expect(headers[0]?.unknownFields).toEqual(unknown);
}
