import { describe, expect, test } from "vitest";
import type { Item, Subject } from "../../../src/input/documents/items.js";
import { lastStep, stepOfNumbers } from "../../../src/input/numbers-alone.js";
import { gridValue } from "../../../src/input/value.js";
import { matrixFromRows } from "../../../src/math/matrix.js";

const RIGHT = { query: [[1, 0]], scores: [[1, 0]], weights: [[0.73, 0.27]], sums: [[1]], output: [[7, 5]] };

const subject: Subject = {
  items: Object.entries(RIGHT).map(
    ([id, [row]]): Item => ({
      ...{ key: id, id, isInput: id === "query", isRare: id === "sums", addsUpToOne: false },
      shape: { rows: 1, cols: row.length },
    }),
  ),
  predict: () => new Map(Object.entries(RIGHT).map(([id, rows]) => [id, [matrixFromRows(rows)]])),
  labels: () => [[], []],
};

const stepOf = (...row: number[]) => stepOfNumbers(subject, gridValue(0, matrixFromRows([row])))?.id;

describe("numbers alone are of the step", () => {
  test("that most of them are right of", () => {
    expect(stepOf(1, 0)).toBe("scores");
    expect(stepOf(0.73, 0.3)).toBe("weights");
  });

  test("that comes last, where they are as right of another", () => expect(stepOf(3, 4)).toBe("output"));

  test("of which there is none in their shape, and the end of a run is its last step", () => {
    expect(stepOf(1)).toBeUndefined();
    expect(lastStep(subject)?.id).toBe("output");
  });
});
