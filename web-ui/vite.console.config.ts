import { defineConfig } from "vite";

/** The console, built apart: chunks shared with it would make a shopper's page larger. */
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "target/vite",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: { input: { console: "console/index.html" } },
  },
});
