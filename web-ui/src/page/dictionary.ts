import type { Language, Words } from "../shared/words.ts";

/** Who reads a page: `easy` is Japanese in simpler sentences. */
export type Reader = Language | "easy";

const DICTIONARIES: Record<Reader, () => Promise<{ default: unknown }>> = {
  ja: () => import("../shared/words/ja.json"),
  // The build has put the easy sentences into the Japanese dictionary
  easy: () => import("../shared/words/easy.json"),
  en: () => import("../shared/words/en.json"),
};

/** A reader on slow mobile data loads one dictionary, not all. */
export const loadWords = async (reader: Reader): Promise<Words> =>
  (await DICTIONARIES[reader]()).default as Words;
