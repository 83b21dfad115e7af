/** From bytes to text: which charset an XML message is in (RFC 7303), and decoding that refuses what does not fit. */

export type Charset = "utf-8" | "utf-16" | "us-ascii" | "iso-8859-1" | "windows-1252" | "gb18030";

export type DecodedXml =
  /** Without its byte order mark. */
  | { readonly kind: "decoded"; readonly text: string }
  /** `charset`: one that we do not know; `encoding`: the bytes, or what is said of them, do not fit together. */
  | { readonly kind: "refused"; readonly fault: "empty" | "charset" | "encoding"; readonly message: string };

/** GBK and GB2312 are subsets of GB18030, and decoded as it. */
const CHARSETS: ReadonlyMap<string, Charset> = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["utf-16", "utf-16"],
  ["utf-16le", "utf-16"],
  ["utf-16be", "utf-16"],
  ["us-ascii", "us-ascii"],
  ["ascii", "us-ascii"],
  ["iso-8859-1", "iso-8859-1"],
  ["iso8859-1", "iso-8859-1"],
  ["iso_8859-1", "iso-8859-1"],
  ["latin1", "iso-8859-1"],
  ["windows-1252", "windows-1252"],
  ["cp1252", "windows-1252"],
  ["gbk", "gb18030"],
  ["cp936", "gb18030"],
  ["gb2312", "gb18030"],
  ["gb18030", "gb18030"],
]);

/** By its IANA name or a usual alias, in any case. */
export const charsetOf = (name: string): Charset | undefined => CHARSETS.get(name.toLowerCase());

/** For the sentence that refuses another. */
export const KNOWN_CHARSETS = "UTF-8, UTF-16 with a byte order mark, US-ASCII, ISO-8859-1, Windows-1252, GBK, GB2312 and GB18030";

/**
 * A byte order mark wins, then the content type's charset, then the declaration's encoding, else UTF-8 (RFC 7303, 3 and 8.1). A mark beside a name
 * of another family is refused: one of the two is a lie.
 * @param declared the charset parameter of the content type
 */
export function decodeXml(bytes: Uint8Array, declared: string | undefined): DecodedXml {
  if (bytes.length === 0) return refused("empty", "the body is empty");
  const header = declared === undefined ? undefined : charsetOf(declared);
  if (declared !== undefined && header === undefined) return unknownCharset("the content type", declared);
  const marked = MARKS.find(({ mark }) => mark.every((byte, at) => bytes[at] === byte));
  if (marked !== undefined) return decodeMarked(bytes, marked.label, header);
  if (bytes[0] === 0 || bytes[1] === 0) return refused("encoding", "the body is UTF-16 or UTF-32 without a byte order mark");
  return decodeUnmarked(bytes, header);
}

const MARKS = [
  { mark: [0xff, 0xfe, 0, 0], label: undefined },
  { mark: [0, 0, 0xfe, 0xff], label: undefined },
  { mark: [0xef, 0xbb, 0xbf], label: "utf-8" },
  { mark: [0xff, 0xfe], label: "utf-16le" },
  { mark: [0xfe, 0xff], label: "utf-16be" },
] as const;

const isUnicode = (charset: Charset): boolean => charset === "utf-8" || charset === "utf-16";

function decodeMarked(bytes: Uint8Array, label: "utf-8" | "utf-16le" | "utf-16be" | undefined, header: Charset | undefined): DecodedXml {
  if (label === undefined) return refused("encoding", "the body is UTF-32");
  const decoded = decodeFatally(bytes, label);
  if (decoded.kind === "refused") return decoded;
  const name = declaredIn(decoded.text);
  const declaration = name === undefined ? undefined : charsetOf(name);
  if (name !== undefined && declaration === undefined) return unknownCharset("the XML declaration", name);
  const liar = [header, declaration].find((charset) => charset !== undefined && !isUnicode(charset));
  return liar === undefined ? decoded : refused("encoding", `the body's byte order mark says ${label}, its declared charset ${liar}`);
}

/** The header wins over the declaration: who re-encoded the message on its way wrote only the header anew. */
function decodeUnmarked(bytes: Uint8Array, header: Charset | undefined): DecodedXml {
  if (header !== undefined) return decodeAs(bytes, header);
  const name = declaredIn(latin1(bytes.subarray(0, DECLARATION_BYTES)));
  if (name === undefined) return decodeAs(bytes, "utf-8");
  const charset = charsetOf(name);
  return charset === undefined ? unknownCharset("the XML declaration", name) : decodeAs(bytes, charset);
}

const DECLARATION_BYTES = 200;
const DECLARED = /^<\?xml[ \t\r\n][^>]*?encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][\w.-]*)["']/;

/** Every charset that is taken without a mark writes the declaration in ASCII. */
const declaredIn = (text: string): string | undefined => DECLARED.exec(text.slice(0, DECLARATION_BYTES))?.[1];

function decodeAs(bytes: Uint8Array, charset: Charset): DecodedXml {
  switch (charset) {
    case "utf-8":
    case "gb18030":
      return decodeFatally(bytes, charset);
    case "utf-16":
      return refused("encoding", "UTF-16 needs its byte order mark");
    case "iso-8859-1":
      return { kind: "decoded", text: latin1(bytes) };
    case "us-ascii":
      return fitting(latin1(bytes), /[\u0080-\u00ff]/, "US-ASCII");
    case "windows-1252":
      return fitting(latin1(bytes).replace(/[\u0080-\u009f]/g, windows1252), UNDEFINED, "Windows-1252");
  }
}

/** All 256 bytes, as ISO-8859-1 has them; a `TextDecoder` of that name would decode Windows-1252. */
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** 0x80 to 0x9f; the five that Windows-1252 leaves undefined (0x81, 0x8d, 0x8f, 0x90, 0x9d) are spaces here and stay what they were. */
const WINDOWS_1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
const UNDEFINED = /[\u0080-\u009f]/;

function windows1252(control: string): string {
  const character = WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80);
  return character === " " ? control : character;
}

const fitting = (text: string, misfit: RegExp, name: string): DecodedXml =>
  misfit.test(text) ? refused("encoding", `the body is not valid ${name}`) : { kind: "decoded", text };

/** A byte order mark that GB18030 writes in its four bytes is one too. */
function decodeFatally(bytes: Uint8Array, label: "utf-8" | "utf-16le" | "utf-16be" | "gb18030"): DecodedXml {
  try {
    const text = new TextDecoder(label, { fatal: true }).decode(bytes);
    return { kind: "decoded", text: label === "gb18030" && text.startsWith("\ufeff") ? text.slice(1) : text };
  } catch {
    // The decoder says no more than that.
    return refused("encoding", `the body is not valid ${label.toUpperCase()}`);
  }
}

const unknownCharset = (where: string, name: string): DecodedXml =>
  refused("charset", `${where} names the charset ${JSON.stringify(name.slice(0, 40))}; taken are ${KNOWN_CHARSETS}`);

const refused = (fault: "empty" | "charset" | "encoding", message: string): DecodedXml => ({ kind: "refused", fault, message });
