import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALL_MISTAKES, describeMistakes } from "../../../../scripts/mistakes-page.js";
import { allGradientMistakes } from "../../../../src/check/machine/gradients/mistakes/registry.js";
import { ALL_KERNEL_MISTAKES } from "../../../../src/check/machine/mistakes/registry.js";
import { withOptions } from "../../../../src/errors.js";
import { GRADIENT_BUGS, nameOf } from "../../../support/gradient-bugs.js";

const read = (name: string) => JSON.parse(readFileSync(`fixtures/${name}.json`, "utf8"));

test("docs/mistakes.md is up to date", () => {
  expect(readFileSync("docs/mistakes.md", "utf8")).toBe(
    withOptions(describeMistakes(read("mistakes"), read("kernel-mistakes"), read("gradient-mistakes"))),
  );
});

test("ids are unique, and every mistake has a sentence and a fix that end", () => {
  expect(new Set(ALL_MISTAKES.map(({ id }) => id)).size).toBe(ALL_MISTAKES.length);
  for (const { title, fix } of ALL_MISTAKES) expect(`${title} ${fix}`).toMatch(/[.?] .*\.$/);
});

test("mistakes of backward passes too, and each of them is made by a kernel of the tests", () => {
  const mistakes = allGradientMistakes();
  const ids = mistakes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { title, fix } of mistakes) expect(`${title} ${fix}`).toMatch(/\. .*\.$/);
  const made = Object.keys(GRADIENT_BUGS).map(nameOf);
  expect(ids.filter((id) => !made.includes(id))).toEqual(["gradient-times-constant"]);
});

// An example of each is followed by registry.examples.test.ts of the machines.
test("machines' mistakes too", () => {
  const ids = ALL_KERNEL_MISTAKES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { title, fix } of ALL_KERNEL_MISTAKES) expect(`${title} ${fix}`).toMatch(/\. .*\.$/);
});
