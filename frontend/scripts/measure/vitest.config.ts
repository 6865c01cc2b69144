/** Runs the measurements: `npm run measure`. They are no tests; they print figures. */
import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest asks for it
export default defineConfig({
  test: { include: ["scripts/measure/**/*.measure.ts"], testTimeout: 600_000, hookTimeout: 600_000 },
});
