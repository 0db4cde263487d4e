// Runs every *.test.ts below src with Node's own test runner. Node 20 reads no TypeScript, so Vite
// bundles each test first. No test found is said aloud, so that nobody takes silence for a pass.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "target", "test");

const tests = readdirSync(join(root, "src"), { recursive: true })
  .map(String)
  .filter((path) => path.endsWith(".test.ts"));

if (tests.length === 0) {
  console.log("web-ui: no TypeScript tests");
  process.exit(0);
}

rmSync(out, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: {
    ssr: true,
    outDir: out,
    target: "node20",
    minify: false,
    sourcemap: "inline",
    rollupOptions: {
      input: Object.fromEntries(
        tests.map((path) => [path.replace(/\.ts$/, ""), join(root, "src", path)]),
      ),
      output: { entryFileNames: "[name].mjs" },
    },
  },
});

const built = tests.map((path) => relative(root, join(out, path.replace(/\.ts$/, ".mjs"))));
// Another EPCIS library, which only this test needs, in a folder of its own
const epcis = join(root, "epcis");
if (
  !isUpToDate(join(epcis, "package-lock.json"), join(epcis, "node_modules", ".package-lock.json"))
) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // Vite's build above has set NODE_ENV to production, for which npm leaves out what only tests need
  const ci = ["ci", "--include=dev", ...flags];
  const installed = spawnSync(npm, ci, { cwd: epcis, stdio: "inherit" });
  if (installed.status !== 0) process.exit(installed.status ?? 1);
}
built.push(join("epcis", "round-trip.test.mjs"));

// The second report is for the build server, which counts it with those of the Java tests
const reports = join(root, "target", "surefire-reports");
mkdirSync(reports, { recursive: true });
const run = spawnSync(
  process.execPath,
  [
    "--enable-source-maps",
    "--test",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    `--test-reporter-destination=${join(reports, "TEST-web-ui.xml")}`,
    ...built,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exit(run.status ?? 1);

function isUpToDate(source, made) {
  const time = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return time(made) >= time(source) && time(made) > 0;
}
