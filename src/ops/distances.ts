import { createMatrix, rowOf } from "../math/matrix.js";
import { isStored } from "../math/stored-matrix.js";
import {
  abs,
  add,
  atLeast,
  atMost,
  because,
  column,
  divide,
  exactly,
  explainIfEmpty,
  less,
  log,
  multiply,
  power,
  row,
  slice,
  subtract,
  symbolic,
  takeRows,
  tolerantFloor,
  where,
} from "../trace/arrays.js";
import { call as apply, constant, negative, product, quotient } from "../trace/expression.js";
import { define } from "./define.js";
import { indexAdd } from "./windows.js";

// Distances between a query and a key, and biases that depend on them.

interface Distances {
  readonly queries: Float64Array;
  readonly keys: Float64Array;
  /** With i − j, keys before the query have positive distances. With j − i, keys after it have. */
  readonly sign: "i − j" | "j − i";
}

/** i − j or j − i for every query position i and key position j. → n×m. */
export const distances = define<Distances>({
  name: "distances",
  rowwise: [],
  definition(_, { queries, keys, sign }) {
    const [i, j] = [column("query_positions", queries), row("key_positions", keys)];
    return sign === "i − j" ? subtract(i, j) : subtract(j, i);
  },
  paramsForRows: ({ queries, ...params }, { first, count }) => ({
    ...params,
    queries: queries.subarray(first, first + count),
  }),
});

export interface Slopes {
  readonly numHeads: number;
  readonly biasMax: number;
}

/**
 * One slope per head: 2^(−biasMax·h/H) for h = 1 … H if H is a power of two (Press et al. 2022, section 3). For other
 * H: the slopes of the next lower power of two, then every second slope of twice that power. → H×1.
 */
export const slopes = define<Slopes>({
  name: "alibi-slopes",
  definition(_, { numHeads, biasMax }) {
    const exponents = Float64Array.from({ length: numHeads }, (_slope, head) => {
      const [step, of] = slopeStep(head, numHeads);
      return (-biasMax * step) / of;
    });
    const written = exactly(column("slope_exponents", exponents), (head) => {
      const [step, of] = slopeStep(head, numHeads);
      return negative(quotient(product(constant(biasMax), constant(step)), constant(of)));
    });
    return power(2, written);
  },
});

/** Returns which slope a head has: slope number `step` in a set of `of` slopes. */
export function slopeStep(head: number, numHeads: number): readonly [step: number, of: number] {
  let below = 1;
  while (2 * below <= numHeads) below *= 2;
  return head < below ? [head + 1, below] : [2 * (head - below) + 1, 2 * below];
}

/** −slope·distance, or −slope·|distance|. Slopes: H×1, distance: n×m → n×m. */
export const slopeBias = define<{ readonly head: number; readonly isSymmetric: boolean }>({
  name: "slope-bias",
  rowwise: [1],
  definition([all, distance], { head, isSymmetric }) {
    const slope = slice(all, { from: head, to: head + 1 }, {});
    // 0 − x, so that distance 0 gives the bias 0, not −0.
    return subtract(0, multiply(slope, isSymmetric ? abs(distance) : distance));
  },
});

interface Buckets {
  readonly numBuckets: number;
  readonly maxDistance: number;
  /** Whether keys after the query have their own buckets. Otherwise they count as distance 0. */
  readonly isBidirectional: boolean;
}

/**
 * The T5 bucket of relative positions j − i (Raffel et al. 2020, section 2.1). Small distances have one bucket each.
 * Then the buckets grow with the logarithm of the distance; the last one starts at `maxDistance`. n×m → n×m.
 */
export const buckets = define<Buckets>({
  name: "t5-buckets",
  rowwise: [0],
  definition([relative], { numBuckets, maxDistance, isBidirectional }) {
    const count = isBidirectional ? Math.floor(numBuckets / 2) : numBuckets;
    const numNear = Math.floor(count / 2);
    const none = because(0, "0, because the key comes after the query");
    const distance = isBidirectional ? abs(relative) : where(less(0, relative), none, subtract(0, relative));
    const farther = exactly(atLeast(distance, 1), (_row, _col, _own, [shown]) => shown, [distance]);
    const most = symbolic(apply("ln", quotient(constant(maxDistance), constant(numNear))));
    const share = divide(log(divide(farther, numNear)), most);
    const far = add(numNear, tolerantFloor(multiply(share, count - numNear)));
    const bucket = where(less(distance, numNear), distance, atMost(far, count - 1));
    return isBidirectional ? add(where(less(0, relative), count, 0), bucket) : bucket;
  },
});

/**
 * Relative positions clipped to ±limit and counted from 0 (Shaw et al. 2018, section 3.2): clip(r) + limit. n×m → n×m.
 */
export const clipped = define<{ readonly limit: number }>({
  name: "clipped-distances",
  rowwise: [0],
  definition: ([relative], { limit }) => add(atMost(atLeast(relative, -limit), limit), limit),
});

/** Some rows of a table, in the given order. Table: N×d → n×d. */
export const lookUpRows = define<{ readonly rows: readonly number[] }>({
  name: "look-up-rows",
  rowwise: [],
  definition: ([table], { rows }) => takeRows(table, rows),
  kernel([table], { rows }) {
    // Reads single rows: a vocabulary has many more rows than a text needs.
    const lookedUp = rows.map((first) =>
      isStored(table) ? table.readRows({ first, count: 1 }).data : rowOf(table, first),
    );
    return createMatrix(rows.length, table.cols, (row, col) => lookedUp[row][col]);
  },
  paramsForRows: ({ rows }, { first, count }) => ({ rows: rows.slice(first, first + count) }),
  gradient(back, { inputs: [table], params: { rows }, gradient, d }) {
    const params = { rows, numRows: table.shape.rows };
    const formula = `the rows of ${d}, added to the row that each was taken from`;
    back.record(0, addToRows, [gradient], formula, params);
  },
});

/** Adds each row of the input to the row of a zero table that `rows` names. n×d → numRows×d. */
export const addToRows = define<{ readonly rows: readonly number[]; readonly numRows: number }>({
  name: "add-to-rows",
  definition: ([matrix], { rows, numRows }) =>
    explainIfEmpty(indexAdd(matrix, rows, numRows), "0, because nothing was taken from this row"),
  kernel([matrix], { rows, numRows }) {
    const table = createMatrix(numRows, matrix.cols);
    for (const [from, to] of rows.entries()) {
      const sums = rowOf(table, to);
      for (const [col, value] of rowOf(matrix, from).entries()) sums[col] += value;
    }
    return table;
  },
});
