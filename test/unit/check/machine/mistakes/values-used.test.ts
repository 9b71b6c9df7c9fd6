import { expect, test } from "vitest";
import { checkDump } from "../../../../../src/check/machine/check-dump.js";
import { SearchTime } from "../../../../../src/check/machine/search-time.js";
import { createMatrix, type Matrix } from "../../../../../src/math/matrix.js";
import { createRandom } from "../../../../../src/math/random.js";
import { recordAttend } from "../../../../support/record.js";

// Kernels that multiply the right weights by other rows than those of V, by the definition of causal attention.

const [N, D] = [64, 32];
const random = createRandom(23);
const draw = () => createMatrix(N, D, () => Math.fround(random.normal()));
const [query, key, value] = [draw(), draw(), draw()];
const problem = { matrices: { query, key, value }, settings: { causal: true } };
const homework = { trace: recordAttend(problem), problem, record: recordAttend };

/** The output if key j has the values of row `rowOf(j)`, and counts `times(j, i)` times in row i. */
function outputOf(rowOf: (j: number) => number, times: (j: number, i: number) => number = () => 1): Matrix {
  const at = ({ data }: Matrix, row: number) => data.subarray(row * D, (row + 1) * D);
  const rows = Array.from({ length: N }, (_, i) => {
    const powers = Array.from({ length: i + 1 }, (_, j) => {
      const score = at(query, i).reduce((sum, own, c) => sum + own * at(key, j)[c], 0) / Math.sqrt(D);
      return times(j, i) * Math.exp(score);
    });
    const sum = powers.reduce((a, b) => a + b);
    return Array.from({ length: D }, (_, c) =>
      powers.reduce((total, power, j) => total + (power / sum) * at(value, rowOf(j))[c], 0),
    );
  });
  return createMatrix(N, D, (i, c) => Math.fround(rows[i][c]));
}

/** What is named when the time for the other mistakes is over. */
function named(matrix: Matrix) {
  const answers = [{ key: "output", matrix, source: "dump", kept: "float32" as const }];
  const { diagnosis } = checkDump([{ homework, answers }], { time: new SearchTime(0, () => 1) });
  return diagnosis.map(({ mistake: { id }, parameters }) => [id, parameters]);
}

test("the order of the rows within each 16 keys is named", () => {
  const order = [0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15];
  expect(named(outputOf((j) => j - (j % 16) + order[j % 16]))).toEqual([
    ["values-other-rows", { values: "rows 0 1 8 9 2 3 10 11 4 5 12 13 6 7 14 15 of each 16" }],
  ]);
});

test("single rows in other places are listed", () => {
  const swapped = [0, 1, 5, 3, 4, 2];
  expect(named(outputOf((j) => swapped[j] ?? j))).toEqual([
    ["values-other-rows", { values: "rows 0 1 5 3 4 2 6 7 8 9 10 11 12 13 14 15 …" }],
  ]);
});

test("first keys that a window counts again are named with the window", () => {
  expect(
    named(
      outputOf(
        (j) => j,
        (j, i) => (j < 4 && i >= 4 && j > i - 16 ? 2 : 1),
      ),
    ),
  ).toEqual([["keys-doubled", { keys: "0–3", "while in a window of": 16 }]]);
});

test("other numbers are not named so", () => {
  const others = createRandom(4);
  expect(named(createMatrix(N, D, () => Math.fround(others.normal())))).toEqual([]);
});
