/** Runs the tests: `npm test`. */
import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import application from "./vite.config.ts";

export default mergeConfig(
  application,
  // a busy computer takes its time: what a test waits for has a minute
  defineConfig({ test: { setupFiles: "./scripts/patience.ts", testTimeout: 60_000, hookTimeout: 60_000 } }),
);
