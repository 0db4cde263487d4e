import { defineConfig } from "vite";
import { easyWords } from "./build/easy-words.ts";

/** /verify/ is a folder of its own with relative addresses: anybody can serve it from anywhere. */
export default defineConfig({
  root: "verify",
  base: "./",
  plugins: [easyWords()],
  // Read by the browser's JSON parser, and one file each
  json: { namedExports: false, stringify: true },
  build: {
    outDir: "../target/vite/verify",
    emptyOutDir: true,
    manifest: "assets/manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
  },
});
