import { defineConfig } from "vite";
import { easyWords } from "./build/easy-words.ts";

export default defineConfig({
  base: "./",
  plugins: [easyWords()],
  // Read by the browser's JSON parser, and one file each
  json: { namedExports: false, stringify: true },
  build: {
    outDir: "target/vite",
    emptyOutDir: true,
    // What web-ui renders on the server finds its script and style by the manifest.
    manifest: "WEB-INF/vite-manifest.json",
    target: "es2022",
    // The server writes the links, by the manifest: no program of its own for that
    modulePreload: false,
    rollupOptions: {
      input: {
        page: "src/page/page.ts",
        style: "src/page.css",
      },
      // What asks for the proof comes apart, since it can start before all else is there
      output: { codeSplitting: { groups: [{ name: "ask", test: /page\/ask\.ts$/ }] } },
    },
  },
});
