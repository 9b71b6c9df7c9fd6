import { describe, expect, test } from "vitest";
import { findUses } from "../../src/explain/uses.js";
import {
  attend,
  compareScoring,
  keyOf,
  matrixOf,
  multihead,
  posenc,
  replay,
  type Trace,
} from "../../src/index.js";
import {
  cellOf,
  countTrue,
  createMatrix,
  isTrue,
  type Matrix,
  mapCells,
  toRows,
} from "../../src/math/matrix.js";
import { attendExamples } from "../support/attend-examples.js";
import { posencExamples } from "../support/posenc-examples.js";
import { createRandom, randomMatrix } from "../support/random.js";

// The law: if a number is replaced and everything is computed again, only the cells that it reaches change.

const random = createRandom(512);
const x = toRows(randomMatrix(random, 4, 4));

const traces: readonly (readonly [string, Trace])[] = [
  ...attendExamples().map(({ name, inputs, settings }) => [name, attend(inputs, settings)] as const),
  ...posencExamples().map(({ name, inputs, settings }) => [name, posenc(inputs, settings)] as const),
  ["multihead", multihead({ x }, { heads: 2, alibi: true, causal: true })],
  ["rope", multihead({ x }, { heads: 2, rope: "half-split" })],
  ["compare-scoring", compareScoring({ query: x, key: x, value: x })],
];

describe("what changes is what a number reaches", () => {
  test.each(traces)("%s", (_, trace) => {
    for (const key of [...trace.inputs.map(({ name }) => name), ...trace.steps.map(keyOf)]) {
      const { rows, cols } = matrixOf(trace, key);
      expectReached(trace, key, Math.floor(random() * rows), Math.floor(random() * cols));
    }
  });
});

function expectReached(trace: Trace, key: string, row: number, col: number): void {
  const uses = new Map(findUses(trace, { key, row, col }).map((use) => [use.key, use.cells]));
  // A zero stays zero: a weight of 0 is left out of the entropy, and another weight there would change that.
  const other = mapCells(matrixOf(trace, key), (value, i, j) =>
    i === row && j === col ? value * 1.37 : value,
  );
  const again = replay(trace, { replace: new Map([[key, other]]) });
  for (const step of again.steps) {
    const now = step.output();
    const before = recomputed(trace, keyOf(step));
    const unreached = Array.from(now.data.keys()).filter((index) => {
      const [i, j] = [Math.floor(index / now.cols), index % now.cols];
      const reached = uses.get(keyOf(step));
      return !isSame(now.data[index], before.data[index]) && !(reached && isTrue(reached, i, j));
    });
    if (keyOf(step) !== key) expect(unreached, `${key}[${row},${col}] changes ${keyOf(step)}`).toEqual([]);
  }
}

/** Except the last digits: waves of unchanged rates are exact, and plain if one of the rates was changed. */
const isSame = (a: number, b: number) =>
  Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

const again = new WeakMap<Trace, Trace>();

/** The numbers of a replay without a change, which takes angles as they are, for example. */
function recomputed(trace: Trace, key: string): Matrix {
  const plain = again.get(trace) ?? replay(trace, {});
  again.set(trace, plain);
  return matrixOf(plain, key);
}

describe("large problems, where not every cell is read", () => {
  const matrix = randomMatrix(random, 70, 70);
  const large = attend({ query: matrix, key: matrix, value: matrix });
  const counts = (trace: Trace, key: string) =>
    Object.fromEntries(findUses(trace, { key, row: 5, col: 0 }).map((use) => [use.key, use.count]));

  test("a query reaches its row, a key its column and then everything, a value a column of the output", () => {
    expect(counts(large, "query")).toMatchObject({ scores: 70, "row-sums": 1, weights: 70, output: 70 });
    expect(counts(large, "key")).toMatchObject({ scores: 70, "row-sums": 70, weights: 4900, output: 4900 });
    expect(counts(large, "value")).toEqual({ output: 70 });
  });

  test("a query of zeros makes no cosine, whatever the key", () => {
    const query = createMatrix(70, 70, (row, col) => (row === 35 ? 0 : cellOf(matrix, row, col)));
    expect(counts(attend({ query, key: matrix }, { scoring: "cosine" }), "key")).toMatchObject({
      scores: 69,
    });
  });

  test("masked cells stay out", () => {
    const causal = attend({ query: matrix, key: matrix }, { causal: true });
    const weights = findUses(causal, { key: "key", row: 5, col: 0 }).find(({ key }) => key === "weights");
    // Queries 5 … 69 see key 5, and i + 1 keys each: Σ (i + 1) = 70·71/2 − 5·6/2 = 2470
    expect(weights && countTrue(weights.cells)).toBe(2470);
  });
});
