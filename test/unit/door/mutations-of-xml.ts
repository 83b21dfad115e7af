import * as fc from "fast-check";

/** What may happen to a message on its way, as bytes and as elements; each is a function of the message so far. */
export type Mutated = { readonly bytes: Buffer /** Of the content type. */; readonly charset?: string };
export type Mutation = (message: Mutated) => Mutated;

/** A place, as a share of what is there; drawn evenly, which `fc.double` does not: most doubles are almost nothing. */
const SHARES = 2 ** 20;
const share = fc.noBias(fc.nat(SHARES - 1)).map((drawn) => drawn / SHARES);
const placeIn = (length: number, at: number): number => Math.floor(at * length);
const onBytes =
  (change: (bytes: Buffer) => Buffer): Mutation =>
  (message) => ({ ...message, bytes: change(message.bytes) });

const flip = fc.tuple(share, fc.nat(7)).map(([at, bit]) =>
  onBytes((bytes) => {
    const place = placeIn(bytes.length, at);
    const changed = Buffer.from(bytes);
    if (place < bytes.length) changed[place] = changed.readUInt8(place) ^ (1 << bit);
    return changed;
  }),
);
const MOST_BYTES = 60;
const span = fc.tuple(share, fc.nat(MOST_BYTES));
const cut = span.map(([at, length]) =>
  onBytes((bytes) => {
    const place = placeIn(bytes.length, at);
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + length)]);
  }),
);
const truncate = share.map((at) => onBytes((bytes) => bytes.subarray(0, placeIn(bytes.length, at))));
const repeat = fc.tuple(span, share).map(([[from, length], to]) =>
  onBytes((bytes) => {
    const [start, place] = [placeIn(bytes.length, from), placeIn(bytes.length, to)];
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(start, start + length), bytes.subarray(place)]);
  }),
);
const PIECES = [
  "<",
  ">",
  "</",
  "/>",
  "&",
  "&#0;",
  "&#xD800;",
  "&lt;",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?x",
  "?>",
  '"',
  "'",
  " ",
  "\u0000",
  "\ufeff",
  "<!DOCTYPE x>",
  "<x/>",
];
const insert = fc.tuple(share, fc.constantFrom(...PIECES)).map(([at, piece]) =>
  onBytes((bytes) => {
    const place = placeIn(bytes.length, at);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(piece), bytes.subarray(place)]);
  }),
);

/** Whole elements without elements of their own name in them, by their places in the text. */
function elementsIn(text: string): readonly (readonly [start: number, end: number])[] {
  return [...text.matchAll(/<([A-Za-z_][\w.-]*)(?=[\s>/])/g)].flatMap((opened) => {
    const end = text.indexOf(`</${opened[1]}>`, opened.index);
    return end === -1 ? [] : [[opened.index, end + String(opened[1]).length + 3] as const];
  });
}
const onElements = (change: (text: string, pick: (at: number) => readonly [number, number]) => string): Mutation =>
  onBytes((bytes) => {
    const text = bytes.toString("latin1");
    const elements = elementsIn(text);
    return Buffer.from(
      change(text, (at) => elements[placeIn(elements.length, at)] ?? [0, 0]),
      "latin1",
    );
  });
