// Prints what a visitor downloads, and fails above the budget: shops have bad reception.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const OUT = fileURLToPath(new URL("../target/vite", import.meta.url));
const BUILDS = [
  {
    entry: "src/page/page.ts",
    folder: OUT,
    manifest: "WEB-INF/vite-manifest.json",
    budget: 60_000,
  },
  // Nobody stands in a shop with it, and it says more
  {
    entry: "index.html",
    folder: join(OUT, "verify"),
    manifest: "assets/manifest.json",
    budget: 74_000,
  },
];

const gzipped = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

/** Dictionaries, of which a reader loads one; on /verify/, easy Japanese comes on top of its own. */
const READERS = {
  en: [
    "src/shared/words/en.json",
    "src/shared/words/more/en.json",
    "src/verify/words/en.json",
    "src/page/tongue.ts",
  ],
  ja: ["src/shared/words/ja.json", "src/shared/words/more/ja.json", "src/verify/words/ja.json"],
  easy: [
    "src/shared/words/easy.json",
    "src/shared/words/more/ja.json",
    "src/page/easy.ts",
    "src/verify/words/ja.json",
    "src/verify/words/easy.json",
  ],
};
const DICTIONARIES = new Set(Object.values(READERS).flat());

const plain = (name) => name.replace(/^(\.\.\/)+/, "");

/** Of everything that may be loaded, the dictionaries of other readers left out. */
function filesOf(manifest, name, own, seen = new Set()) {
  const chunk = manifest[name];
  if (seen.has(chunk.file) || (DICTIONARIES.has(plain(name)) && !own.includes(plain(name))))
    return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const imported of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) {
    filesOf(manifest, imported, own, seen);
  }
  return seen;
}

let within = true;
for (const { entry, folder, manifest: name, budget } of BUILDS) {
  const manifest = JSON.parse(readFileSync(join(folder, name), "utf8"));
  for (const [reader, own] of Object.entries(READERS)) {
    const files = [...filesOf(manifest, entry, own)];
    const sizes = files.map((file) => [file, gzipped(join(folder, file))]);
    const scripts = sizes
      .filter(([file]) => file.endsWith(".js"))
      .reduce((sum, [, size]) => sum + size, 0);
    const listed = sizes.map(([file, size]) => `${file.replace("assets/", "")} ${size}`).join(", ");
    console.log(
      `web-ui: ${entry === "index.html" ? "/verify/" : entry}, ${reader}: ${scripts} bytes of JavaScript, gzip (${listed})`,
    );
    if (scripts > budget) {
      console.error(`web-ui: that is more than ${budget} bytes`);
      within = false;
    }
  }
}
process.exit(within ? 0 : 1);
