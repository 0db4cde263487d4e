// Prints what a visitor downloads, and fails above the budget: shops have bad reception.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET = 60_000;
const out = fileURLToPath(new URL("../target/vite", import.meta.url));
const manifest = JSON.parse(readFileSync(join(out, "WEB-INF", "vite-manifest.json"), "utf8"));

const gzipped = (file) => gzipSync(readFileSync(join(out, file)), { level: 9 }).length;

/** Dictionaries, of which a reader loads one; easy Japanese comes on top of Japanese. */
const READERS = {
  en: ["src/shared/words/en.json"],
  ja: ["src/shared/words/ja.json"],
  easy: ["src/shared/words/ja.json", "src/page/easy.ts"],
};
const DICTIONARIES = new Set(Object.values(READERS).flat());

/** Of everything that may be loaded, the dictionaries of other readers left out. */
function filesOf(name, own, seen = new Set()) {
  const chunk = manifest[name];
  if (seen.has(chunk.file) || (DICTIONARIES.has(name) && !own.includes(name))) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const imported of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) {
    filesOf(imported, own, seen);
  }
  return seen;
}

let within = true;
for (const entry of ["src/page/page.ts", "verify/index.html"]) {
  for (const [reader, own] of Object.entries(READERS)) {
    const sizes = [...filesOf(entry, own)].map((file) => [file, gzipped(file)]);
    const scripts = sizes
      .filter(([file]) => file.endsWith(".js"))
      .reduce((sum, [, size]) => sum + size, 0);
    const listed = sizes.map(([file, size]) => `${file.replace("assets/", "")} ${size}`).join(", ");
    console.log(`web-ui: ${entry}, ${reader}: ${scripts} bytes of JavaScript, gzip (${listed})`);
    if (scripts > BUDGET) {
      console.error(`web-ui: that is more than ${BUDGET} bytes`);
      within = false;
    }
  }
}
process.exit(within ? 0 : 1);
