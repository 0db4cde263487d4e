// Builds and runs src/page/test/tell-vectors.ts, for the Java test that compares both renderers.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const outDir = join(root, "target", "tell");
await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: {
    ssr: join(root, "src", "page", "test", "tell-vectors.ts"),
    outDir,
    target: "node20",
    minify: false,
    rollupOptions: { output: { entryFileNames: "tell.mjs" } },
  },
});
const run = spawnSync(process.execPath, [join(outDir, "tell.mjs"), process.argv[2]], {
  stdio: "inherit",
});
process.exit(run.status ?? 1);
