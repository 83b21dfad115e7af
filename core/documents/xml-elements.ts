import { SaxesParser, type SaxesTagNS } from "saxes";

/** An element with its children in their order, which the tree of exact-xml.ts does not keep between names: what a schema asks for. */
export type XmlElement = {
  /** Local name and namespace (`""` for none). */
  readonly name: string;
  readonly namespace: string;
  /** Without declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All text that stands in it directly. */
  readonly text: string;
};
export type XmlAttribute = { readonly name: string; readonly namespace: string; readonly value: string };

type Open = { -readonly [K in keyof XmlElement]: XmlElement[K] } & { readonly children: Open[] };

class NotWellFormed extends Error {
  override readonly name = "NotWellFormed";
}

const DECLARATIONS = "http://www.w3.org/2000/xmlns/";

/**
 * The root element of a text that the door's own parser has read already, and so is well-formed and within its limits.
 * @throws NotWellFormed for any other
 */
export function xmlElementsOf(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: "1.0", forceXMLVersion: true });
  const open: Open[] = [];
  let root: Open | undefined;
  parser.on("error", (error) => {
    throw new NotWellFormed(error.message);
  });
  parser.on("opentag", (tag) => {
    const element: Open = { name: tag.local, namespace: tag.uri, attributes: attributesOf(tag), children: [], text: "" };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  if (root === undefined) throw new NotWellFormed("there is no element");
  return root;
}

const attributesOf = (tag: SaxesTagNS): XmlAttribute[] =>
  Object.values(tag.attributes)
    .filter(({ uri, name }) => uri !== DECLARATIONS && name !== "xmlns")
    .map(({ local, uri, value }) => ({ name: local, namespace: uri, value }));
