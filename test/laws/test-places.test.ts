import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/**
 * The places of `unit/`, as paths of what they test: `math/rows` for `math/rows.test.ts` and `math/rows.empty.test.ts`.
 */
const places = readdirSync(join(ROOT, "test/unit"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.includes("."))
  .map((file) => ({ file, place: file.replaceAll("\\", "/").replace(/(\.[a-z-]+)?\.test\.ts$/, "") }));

test.each(places)("unit/$file is about a file or a folder at the same path", ({ file, place }) => {
  expect(file, "helpers of tests stand in test/support/").toMatch(/\.test\.ts$/);
  const path = place.startsWith("bin/") ? place : `src/${place}`;
  const found = ["", ".ts", ".js", ".mjs"].some((ending) => existsSync(join(ROOT, path + ending)));
  expect(found, `${path} is not there: move the test to where its subject went`).toBe(true);
});
