import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const ALL = ["test/**/*.test.ts"];
const ALONE = ["test/unit/math/**/*.test.ts", "test/unit/input/forms.work.test.ts"];

export default defineConfig({
  define: {
    QKV_VERSION: JSON.stringify("0.0.0-test"),
  },
  test: {
    // Modules are loaded once for many files, as one process serves many calls (qkv serve), but where a test replaces them or counts what
    // they do from the start.
    projects: [
      { extends: true, test: { name: "shared", include: ALL, exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
    setupFiles: ["test/support/matchers.ts"],
    testTimeout: 60_000,
    // By default one core is left free: of two, every second one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
