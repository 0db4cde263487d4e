import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The console, built apart: chunks shared with it would make a shopper's page larger. */
export default defineConfig({
  base: "./",
  resolve: { alias: { "@shared": fileURLToPath(new URL("src/shared", import.meta.url)) } },
  // The styleguide shows the scanner's style too
  server: { fs: { allow: [".."] } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "target/vite",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: { input: { console: "console/index.html" } },
  },
});
