import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/**
 * Makes of `easy.json` a whole dictionary, the Japanese one with the easy sentences in the place of
 * others: so nobody downloads both of a sentence.
 */
export const easyWords = (): Plugin => ({
  name: "easy-words",
  enforce: "pre",
  load(id) {
    if (!id.endsWith("/shared/words/easy.json")) return null;
    const japanese = id.replace(/easy\.json$/, "ja.json");
    this.addWatchFile(japanese);
    const [whole, easy] = [japanese, id].map((file) => JSON.parse(readFileSync(file, "utf8")));
    for (const [section, words] of Object.entries(easy)) Object.assign(whole[section], words);
    return JSON.stringify(whole);
  },
});
