import en from "./words/en.json";
import ja from "./words/ja.json";
import type { Language, Words } from "./words.ts";

const DICTIONARIES: Record<Language, Words> = { ja, en };

/** For who speaks both at once; pages load one with `loadWords`. */
export const wordsOf = (language: Language): Words => DICTIONARIES[language];
