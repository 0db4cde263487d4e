import type { Language, Words } from "../shared/words.ts";

const DICTIONARIES: Record<Language, () => Promise<{ default: Words }>> = {
  ja: () => import("../shared/words/ja.json"),
  en: () => import("../shared/words/en.json"),
};

/** A reader on slow mobile data loads one language, not all. */
export const loadWords = async (language: Language): Promise<Words> =>
  (await DICTIONARIES[language]()).default;
