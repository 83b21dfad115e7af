import type { Text } from "../../core/api/operation.ts";

/** A little HTML, well-formed as XML, so that any parser reads it and a test can. */
export type Markup = { readonly markup: string };
type Child = Markup | string | readonly (Markup | string)[];

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const inside = (child: Child): string => {
  if (typeof child === "string") return escaped(child);
  return "markup" in child ? child.markup : child.map(inside).join("");
};

export function element(name: string, attributes: Readonly<Record<string, string>>, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escaped(value)}"`);
  const content = children.map(inside).join("");
  return { markup: content === "" && VOID.has(name) ? `<${name}${written.join("")} />` : `<${name}${written.join("")}>${content}</${name}>` };
}
const VOID = new Set(["input", "meta", "br", "hr"]);

export const lines = (...parts: readonly Markup[]): Markup => ({ markup: parts.map(({ markup }) => markup).join("\n") });

/** What stands between back quotes is code. */
const prose = (text: string): Markup[] => text.split("`").map((part, at) => (at % 2 === 1 ? element("code", {}, part) : { markup: escaped(part) }));

/** Both languages, one after the other; the reader may hide one. */
export const both = (name: string, { en, zh }: Text, attributes: Readonly<Record<string, string>> = {}): Markup =>
  lines(element(name, { ...attributes, class: "en", lang: "en" }, prose(en)), element(name, { class: "zh", lang: "zh-CN" }, prose(zh)));

/** Within a cell or heading. */
export const inline = ({ en, zh }: Text): Markup[] => [
  element("span", { class: "en", lang: "en" }, prose(en)),
  { markup: " " },
  element("span", { class: "zh", lang: "zh-CN" }, prose(zh)),
];

export const table = (heads: readonly Text[], rows: readonly (readonly Child[])[]): Markup =>
  element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        heads.map((head) => element("th", {}, inline(head))),
      ),
    ),
    element(
      "tbody",
      {},
      rows.map((row) =>
        lines(
          element(
            "tr",
            {},
            row.map((cell) => element("td", {}, cell)),
          ),
        ),
      ),
    ),
  );

export const code = (text: string): Markup => element("pre", {}, element("code", {}, text));
