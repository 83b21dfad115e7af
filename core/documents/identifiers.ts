/** Identifiers are kept as sent, leading zeros, `12E4`, spaces and 中文 included; only what no system can store or show is refused. */

/** NUL and other control characters, lone surrogates, U+FFFE and U+FFFF (BAD-INPUT.md 18 to 20): says which it is, or nothing. */
export function identifierFault(text: string): string | undefined {
  if (!text.isWellFormed()) return "half of a surrogate pair";
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return `the control character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    if (code === 0xfffe || code === 0xffff) return "a code point that is no character";
  }
  return undefined;
}

/** Printable ASCII: an identifier like any other, and looks like no other. */
export function isPlainText(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;

/** What an eye sees of an identifier: two that are alike so but differ otherwise are a trap (BAD-INPUT.md 21, 22). */
export const visibleForm = (text: string): string => text.replace(INVISIBLE, "").normalize("NFC");
