import { expect, it } from "vitest";
import { languageFor, languageOf } from "../../../cli/language.ts";
import { jsonText, table, widthOf } from "../../../cli/show.ts";
import { wrapped } from "../../../cli/wrap.ts";

it.each([
  [{}, "en"],
  [{ LANG: "zh_CN.UTF-8" }, "zh-CN"],
  [{ LANG: "zh_CN.UTF-8", LC_ALL: "C" }, "en"],
  [{ LANG: "en_GB.UTF-8", LC_MESSAGES: "zh_CN.GB18030" }, "zh-CN"],
  [{ LANG: "de_DE.UTF-8", LC_ALL: "" }, "en"],
  [{ LC_ALL: "en_US", ORDERLANE_LANG: "zh-CN" }, "zh-CN"],
  [{ ORDERLANE_LANG: "zha_CN" }, "en"],
  [{ ORDERLANE_LANG: "klingon", LANG: "zh_CN" }, "en"],
] as const)("speaks as the environment says, English where that language is not spoken here: %j", (env, language) => {
  expect(languageOf(env)).toBe(language);
});

it("takes --lang wherever it stands, before the environment; nothing after -- is an option", () => {
  expect(languageFor(["order", "1", "--lang", "zh-CN"], {})).toBe("zh-CN");
  expect(languageFor(["--lang=zh-CN", "order"], { LANG: "en" })).toBe("zh-CN");
  expect(languageFor(["--lang", "en"], { LANG: "zh_CN" })).toBe("en");
  expect(languageFor(["send", "--", "--lang", "zh-CN"], {})).toBe("en");
  expect(languageFor(["send", "--lang"], { LANG: "zh_CN" })).toBe("zh-CN");
});

it("aligns columns where a character takes two of them, none, or more than one code unit", () => {
  expect(["工单", "a", "é", "e\u0301", "𠮷", "ｱ", "，"].map(widthOf)).toEqual([4, 1, 1, 1, 2, 1, 2]);
  const [first = "", second = ""] = table([
    ["挂起", "x"],
    ["delivered", "y"],
  ]);
  expect(widthOf(first.slice(0, first.indexOf("x")))).toBe(second.indexOf("y"));
});

it("shows what a terminal would obey or break a line at, and prints nothing of it", () => {
  const [line = ""] = table([["a\u001b[31m\r\n\u009b\u2028\u202e", "b"]]);
  expect(line).toBe("  a\\u001b[31m\\u000d\\u000a\\u009b\\u2028\\u202e  b");
});

it("breaks lines between characters of 中文, but lets no mark begin one", () => {
  expect(wrapped("中文说明，第二行", 8)).toEqual(["中文说", "明，第二", "行"]);
  expect(wrapped("one two 三四", 7)).toEqual(["one two", "三四"]);
  expect(wrapped("a\nb", 80)).toEqual(["a", "b"]);
});

it("prints JSON that says the same, and that no terminal obeys", () => {
  const value = { name: "\u009b31mred\u001b[2J\u202eleft\u2028\u007f工单" };
  expect(JSON.parse(jsonText(value))).toEqual(value);
  expect(jsonText(value)).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
  expect(jsonText(value)).toContain("工单");
});
