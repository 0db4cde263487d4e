import type { Name } from "../device/store.ts";
import easy from "./easy.json";
import en from "./en.json";
import ja from "./ja.json";

export type Words = typeof ja;
export type Language = "ja" | "easy" | "en";

const DICTIONARIES: Record<Language, Words> = { ja, easy, en };
export const LANGUAGES: Language[] = ["ja", "easy", "en"];

export const wordsOf = (language: Language): Words => DICTIONARIES[language];

export const isLanguage = (text: unknown): text is Language => LANGUAGES.includes(text as Language);

/** What the phone speaks, until somebody chooses. */
export const usual = (): Language => (navigator.language.startsWith("ja") ? "ja" : "en");

/** A described name in the reader's language, or the key that stands for it. */
export function nameOf(name: Name, language: Language, otherwise: string): string {
  const wanted = language === "en" ? "en" : "ja";
  return name?.[wanted] ?? Object.values(name ?? {})[0] ?? otherwise;
}

/** The word for a code, or the code itself. */
export const wordFor = (section: Record<string, string>, code: string): string =>
  Object.hasOwn(section, code) ? (section[code] as string) : code;

export const fill = (sentence: string, values: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
