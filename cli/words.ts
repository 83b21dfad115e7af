import * as z from "zod";

/** The languages the command speaks. A text stands in all of them side by side: one that is missing does not compile. */

export const LANGUAGES = ["en", "zh-CN"] as const;
export const Language = z.enum(LANGUAGES);
export type Language = z.infer<typeof Language>;

/** One text in every language. */
export type Text = Readonly<Record<Language, string>>;

/** What is the same in every language: an id, an address, another system's own words. */
export const same = (text: string): Text => ({ en: text, "zh-CN": text });

/** Texts and ids, one after another. */
export const joined = (parts: readonly Text[], between: string): Text => ({
  en: parts.map((part) => part.en).join(between),
  "zh-CN": parts.map((part) => part["zh-CN"]).join(between),
});

/** Of what a table of words is made: texts, texts with arguments, and tables of them. */
type Vocabulary = string | readonly string[] | ((...args: never[]) => string) | { readonly [name: string]: Vocabulary };

/** The same table in another language: no word more, none less, the same arguments. */
type Translated<W> = W extends string
  ? string
  : W extends readonly string[]
    ? { readonly [at in keyof W]: string }
    : W extends (...args: infer Args) => string
      ? (...args: Args) => string
      : { readonly [name in keyof W]: Translated<W[name]> };

/** A command's words: `const WORDS = dictionary({ none: "nothing" }, { none: "没有" })`, then `WORDS[lang].none`. */
export const dictionary = <const W extends { readonly [name: string]: Vocabulary }>(
  en: W,
  zh: NoInfer<Translated<W>>,
): Readonly<Record<Language, Translated<W>>> => ({ en: translated(en), "zh-CN": zh });

/** English is the measure: it is its own translation. */
function translated<W>(words: W): Translated<W>;
function translated(words: unknown): unknown {
  return words;
}
