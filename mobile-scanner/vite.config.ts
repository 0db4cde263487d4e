import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/scan/",
  resolve: {
    alias: { "@shared": fileURLToPath(new URL("../web-ui/src/shared", import.meta.url)) },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    outDir: "target/vite",
    emptyOutDir: true,
    target: "es2022",
    // Everything has an address of its own: the policy forbids what is inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
