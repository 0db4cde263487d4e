import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    outDir: "target/vite",
    emptyOutDir: true,
    // What web-ui renders on the server finds its script and style by the manifest.
    manifest: "WEB-INF/vite-manifest.json",
    target: "es2022",
    // A polyfill would be an inline script, which the pages' policy forbids.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        page: "src/page/page.ts",
        style: "src/page.css",
      },
    },
  },
});
