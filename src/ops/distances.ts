import { cellOf, createMatrix, mapCells, rowOf } from "../math/matrix.js";
import { isStored } from "../math/stored-matrix.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";

// How far apart a query and a key stand, and what is made of it.

export interface Distances {
  readonly queries: Float64Array;
  readonly keys: Float64Array;
  /** i − j counts back from the query to the key, j − i from the query on. */
  readonly sign: "i − j" | "j − i";
}

/** i − j or j − i for every query position i and key position j → n×m. */
export const distances: Op<Distances> = {
  name: "distances",
  rows: [],
  shape: (_, { queries, keys }) => ({ rows: queries.length, cols: keys.length }),
  compute: (_, { queries, keys, sign }) =>
    createMatrix(queries.length, keys.length, (row, col) =>
      sign === "i − j" ? queries[row] - keys[col] : keys[col] - queries[row],
    ),
  explainCell(_inputs, { queries, keys, sign }, row, col) {
    const [query, key] = [constant(queries[row]), constant(keys[col])];
    return sign === "i − j" ? sum([query, negative(key)]) : sum([key, negative(query)]);
  },
  rowsOfParams: ({ queries, ...params }, { first, count }) => ({
    ...params,
    queries: queries.subarray(first, first + count),
  }),
};

export interface Slopes {
  readonly numHeads: number;
  readonly biasMax: number;
}

/**
 * One slope a head → H×1: 2^(−biasMax·h/H) for h = 1 … H when H is a power of two (Press et al. 2022, section 3); of any
 * other H those of the power of two below, then every second one of twice that power.
 */
export const slopes: Op<Slopes> = {
  name: "alibi-slopes",
  shape: (_, { numHeads }) => ({ rows: numHeads, cols: 1 }),
  compute: (_, { numHeads, biasMax }) =>
    createMatrix(numHeads, 1, (head) => {
      const [step, of] = slopeStep(head, numHeads);
      return 2 ** ((-biasMax * step) / of);
    }),
  explainCell(_inputs, { numHeads, biasMax }, row) {
    const [step, of] = slopeStep(row, numHeads);
    const exponent = quotient(product(constant(biasMax), constant(step)), constant(of));
    return call("pow", constant(2), negative(exponent));
  },
};

/** The slope of a head is step number `step` of the set of `of` slopes. */
export function slopeStep(head: number, numHeads: number): readonly [step: number, of: number] {
  let below = 1;
  while (2 * below <= numHeads) below *= 2;
  return head < below ? [head + 1, below] : [2 * (head - below) + 1, 2 * below];
}

export interface HeadSlope {
  readonly head: number;
  readonly isSymmetric: boolean;
}

/** −slope·distance, or −slope·|distance|. Slopes: H×1, distance: n×m → n×m. */
export const slopeBias: Op<HeadSlope> = {
  name: "slope-bias",
  rows: [1],
  shape: ([, distance]) => distance,
  compute: ([all, distance], { head, isSymmetric }) =>
    // 0 − x, so that no distance gives no bias and not −0.
    mapCells(distance, (value) => 0 - cellOf(all, head, 0) * (isSymmetric ? Math.abs(value) : value)),
  explainCell(inputs, { head, isSymmetric }, row, col) {
    const distance = cell(inputs, 1, row, col);
    return negative(product(cell(inputs, 0, head, 0), isSymmetric ? call("abs", distance) : distance));
  },
};

export interface Buckets {
  readonly numBuckets: number;
  readonly maxDistance: number;
  /** Whether keys after the query have buckets of their own; otherwise they count as distance 0. */
  readonly isBidirectional: boolean;
}

/**
 * The T5 bucket of relative positions j − i (Raffel et al. 2020, section 2.1): one bucket each for the near ones, then
 * buckets that grow with the logarithm of the distance, the last one from `maxDistance` on. n×m → n×m.
 */
