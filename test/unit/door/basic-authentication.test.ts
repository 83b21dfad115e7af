import { describe, expect, it } from "vitest";
import { json, order } from "../../bad-input/documents.ts";
import { BY_DIGEST, outcome, schemeWorld, send, withStrayBit } from "./scheme-requests.ts";

const PAIR = "werk-süd:p:a:ß-批 1";
const BASIC = { scheme: "basic", secret: "erp-webhook", ...BY_DIGEST } as const;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const REFUSED = "401 ORL-DOOR-047";

const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ["right", [`Basic ${base64(PAIR)}`], "202"],
  ["right, its scheme in another case", [`bASIC ${base64(PAIR)}`], "202"],
  ["missing", [], REFUSED],
  ["empty", [""], REFUSED],
  ["the scheme alone", ["Basic "], REFUSED],
  ["repeated, both right", [`Basic ${base64(PAIR)}`, `Basic ${base64(PAIR)}`], REFUSED],
  ["a bearer token", ["Bearer orl_aaaaaaaaaaaaaaaaaaaaaaaaaa"], REFUSED],
  ["not in base64", [`Basic ${PAIR}`], REFUSED],
  ["cut short", [`Basic ${base64(PAIR).slice(0, -4)}`], REFUSED],
  ["too long", [`Basic ${base64(`${PAIR}x`)}`], REFUSED],
  ["10 KB long", [`Basic ${base64("x:".repeat(5000))}`], REFUSED],
  ["with a stray bit", [`Basic ${withStrayBit(base64(PAIR))}`], REFUSED],
  ["without a colon", [`Basic ${base64("werk-süd")}`], REFUSED],
  ["another user", [`Basic ${base64(PAIR.replace("werk", "Werk"))}`], REFUSED],
  ["another password", [`Basic ${base64(`${PAIR} `)}`], REFUSED],
  ["no password", [`Basic ${base64("werk-süd:")}`], REFUSED],
  ["no user", [`Basic ${base64(PAIR.slice(PAIR.indexOf(":")))}`], REFUSED],
  ["in ISO-8859-1", [`Basic ${Buffer.from("werk-süd:p:a:ß", "latin1").toString("base64")}`], REFUSED],
  ["with a line break", [`Basic ${base64(PAIR)}\r\nx: y`], REFUSED],
  ["with words after it", [`Basic ${base64(PAIR)} x`], REFUSED],
];

describe("basic authentication", () => {
  it.each(CASES)("%s", async (_name, values, expected) => {
    expect(await outcome(await schemeWorld(BASIC, [PAIR]), { authorization: values })).toBe(expected);
  });

  it("has one text for all that is wrong, a challenge, and nothing of what was sent or is right", async () => {
    const world = await schemeWorld(BASIC, [PAIR]);
    const wrong = CASES.filter(([, , expected]) => expected === REFUSED);
    const answers = await Promise.all(wrong.map(([, values]) => send(world, { authorization: values })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.headers).toMatchObject({ "www-authenticate": 'Basic realm="orderlane", charset="UTF-8"' });
    expect(JSON.stringify(answers[0])).not.toMatch(/werk|ß-批/);
  });

  it("takes both pairs while they rotate, and only the new one then", async () => {
    const world = await schemeWorld(BASIC, ["werk:neu", "werk:alt"]);
    const by = (pair: string, unique: string) => outcome(world, { authorization: `Basic ${base64(pair)}` }, json(order(unique)));
    expect([await by("werk:alt", "1"), await by("werk:neu", "2")]).toEqual(["202", "202"]);
    world.secrets.set("erp-webhook", ["werk:neu"]);
    expect([await by("werk:alt", "3"), await by("werk:neu", "4")]).toEqual([REFUSED, "202"]);
  });

  it.each(["", "no colon", ":no user", "no password:"])("lets nobody in by a secret of ours that is damaged: «%s»", async (damaged) => {
    const world = await schemeWorld(BASIC, [PAIR, damaged]);
    const answer = await send(world, { authorization: `Basic ${base64(damaged.includes(":") ? damaged : PAIR)}` });
    expect(answer.status).toBe(503);
    if (damaged !== "") expect(JSON.stringify(answer)).not.toContain(damaged);
  });

  it("takes no pair longer than a header of 600 characters, be it right", async () => {
    const [fits, over] = [`u:${"p".repeat(440)}`, `u:${"p".repeat(450)}`];
    const world = await schemeWorld(BASIC, [fits, over]);
    expect(await outcome(world, { authorization: `Basic ${base64(fits)}` })).toBe("202");
    expect(await outcome(world, { authorization: `Basic ${base64(over)}` })).toBe(REFUSED);
  });

  it("lets nobody in while the secrets cannot be asked", async () => {
    const world = await schemeWorld(BASIC, [PAIR]);
    world.secrets.setDown(true);
    expect(await outcome(world, { authorization: `Basic ${base64(PAIR)}` })).toBe("503 ORL-DOOR-037");
  });
});
