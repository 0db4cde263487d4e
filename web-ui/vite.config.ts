import { defineConfig } from "vite";

// Pages that stand alone. What web-ui renders on the server finds its scripts by the manifest.
const pages = {
  home: "index.html",
  verify: "verify/index.html",
};

export default defineConfig({
  build: {
    outDir: "target/vite",
    emptyOutDir: true,
    manifest: "WEB-INF/vite-manifest.json",
    target: "es2022",
    rollupOptions: { input: pages },
  },
});
