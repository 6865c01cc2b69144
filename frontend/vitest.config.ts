/** Runs the tests: `npm test`. */
import { mergeConfig } from "vite";
import { configDefaults, defineConfig } from "vitest/config";
import application from "./vite.config.ts";

const COMPONENTS = "**/*.test.tsx";

export default mergeConfig(
  application,
  // a busy computer takes its time: what a test waits for has a minute
  defineConfig({
    test: {
      setupFiles: "./scripts/patience.ts",
      testTimeout: 60_000,
      hookTimeout: 60_000,
      projects: [
        {
          extends: true,
          // loading our code is a good part of their time: one file after the other uses what was loaded
          test: {
            name: "code",
            exclude: [...configDefaults.exclude, COMPONENTS],
            isolate: false,
            setupFiles: "./scripts/emptyVault.ts",
          },
        },
        { extends: true, test: { name: "components", include: [COMPONENTS] } },
      ],
    },
  }),
);
