import { describe, expect, it } from "vitest";
import { compiled, componentRules, constant, context, materialTable, orderTable, own, rule, wire } from "./tables.ts";

type Rule = Readonly<Record<string, unknown>>;
const component = (no: string, more = ""): string => `{"no":"${no}","item":"M-${no}","qty":1.50,"unit":"kg"${more}}`;
const components = (lines: string, more: Rule = {}): Rule => ({
  target: "materialRequirements",
  lines,
  required: false,
  ...own,
  fields: componentRules,
  ...more,
});

const answerOf = (rules: readonly Rule[], text: string, more: Rule = {}) => compiled(orderTable(rules, more)).toCanonical(wire(text), context);
const idsIn = (rules: readonly Rule[], text: string, more: Rule = {}): unknown => {
  const answer = answerOf(rules, text, more);
  if (answer.kind === "invalid") return answer.reasons.map(({ code, field, rule: by }) => `${code} ${field} ${by}`);
  return answer.document.type === "OperationsRequest" ? answer.document.materialRequirements.map(({ id }) => id) : [];
};

describe("lines", () => {
  it("come in the order of the document, from lists in lists", () => {
    const text = `{"id":"1","ops":[{"no":"1","parts":[${component("b")},${component("a")}]},{"no":"2","parts":[${component("c")}]}]}`;
    expect(idsIn([components("ops/parts")], text)).toEqual(["b", "a", "c"]);
  });

  it("of several rules fill one list, in the order of the rules", () => {
    const text = `{"id":"1","made":[${component("p")}],"used":[${component("u")}]}`;
    expect(idsIn([components("used"), components("made", { required: undefined })], text)).toEqual(["u", "p"]);
  });

  it("are asked one by one whether they are wanted", () => {
    const text = `{"id":"1","used":[${component("a", ',"del":"X"')},${component("b")}]}`;
    expect(idsIn([components("used", { when: [{ path: "del", isNot: ["X"] }] })], text)).toEqual(["b"]);
  });

  it("that must be there are missed, always or where a condition holds", () => {
    const missed = "ORL-MAP-001 /used test/order@1 materialRequirements";
    expect(idsIn([components("used", { required: true })], '{"id":"1"}')).toEqual([missed]);
    const unlessCancelled = components("used", { required: [{ path: "/state", isNot: ["C"] }] });
    expect(idsIn([unlessCancelled], '{"id":"1","state":"R"}')).toEqual([missed]);
    expect(idsIn([unlessCancelled], '{"id":"1","state":"C"}')).toEqual([]);
    expect(idsIn([components("used", { required: true })], '{"id":"1","used":[]}')).toEqual([]);
  });

  it("are a list where lists are strict, and one thing is a list of one where they are loose", () => {
    const text = `{"id":"1","used":${component("a")}}`;
    expect(idsIn([components("used")], text)).toEqual(["ORL-MAP-002 /used test/order@1 materialRequirements"]);
    expect(idsIn([components("used")], text, { lists: "loose" })).toEqual(["a"]);
    expect(idsIn([components("used")], '{"id":"1","used":[5]}')).toEqual(["ORL-MAP-002 /used/0 test/order@1 materialRequirements"]);
  });

  it("say each missing value at its own place, by its own rule", () => {
    const text = `{"id":"1","used":[${component("a")},{"no":"","item":"M","qty":"x","unit":"kg"}]}`;
    expect(idsIn([components("used")], text)).toEqual([
      "ORL-MAP-001 /used/1/no test/order@1 materialRequirements/id",
      "ORL-MAP-004 /used/1/qty test/order@1 materialRequirements/quantity/value",
    ]);
  });

  it("know what they stand in: the number of the element around, and the way to it", () => {
    const text = '{"id":"1","ops":{"no":"1","ops":[{"no":"2"},{"no":"3","ops":{"no":"4"}}]}}';
    const nested: Rule = {
      target: "properties",
      lines: "ops+",
      ...own,
      fields: [
        rule("id", "no", { required: true, convert: [{ use: "lineage", separator: "/" }] }),
        rule("value", "../no", { default: { value: "-", note: own.names } }),
      ],
    };
    const answer = answerOf([components("used"), nested], text, { lists: "loose" });
    expect(answer).toMatchObject({
      document: {
        properties: [
          { id: "1", value: "-" },
          { id: "1/2", value: "1" },
          { id: "1/3", value: "1" },
          { id: "1/3/4", value: "3" },
        ],
      },
    });
  });
});

