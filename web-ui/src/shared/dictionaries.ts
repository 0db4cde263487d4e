import en from "./words/en.json";
import ja from "./words/ja.json";
import moreEn from "./words/more/en.json";
import moreJa from "./words/more/ja.json";
import { type Language, type MoreWords, withMore } from "./words.ts";

const DICTIONARIES: Record<Language, MoreWords> = {
  ja: withMore(ja, moreJa),
  en: withMore(en, moreEn),
};

/** For who speaks both at once; pages load one with `loadWords`. */
export const wordsOf = (language: Language): MoreWords => DICTIONARIES[language];
