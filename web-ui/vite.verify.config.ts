import { defineConfig } from "vite";

/** /verify/ is a folder of its own with relative addresses: anybody can serve it from anywhere. */
export default defineConfig({
  root: "verify",
  base: "./",
  build: {
    outDir: "../target/vite/verify",
    emptyOutDir: true,
    manifest: "assets/manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
  },
});