describe("conditions", () => {
  const said = (when: readonly Rule[], text: string): boolean => {
    const table = compiled(materialTable([rule("storageLocation", "id", { when })]));
    return "storageLocation" in table.make(wire(text), context).made;
  };

  it.each<[string, readonly Rule[], string, boolean]>([
    ["is: one of several values", [{ path: "s/c", is: ["B"] }], '{"id":"1","s":[{"c":"A"},{"c":"B"}]}', true],
    ["is: none", [{ path: "s/c", is: ["X"] }], '{"id":"1","s":[{"c":"A"}]}', false],
    ["is: a number by its text", [{ path: "n", is: ["1.0"] }], '{"id":"1","n":1.0}', true],
    ["isNot: nothing is not it", [{ path: "n", isNot: ["1"] }], '{"id":"1"}', true],
    ["isNot: it is", [{ path: "n", isNot: ["1"] }], '{"id":"1","n":"1"}', false],
    ["equals: the other place", [{ path: "a", equals: "b" }], '{"id":"1","a":"x","b":"x"}', true],
    ["equals: nothing equals nothing", [{ path: "a", equals: "b" }], '{"id":"1"}', false],
    ["present: an empty text is none", [{ path: "a", present: true }], '{"id":"1","a":""}', false],
    ["present: an object is", [{ path: "a", present: true }], '{"id":"1","a":{}}', true],
    ["present: null is not", [{ path: "a", present: false }], '{"id":"1","a":null}', true],
    [
      "all of them",
      [
        { path: "a", present: true },
        { path: "b", present: true },
      ],
      '{"id":"1","a":"x"}',
      false,
    ],
  ])("%s", (_says, when, text, holds) => {
    expect(said(when, text)).toBe(holds);
  });
});

describe("a value", () => {
  const make = (rules: readonly Rule[], text: string, more: Rule = {}) => compiled(materialTable(rules, more)).explain(wire(text), context);

  it("is the first source's that has one", () => {
    const rules = [{ target: "storageLocation", source: ["a", "b", "c"], ...own }];
    expect(make(rules, '{"id":"1","a":"","b":"B","c":"C"}').made).toMatchObject({ storageLocation: "B" });
  });

  it("that is a default stands in the explanation as one", () => {
    const fallback = { default: { value: "0001", note: { en: "the plant's own", "zh-CN": "工厂默认" } } };
    const { made, origins } = make([rule("storageLocation", "store", fallback)], '{"id":"1","store":""}');
    expect(made).toMatchObject({ storageLocation: "0001" });
    expect(origins).toContainEqual(expect.objectContaining({ target: "/storageLocation", source: "/store", sent: "", byDefault: true }));
    expect(make([rule("storageLocation", "store", fallback)], '{"id":"1","store":"0002"}').origins).toContainEqual(
      expect.objectContaining({ target: "/storageLocation", sent: "0002", byDefault: false }),
    );
  });

  it("is absent by the texts of its rule beside those of the table", () => {
    const rules = [rule("storageLocation", "store", { absent: ["0000"] })];
    expect(make(rules, '{"id":"1","store":"0000"}').made).not.toHaveProperty("storageLocation");
    expect(make(rules, '{"id":"1","store":""}').made).not.toHaveProperty("storageLocation");
    expect(make(rules, '{"id":"1","store":"000"}').made).toHaveProperty("storageLocation", "000");
  });

  it("that is null is wrong, or absent where the table says so", () => {
    const rules = [rule("storageLocation", "store")];
    expect(make(rules, '{"id":"1","store":null}').reasons).toMatchObject([{ code: "ORL-MAP-002", field: "/store", text: "null" }]);
    expect(make(rules, '{"id":"1","store":null}', { nullIsAbsent: true }).reasons).toEqual([]);
  });

  it("of an XML element with attributes is its text", () => {
    const rules = [rule("storageLocation", "store")];
    const xml = { lists: "loose" };
    expect(make(rules, '{"id":"1","store":{"@unit":"x","#text":"0001"}}', xml).made).toMatchObject({ storageLocation: "0001" });
    expect(make(rules, '{"id":"1","store":{"@unit":"x"}}', xml).made).not.toHaveProperty("storageLocation");
  });

  it("of a JSON object is none, whatever its members are called", () => {
    const rules = [rule("storageLocation", "store")];
    for (const store of ['{"@unit":"x","#text":"0001"}', '{"@unit":"x"}'])
      expect(make(rules, `{"id":"1","store":${store}}`).reasons).toMatchObject([{ code: "ORL-MAP-002", field: "/store", text: store }]);
  });

  it("that looks like another identifier and is not the same is said, wherever the two stand", () => {
    const answer = compiled(orderTable([components("used")])).toCanonical(wire(`{"id":"1","used":[${component("a")},${component("a\u200b")}]}`), context);
    expect(answer).toMatchObject({
      kind: "invalid",
      reasons: [
        { code: "ORL-MAP-014", field: "/used/1/no" },
        { code: "ORL-MAP-014", field: "/used/1/item" },
      ],
    });
    const same = compiled(orderTable([components("used")])).toCanonical(wire(`{"id":"1","used":[${component("材")},${component("é")}]}`), context);
    expect(same.kind).toBe("canonical");
  });

  it("comes in the order of the canonical schema, whatever the order of the rules", () => {
    const table = compiled(materialTable([rule("storageLocation", "store"), rule("version", "v"), constant("state", "Active")]));
    const answer = table.toCanonical(wire('{"store":"S","v":"2","id":"1"}'), context);
    expect(answer.kind === "canonical" ? Object.keys(answer.document) : answer).toEqual([
      "type",
      "id",
      "version",
      "hierarchyScope",
      "state",
      "description",
      "baseUnit",
      "storageLocation",
    ]);
  });
});