export const buckets: Op<Buckets> = {
  name: "t5-buckets",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([relative], params) =>
    mapCells(relative, (value) => {
      const { first, distance, count } = sideOf(value, params);
      const numNear = Math.floor(count / 2);
      if (distance < numNear) return first + distance;
      const share = Math.log(distance / numNear) / Math.log(params.maxDistance / numNear);
      return first + Math.min(count - 1, numNear + Math.floor(share * (count - numNear) + WITHIN_ROUNDING));
    }),
  explainCell(inputs, params, row, col) {
    const relative = cell(inputs, 0, row, col);
    const { first, distance, count } = sideOf(relative.value, params);
    const numNear = Math.floor(count / 2);
    const size: Expression =
      distance === relative.value
        ? relative
        : distance === 0
          ? constant(0, "0, because the key comes after the query")
          : negative(relative);
    if (distance < numNear) return first === 0 ? size : sum([constant(first), size]);
    const share = quotient(
      call("ln", quotient(size, constant(numNear))),
      call("ln", quotient(constant(params.maxDistance), constant(numNear))),
    );
    const steps = product(share, constant(count - numNear));
    const far = sum([constant(numNear), call("floor", steps)]);
    const capped = call("min", constant(count - 1), far);
    return first === 0 ? capped : sum([constant(first), capped]);
  },
};

/** ln 4 / ln 16 · 8 is 4, and must not be 3.9999999999999996 when it is rounded down. */
const WITHIN_ROUNDING = 2 ** -40;

/** The first bucket of the side on which a key stands, how far it is, and how many buckets that side has. */
function sideOf(relative: number, { numBuckets, isBidirectional }: Buckets) {
  if (!isBidirectional) return { first: 0, distance: Math.max(0, -relative), count: numBuckets };
  const count = Math.floor(numBuckets / 2);
  return { first: relative > 0 ? count : 0, distance: Math.abs(relative), count };
}

/** Relative positions cut to ±limit and counted from 0 (Shaw et al. 2018, section 3.2): clip(r) + limit. n×m → n×m. */
export const clipped: Op<{ readonly limit: number }> = {
  name: "clipped-distances",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([relative], { limit }) =>
    mapCells(relative, (value) => Math.min(limit, Math.max(-limit, value)) + limit),
  explainCell: (inputs, { limit }, row, col) =>
    sum([
      call("min", constant(limit), call("max", constant(-limit), cell(inputs, 0, row, col))),
      constant(limit),
    ]),
};

/** Some rows of a table, in the order asked. Table: N×d → n×d. */
export const lookUpRows: Op<{ readonly rows: readonly number[] }> = {
  name: "look-up-rows",
  rows: [],
  shape: ([table], { rows }) => ({ rows: rows.length, cols: table.cols }),
  compute([table], { rows }) {
    // A vocabulary has far more rows than a text needs.
    const own = rows.map((first) =>
      isStored(table) ? table.readRows({ first, count: 1 }).data : rowOf(table, first),
    );
    return createMatrix(rows.length, table.cols, (row, col) => own[row][col]);
  },
  explainCell: (inputs, { rows }, row, col) => cell(inputs, 0, rows[row], col),
  rowsOfParams: ({ rows }, { first, count }) => ({ rows: rows.slice(first, first + count) }),
  gradient(back, { inputs: [table], params: { rows }, gradient }) {
    const params = { rows, numRows: table.shape.rows };
    const formula = `the rows of ${back.dOutput}, added to the row that each was taken from`;
    back.give(0, addToRows, [gradient], params, { formula });
  },
};

/** Rows added to those rows of a table of zeros that `rows` names. n×d → numRows×d. */
export const addToRows: Op<{ readonly rows: readonly number[]; readonly numRows: number }> = {
  name: "add-to-rows",
  shape: ([{ cols }], { numRows }) => ({ rows: numRows, cols }),
  compute([matrix], { rows, numRows }) {
    const table = createMatrix(numRows, matrix.cols);
    for (const [from, to] of rows.entries()) {
      const own = rowOf(table, to);
      for (const [col, value] of rowOf(matrix, from).entries()) own[col] += value;
    }
    return table;
  },
  explainCell(inputs, { rows }, row, col) {
    const terms = rows.flatMap((to, from) => (to === row ? [cell(inputs, 0, from, col)] : []));
    return terms.length === 0 ? constant(0, "0, because nothing was taken from this row") : sum(terms);
  },
};
