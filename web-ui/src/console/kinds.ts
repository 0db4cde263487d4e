import { wordsOf } from "../shared/dictionaries.ts";
import { language } from "./state.ts";

/** What the pages call each kind of event. */
export const kindWords = (): Record<string, string> => wordsOf(language.value).kinds;
