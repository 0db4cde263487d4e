import type ja from "./words/ja.json";
import type moreJa from "./words/more/ja.json";

/** A dictionary: what the screens say, and the words for everything that the wire format names. */
export type Words = typeof ja;

/** The same with what shoppers are never told: of administration, and for the people concerned. */
export type MoreWords = Words & typeof moreJa;

export const withMore = (words: Words, more: typeof moreJa): MoreWords => ({
  ...words,
  kinds: { ...words.kinds, ...more.kinds },
  findings: { ...words.findings, ...more.findings },
});

export type Language = "ja" | "en";

/** The page's language: that of its root element, which its server chose. */
export const languageOf = (text: string): Language => (text.startsWith("en") ? "en" : "ja");

/** Puts values in the place of `{name}`. */
export const fill = (sentence: string, values: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));

/** The word for a code of the wire format; the code itself where there is none. */
export const wordFor = (section: Record<string, string>, code: string): string =>
  Object.hasOwn(section, code) ? (section[code] as string) : code;
