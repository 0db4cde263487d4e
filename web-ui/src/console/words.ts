import { fill } from "../shared/words.ts";
import en from "./words/en.json";
import ja from "./words/ja.json";

export type ConsoleWords = typeof ja;
export type Language = "ja" | "en";

const DICTIONARIES: Record<Language, ConsoleWords> = { ja, en };

export const dictionaryOf = (language: Language): ConsoleWords => DICTIONARIES[language];

export { fill };
