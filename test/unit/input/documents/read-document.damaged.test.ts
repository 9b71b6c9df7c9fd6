import { expect, test } from "vitest";
import { createSheetDamager, judgeDamaged } from "../../../support/damaged-sheets.js";
import { createRandom } from "../../../support/random.js";

// bench/fuzz-sheets.js runs 3,000 of them (seed 7): 82 % read, 18 % doubted, 2 misread in silence, no wrong one called right.
test("of 200 damaged sheets most are read, at most one is misread in silence, and no wrong one is called right", () => {
  const damaged = createSheetDamager(createRandom(3));
  const judged = Array.from({ length: 200 }, () => judgeDamaged(damaged()));
  const count = (name: string) => judged.filter(({ outcome }) => outcome === name).length;
  expect(judged.filter(({ isFalselyRight }) => isFalselyRight)).toEqual([]);
  expect(count("misread")).toBeLessThanOrEqual(1);
  expect(count("lost")).toBeLessThanOrEqual(1);
  expect(count("read")).toBeGreaterThan(140);
});