const swapped = fc.tuple(share, share).map(([one, other]) =>
  onElements((text, pick) => {
    const [first, second] = [pick(one), pick(other)].sort(([a], [b]) => a - b);
    if (first === undefined || second === undefined || first[1] > second[0]) return text;
    const [a, b] = [text.slice(...first), text.slice(...second)];
    return text.slice(0, first[0]) + b + text.slice(first[1], second[0]) + a + text.slice(second[1]);
  }),
);
const twice = fc.tuple(share, fc.integer({ min: 2, max: 3 })).map(([at, times]) =>
  onElements((text, pick) => {
    const [start, end] = pick(at);
    return text.slice(0, start) + text.slice(start, end).repeat(times) + text.slice(end);
  }),
);
const dropped = share.map((at) =>
  onElements((text, pick) => {
    const [start, end] = pick(at);
    return text.slice(0, start) + text.slice(end);
  }),
);
const moved = fc.tuple(share, share).map(([from, into]) =>
  onElements((text, pick) => {
    const [source, place] = [text.slice(...pick(from)), pick(into)[0]];
    return text.slice(0, place) + source + text.slice(place);
  }),
);
const VALUES = [
  ...[
    "",
    " ",
    "0",
    "-0",
    "-1",
    "1-",
    "1e999999999",
    "1,5",
    "1.5",
    "9".repeat(40),
    "NaN",
    "20240230",
    "99991231",
    "240000",
    "2024-02-30",
    "20240331",
    "０１",
    "X",
    "003",
  ],
  ...[
    "\t",
    "&#9;",
    "&#10;",
    "&lt;a&gt;",
    "&#x200B;",
    "<A/>",
    "<A>1</A>text",
    "x<A/>y",
    "<![CDATA[<>]]>",
    "材料",
    "__proto__",
    "constructor",
    "toString",
    "a/b~1",
    "'\"",
    "x".repeat(300),
  ],
];
/** Of a pair of tags with text between, another text. */
const retold = fc.tuple(share, fc.constantFrom(...VALUES)).map(([at, value]) =>
  onBytes((bytes) => {
    const text = bytes.toString("latin1");
    const texts = [...text.matchAll(/>([^<>]*)<\//g)];
    const found = texts[placeIn(texts.length, at)];
    if (found === undefined) return bytes;
    const start = found.index + 1;
    return Buffer.from(text.slice(0, start) + Buffer.from(value).toString("latin1") + text.slice(start + String(found[1]).length), "latin1");
  }),
);
const NAMES = ["__proto__", "constructor", "toString", "IDOC", "ID", "x:y", "材", "a.b", "#text", "@a", "_"];
const renamed = fc.tuple(share, fc.constantFrom(...NAMES)).map(([at, name]) =>
  onElements((text, pick) => {
    const [start, end] = pick(at);
    const element = text.slice(start, end);
    const old = String(/^<([\w.-]+)/.exec(element)?.[1]);
    const latin = Buffer.from(name).toString("latin1");
    return text.slice(0, start) + element.replace(`<${old}`, `<${latin}`).replace(new RegExp(`</${old}>$`), `</${latin}>`) + text.slice(end);
  }),
);

const CHARSETS = ["utf-8", "gbk", "gb18030", "iso-8859-1", "windows-1252", "us-ascii", "utf-16", "utf-7"] as const;
const lie = fc.constantFrom(...CHARSETS).map(
  (charset): Mutation =>
    (message) => ({ ...message, charset }),
);
const declaredLie = fc
  .constantFrom(...CHARSETS)
  .map((charset) =>
    onBytes((bytes) =>
      Buffer.from(`<?xml version="1.0" encoding="${charset}"?>${bytes.toString("latin1").replace(/^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*>/, "")}`, "latin1"),
    ),
  );
const reencoded = fc.constantFrom("utf16le", "utf16be", "latin1", "marked").map((how) =>
  onBytes((bytes) => {
    const text = bytes.toString("utf8").replace(/^\ufeff/, "");
    if (how === "marked") return Buffer.from(`\ufeff${text}`);
    if (how === "latin1") return Buffer.from(text, "latin1");
    const wide = Buffer.from(`\ufeff${text}`, "utf16le");
    return how === "utf16le" ? wide : wide.swap16();
  }),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 3, arbitrary: flip },
  { weight: 2, arbitrary: cut },
  truncate,
  { weight: 2, arbitrary: repeat },
  { weight: 2, arbitrary: insert },
  { weight: 3, arbitrary: swapped },
  { weight: 3, arbitrary: twice },
  { weight: 2, arbitrary: dropped },
  { weight: 2, arbitrary: moved },
  { weight: 6, arbitrary: retold },
  { weight: 2, arbitrary: renamed },
  lie,
  declaredLie,
  reencoded,
);

/** One to three of them, one after the other. */
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 }).map(
  (list): Mutation =>
    (message) =>
      list.reduce((sofar, change) => change(sofar), message),
);
