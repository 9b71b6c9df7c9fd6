import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALL_MISTAKES, describeMistakes } from "../../../src/check/mistakes/describe.js";

test("docs/mistakes.md is up to date", () => {
  expect(readFileSync("docs/mistakes.md", "utf8")).toBe(
    describeMistakes(JSON.parse(readFileSync("fixtures/mistakes.json", "utf8"))),
  );
});

test("ids are unique, and every mistake has a sentence and a fix that end", () => {
  expect(new Set(ALL_MISTAKES.map(({ id }) => id)).size).toBe(ALL_MISTAKES.length);
  for (const { title, fix } of ALL_MISTAKES) expect(`${title} ${fix}`).toMatch(/\. .*\.$/);
});
