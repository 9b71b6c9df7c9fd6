import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  define: {
    QKV_VERSION: JSON.stringify("0.0.0-test"),
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/matchers.ts"],
    testTimeout: 60_000,
    // By default one core is left free: of two, every second one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
