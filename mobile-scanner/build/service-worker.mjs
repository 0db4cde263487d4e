// Writes sw.js: the worker with the list of what was built, named by its content. A change anywhere
// is a new worker, which takes over when the last old screen is closed.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const out = fileURLToPath(new URL("../target/vite", import.meta.url));
const files = readdirSync(out, { recursive: true })
  .map((name) => join(out, String(name)))
  .filter((path) => statSync(path).isFile() && !path.endsWith("sw.js"))
  .sort();
const version = createHash("sha256");
for (const path of files) version.update(relative(out, path)).update(readFileSync(path));
const addresses = files.map((path) => `/scan/${relative(out, path).replaceAll("\\", "/")}`);
const list = addresses.map((address) => address.replace(/index\.html$/, ""));

const template = readFileSync(fileURLToPath(new URL("../src/sw.js", import.meta.url)), "utf8");
writeFileSync(
  join(out, "sw.js"),
  template
    .replace('"VERSION"', JSON.stringify(version.digest("hex").slice(0, 16)))
    .replace('"FILES"', JSON.stringify(list)),
);
const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
console.log(`mobile-scanner: ${files.length} files for work without a network, ${bytes} bytes`);
