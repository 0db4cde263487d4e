// Builds and runs src/shared/test/verify-lines.ts, for the Java test that compares both verifiers.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const outDir = join(root, "target", "verify-lines");
await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: {
    ssr: join(root, "src", "shared", "test", "verify-lines.ts"),
    outDir,
    target: "node20",
    minify: false,
    sourcemap: "inline",
    rollupOptions: { output: { entryFileNames: "verify-lines.mjs" } },
  },
});
const run = spawnSync(
  process.execPath,
  ["--enable-source-maps", join(outDir, "verify-lines.mjs"), process.argv[2]],
  { stdio: "inherit" },
);
process.exit(run.status ?? 1);
