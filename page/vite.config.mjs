import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// The page, as plain files: relative addresses, so that it works under any path of a reverse proxy.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  logLevel: "error",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "build", target: "es2022", modulePreload: false, assetsInlineLimit: 0, emptyOutDir: true },
});
