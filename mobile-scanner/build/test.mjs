// Runs every *.test.ts below src with Node's own test runner. Node 20 reads no TypeScript, so Vite
// bundles each test first. No test found is said aloud, so that nobody takes silence for a pass.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "target", "test");

const tests = readdirSync(join(root, "src"), { recursive: true })
  .map(String)
  .filter((path) => path.endsWith(".test.ts"));

if (tests.length === 0) {
  console.log("mobile-scanner: no TypeScript tests");
  process.exit(0);
}

rmSync(out, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: "warn",
  resolve: {
    alias: { "@shared": fileURLToPath(new URL("../../web-ui/src/shared", import.meta.url)) },
  },
  ssr: { noExternal: ["idb"] },
  build: {
    ssr: true,
    outDir: out,
    target: "node20",
    minify: false,
    sourcemap: "inline",
    rollupOptions: {
      input: Object.fromEntries(
        // The season is read by the browser tests too.
        [...tests, join("test", "season.ts")].map((path) => [
          path.replace(/\.ts$/, ""),
          join(root, "src", path),
        ]),
      ),
      output: { entryFileNames: "[name].mjs" },
    },
  },
});

const built = tests.map((path) => relative(root, join(out, path.replace(/\.ts$/, ".mjs"))));
// The second report is for the build server, which counts it with those of the Java tests
const reports = join(root, "target", "surefire-reports");
mkdirSync(reports, { recursive: true });
const run = spawnSync(
  process.execPath,
  [
    "--enable-source-maps",
    "--test",
    // The queue's channel to other tabs would keep Node waiting for them.
    "--test-force-exit",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    `--test-reporter-destination=${join(reports, "TEST-mobile-scanner.xml")}`,
    ...built,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exit(run.status ?? 1);
