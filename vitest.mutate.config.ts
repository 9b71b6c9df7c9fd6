import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

// What `npm run mutate` runs against every mutant: the tests that stand beside the code, or those of MUTATE_TESTS.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: process.env.MUTATE_TESTS?.split(" ") ?? [
      "test/unit/{math,ops,attention,check,trace}/**/*.test.ts",
    ],
  },
});
