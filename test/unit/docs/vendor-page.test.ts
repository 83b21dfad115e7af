import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { OPERATIONS } from "../../../core/api/operations.ts";
import { problemOf } from "../../../core/door/problems.ts";
import { vendorPage } from "../../../local/api/vendor-page.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/mes-vendor.html"), "utf8");

type Seen = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };

/** Every element of the page, read by a strict parser. @throws Error where it is not well-formed */
function elementsOf(text: string): readonly Seen[] {
  const seen: Seen[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => seen.push({ name, attributes: { ...attributes } }));
  parser.write(text).close();
  return seen;
}

describe("docs/mes-vendor.html", () => {
  it("is drawn from the table of operations (npm run docs)", () => expect(page).toBe(vendorPage()));

  it("is well-formed; a page that is not fails", () => {
    expect(elementsOf(page).length).toBeGreaterThan(300);
    expect(() => elementsOf(page.replace("</main>", ""))).toThrow();
  });

  it("asks the network for nothing: no script, no reference but to itself", () => {
    const elements = elementsOf(page);
    expect(elements.filter(({ name }) => ["script", "link", "img", "iframe", "object", "embed", "base", "form"].includes(name))).toEqual([]);
    const references = elements.flatMap(({ attributes }) => ["href", "src", "srcset", "action", "data", "poster"].flatMap((name) => attributes[name] ?? []));
    expect(references.filter((reference) => !reference.startsWith("#"))).toEqual([]);
    expect(elements.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => name.startsWith("on") || name === "style")).toEqual([]);
    expect(page).not.toMatch(/url\(|@import|@font-face/);
    const ids = new Set(elements.flatMap(({ attributes }) => attributes.id ?? []));
    for (const reference of references) expect(ids).toContain(reference.slice(1));
  });

  it("says everything in both languages", () => {
    const count = (language: string): number =>
      elementsOf(page).filter(({ attributes }) => attributes.lang === language && attributes.class !== undefined).length;
    expect(count("en")).toBeGreaterThan(100);
    expect(count("zh-CN")).toBe(count("en"));
  });

  it("tells the whole of the agent's part: each of its operations, and every code that it may get", () => {
    const agent = OPERATIONS.filter(({ tag, operationId }) => tag === "agent" || operationId === "postDocuments");
    expect(agent).toHaveLength(5);
    for (const { operationId, method, path, problems } of agent) {
      for (const name of problems) expect(page).toContain(`<code>${problemOf(name, "").code}</code>`);
      expect(page).toContain(`id="${operationId}"`);
      expect(page).toContain(`${method} ${path}`);
    }
  });
});
