import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../../../connectors/registry.ts";
import { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";
import { DocumentId } from "../../../core/documents/ids.ts";
import { parseKeptText } from "../../../core/documents/kept-text.ts";
import { AcceptedBody, type LineResult } from "../../../core/door/line-results.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { samplesFolder } from "../../../local/sample-accounts.ts";
import { credentialsOf } from "../../bad-input/credentials.ts";
import { idocOrder, idocs, operationsRequest, schedule, type XmlSystem } from "../../bad-input/xml-documents.ts";
import { samplesEndingIn } from "../../support/samples.ts";
import { SECRET } from "./door-world.ts";
import { type Mutated, mutations } from "./mutations-of-xml.ts";
import { headersIn } from "./post.ts";
import { NOW, type XmlDoor, xmlDoor } from "./xml-door.ts";

const RUNS = 2000;
/** A door with little behind it is a quick one. */
const RUNS_PER_DOOR = 200;
const REASON = expect.objectContaining({
  code: expect.stringMatching(/^ORL-[A-Z]+-\d{3}$/),
  owner: expect.any(String),
  next: expect.any(String),
  message: expect.any(String),
});
const PROBLEMS = [400, 413, 415, 422];

type Tally = { refused: number; parked: number; canonical: number };

async function judge(door: XmlDoor, { bytes, charset }: Mutated, id: string, tally: Tally): Promise<void> {
  const shown = credentialsOf({ source: door.source, secret: SECRET, id, nowSeconds: NOW, body: bytes });
  const known = new Set(headersIn(door.world).map((header) => header.id));
  const type = charset === undefined ? "application/xml" : `application/xml; charset=${charset}`;
  const answer = await door.post({ headers: { "content-type": [type], ...shown }, body: bytes, site: "hamburg" });
  const said: unknown = JSON.parse(answer.body);
  if (answer.status !== 202) {
    expect(PROBLEMS).toContain(answer.status);
    const { code } = ProblemBody.parse(said);
    expect(["ORL-DOOR-050", "ORL-DOOR-036", "ORL-DOOR-037"]).not.toContain(code);
    expect(headersIn(door.world)).toHaveLength(known.size);
    tally.refused += 1;
    return;
  }
  const parsed = parseExactXml(bytes, charset);
  const split = parsed.kind === "parsed" ? sourceOf(door.connection).split(parsed.value) : undefined;
  if (split?.kind !== "parts") throw new Error("taken, and yet no message");
  const { lines } = AcceptedBody.parse(said);
  expect(lines).toHaveLength(split.parts.length);
  for (const line of lines) {
    const part = split.parts[line.line - 1];
    if (part !== undefined && line.result === "accepted") await judgeKept(door, line, part.document, tally);
  }
}

/** What is stored is read again to the tree that stood at the door, and is canonical by the strict schema, or parks with reasons. */
async function judgeKept(door: XmlDoor, line: LineResult, tree: unknown, tally: Tally): Promise<void> {
  const kept = await door.world.payloads.read(DocumentId.parse(line.document));
  const again = parseKeptText(String(kept));
  expect(again).toMatchObject({ kind: "parsed" });
  expect(again.kind === "parsed" ? again.value : undefined).toEqual(tree);
  const header = headersIn(door.world).find((one) => one.id === line.document);
  if (header === undefined) throw new Error("accepted without a header");
  const mapped = await door.map(header);
  if (mapped?.kind === "invalid") {
    tally.parked += 1;
    expect(mapped.reasons.length).toBeGreaterThan(0);
    for (const reason of mapped.reasons) expect(reason).toEqual(REASON);
    return;
  }
  tally.canonical += 1;
  const checked = CanonicalDocument.safeParse(mapped?.document);
  expect(checked.error).toBeUndefined();
  expect(checked.data).toEqual(mapped?.document);
}

const FOLDERS: readonly (readonly [string, XmlSystem])[] = [
  ["SAP-samples__digital-manufacturing-extension-samples", "sap-idoc"],
  ["MESAInternational__B2MML-BatchML/Courbon", "b2mml"],
];
const FILES = FOLDERS.flatMap(([folder, system]) =>
  samplesEndingIn(".xml")
    .filter((name) => name.startsWith(folder))
    .map((name) => ({ name, system })),
);

/** One run of all; a refusal by its code, reasons to park, or a strict document; never a throw, never a 5xx. */
async function damage(bytes: Buffer, system: XmlSystem): Promise<Tally> {
  const tally = { refused: 0, parked: 0, canonical: 0 };
  let run = 0;
  let door = await xmlDoor(system);
  await fc.assert(
    fc.asyncProperty(mutations, async (mutate) => {
      run += 1;
      if (run % RUNS_PER_DOOR === 0) door = await xmlDoor(system);
      await judge(door, mutate({ bytes }), `m${run}`, tally);
    }),
    { numRuns: RUNS },
  );
  return tally;
}

describe("messages of several documents, with elements of others in them, damaged", () => {
  const EXTENSION = '<x:Ext xmlns:x="urn:x" xmlns:p="urn:p" p:a="1 &lt; 2">some <b>bold</b> text<x:In/></x:Ext>';
  const numbers = ["1", "2", "3"];
  const packet = idocs(...numbers.map((number) => idocOrder({ unique: number, site: "DM01" }, { more: EXTENSION, components: ["A", "B"] })));
  const orders = schedule(...numbers.map((number) => operationsRequest({ unique: number, site: "hamburg" }, { more: EXTENSION, components: ["A", "B"] })));

  it.each([
    ["a packet of IDocs", "sap-idoc", packet],
    ["a schedule", "b2mml", orders],
  ] as const)(`%s, ${RUNS} times`, async (name, system, text) => {
    const tally = await damage(Buffer.from(text), system);
    console.log(`${name}: ${JSON.stringify(tally)} of ${RUNS}`);
    expect(Object.values(tally).every((count) => count > 100)).toBe(true);
  });
});

describe.skipIf(samplesFolder() === undefined)("published messages, damaged (need the shared samples)", () => {
  it("are eight", () => {
    expect(FILES).toHaveLength(8);
  });

  it.each(FILES)(`$name, ${RUNS} times`, async ({ name, system }) => {
    const tally = await damage(readFileSync(join(samplesFolder() ?? "", name)), system);
    console.log(`${name}: ${JSON.stringify(tally)} of ${RUNS}`);
    expect(tally.refused).toBeGreaterThan(100);
  });
});
