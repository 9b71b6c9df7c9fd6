import { expect, test } from "vitest";
import { nearestChanges } from "../../../../src/check/machine/keys-changed.js";
import { scoresOfRow } from "../../../../src/check/machine/row-scores.js";
import { makeRow } from "../../../../src/check/machine/rows.js";
import type { Task } from "../../../../src/check/machine/task.js";
import { createMatrix } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../support/random.js";

const random = createRandom(5);
const drawn = (rows: number, cols: number) => createMatrix(rows, cols, () => 4 * random() - 2);
const task = (keys: number, cols: number): Task => ({
  ...{ scope: "", head: 0, scale: 0.5, isProjected: false, emptyRow: "zero" },
  ...{ query: drawn(3, 4), key: drawn(keys, 4), value: drawn(keys, cols) },
});

/** A row of the attention with these scores: what makeRow gives of them is tested beside it. */
const made = (given: Task, row: number, change: (scores: Float64Array) => void) => {
  const scores = scoresOfRow(given, row);
  change(scores);
  const found = makeRow(given, row, scores);
  if (!found) throw new TypeError("there are keys");
  return found.output;
};

test("one key and two keys that a row was made without are found", () => {
  const given = task(40, 8);
  const without = (...keys: number[]) =>
    made(given, 1, (scores) => {
      for (const key of keys) scores[key] = -Infinity;
    });
  expect(nearestChanges(given, 1, without(7))[0]).toEqual([7]);
  expect(nearestChanges(given, 1, without(31, 4))[1]).toEqual([4, 31]);
});

test("few columns and many keys say nothing", () => {
  expect(nearestChanges(task(40, 7), 0, new Float64Array(7))).toEqual([]);
  expect(nearestChanges(task(257, 8), 0, new Float64Array(8))).toEqual([]);
});
