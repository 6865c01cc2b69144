/** Builds one static application for current browsers, with its files already compressed. */
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { precompress } from "./scripts/precompress.ts";

export default defineConfig({
  plugins: [react(), optimizeLocales.vite({ locales: ["en", "fr", "es", "ar", "ru", "zh"] }), precompress()],
  build: {
    target: ["chrome137", "firefox130", "safari17"],
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: "es" },
});
