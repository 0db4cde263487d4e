import type ja from "./words/ja.json";

/** A dictionary: what the screens say, and the words for everything that the wire format names. */
export type Words = typeof ja;

export type Language = "ja" | "en";

/** The page's language: that of its root element, which its server chose. */
export const languageOf = (text: string): Language => (text.startsWith("en") ? "en" : "ja");

/** Puts values in the place of `{name}`. */
export const fill = (sentence: string, values: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));

/** The word for a code of the wire format; the code itself where there is none. */
export const wordFor = (section: Record<string, string>, code: string): string =>
  Object.hasOwn(section, code) ? (section[code] as string) : code;
