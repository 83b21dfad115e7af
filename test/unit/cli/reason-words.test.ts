import { expect, it } from "vitest";
import { happeningText, ownerName, reasonText } from "../../../cli/reason-words.ts";
import { reasons } from "../../../core/effects/reasons.ts";

const every = Object.values(reasons).map((make: (...args: never[]) => unknown) => Reflect.apply(make, undefined, ["material:4711", "the ERP is closed"]));

it("says every reason of lanes and effects in Chinese, and every owner; in English as the API does", () => {
  expect(every.length).toBeGreaterThan(30);
  for (const reason of every) {
    if (typeof reason !== "object" || reason === null || !("code" in reason) || !("message" in reason)) throw new Error("is no reason");
    const told = { code: String(reason.code), message: String(reason.message) };
    expect(reasonText(told, "zh-CN"), told.code).not.toContain(told.message);
    expect(reasonText(told, "en")).toBe(told.message);
    if ("owner" in reason) expect(ownerName(String(reason.owner), "zh-CN"), told.code).not.toBe(reason.owner);
  }
});

it("has a code of its own for each reason", () => {
  const codes = every.map((reason) => (typeof reason === "object" && reason !== null && "code" in reason ? reason.code : expect.unreachable()));
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
});

it("keeps what another system said, and its own sentence where a code has no Chinese", () => {
  expect(reasonText({ code: "ORL-EFFECT-003", message: "the undo of post was refused: period closed", step: "post" }, "zh-CN")).toBe(
    "冲销“过账”被拒绝：period closed",
  );
  expect(reasonText({ code: "ORL-CALL-001", message: "HTTP 500" }, "zh-CN")).toBe("调用对方系统未成：HTTP 500");
  expect(reasonText({ code: "MES-7", message: "no such line" }, "zh-CN")).toBe("no such line");
  expect(happeningText({ what: "a-new-thing", text: "something new" }, "zh-CN")).toBe("something new");
});
