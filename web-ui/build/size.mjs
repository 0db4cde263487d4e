// Prints what a visitor downloads, and fails above the budget: shops have bad reception.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET = 60_000;
const out = fileURLToPath(new URL("../target/vite", import.meta.url));
const manifest = JSON.parse(readFileSync(join(out, "WEB-INF", "vite-manifest.json"), "utf8"));

const gzipped = (file) => gzipSync(readFileSync(join(out, file)), { level: 9 }).length;

function filesOf(name, seen = new Set()) {
  const chunk = manifest[name];
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const imported of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) {
    filesOf(imported, seen);
  }
  return seen;
}

let within = true;
for (const entry of ["src/page/page.ts", "verify/index.html"]) {
  const sizes = [...filesOf(entry)].map((file) => [file, gzipped(file)]);
  const scripts = sizes
    .filter(([file]) => file.endsWith(".js"))
    .reduce((sum, [, size]) => sum + size, 0);
  const listed = sizes.map(([file, size]) => `${file} ${size}`).join(", ");
  console.log(`web-ui: ${entry}: ${scripts} bytes of JavaScript, gzip (${listed})`);
  if (scripts > BUDGET) {
    console.error(`web-ui: that is more than ${BUDGET} bytes`);
    within = false;
  }
}
process.exit(within ? 0 : 1);
