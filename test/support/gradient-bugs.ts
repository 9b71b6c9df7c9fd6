import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import {
  addInto,
  arithmeticOf,
  type BackMachine,
  type BackProblem,
  blanks,
  cut,
  drop,
  factorsOf,
  flip,
  type Gradients,
  map,
  powersOf,
  rowDots,
  scoresOf,
  storeAll,
  times,
  timesTransposed,
} from "./gradient-machines.js";
import type { Fixed } from "./gradient-problems.js";

// Backward passes with one mistake in them, in the arithmetic of a machine. Tiles are cut out of whole matrices.

/** Where a mistake is made, and its parameters. */
export interface Slip {
  readonly id: string;
  readonly tile: number;
  readonly row: number;
  readonly key: number;
  readonly shift: number;
}

/** What a problem needs so that each mistake shows. */
export const GRADIENT_BUGS: Readonly<Record<string, Fixed>> = {
  ...{ "row-term-missing": {}, "row-term-added": {}, "row-term-stale": {}, "row-term-unnormalised": {} },
  ...{ "row-term-of-value": {}, "row-term-of-output": {}, "row-term-mean": {}, "row-term-short": {} },
  "row-term-other": { fewest: 20 },
  "scale-missing-dq": { isScaled: true },
  "scale-missing-dk": { isScaled: true },
  "scale-twice": { isScaled: true },
  "scale-twice-dk": { isScaled: true },
  "scale-missing-scores": { isScaled: true },
  ...{ "base-2-factor-dq": {}, "base-2-factor-dk": {} },
  "mask-missing": { mask: "causal" },
  "mask-off-by-one": { mask: "causal" },
  "mask-excludes-self": { mask: "causal" },
  "window-wider": { mask: "window" },
  ...{ "keys-dropped": {}, "queries-dropped": {} },
  "diagonal-tile-dropped": { mask: "causal" },
  ...{ "tile-lost": {}, "tile-twice": {}, "tile-lost-in-dk": {}, "rows-missing": {}, "rows-shifted": {} },
  "columns-misplaced": {},
  "group-not-summed": { group: 4 },
  "group-averaged": { group: 2 },
  "group-first": { group: 2 },
  "kv-heads-tiled": { group: 2, kvHeads: 2 },
  "sum-over-heads-in-query": { group: 2 },
  "gradients-not-cleared": { group: 2, kvHeads: 2 },
  "heads-swapped": { group: 2 },
  ...{ "weights-unnormalised": {}, "value-weights-unnormalised": {}, "weights-missing-in-ds": {} },
  "weights-transposed": { isSquare: true, hasSameWidth: true, mask: "none" },
  "ds-transposed": { isSquare: true, mask: "none" },
  "query-key-swapped": { isSquare: true, group: 1, mask: "none" },
  "value-by-query-gradient": { hasSameWidth: true },
  ...{ "lse-base-2": {}, "lse-natural-in-base-2": {}, "lse-without-maximum": {}, "lse-stale": {} },
  "exp-for-exp2": {},
  "softcap-missing": { softcap: 5 },
  "softcap-derivative-missing": { softcap: 5 },
  "softcap-derivative-linear": { softcap: 5 },
  "softcap-derivative-of-raw": { softcap: 5 },
  "bias-missing": { bias: true },
  "bias-gradient-scaled": { bias: true, isScaled: true },
  "bias-gradient-after-cap": { bias: true, softcap: 5 },
  "bias-gradient-one-head": { bias: true, group: 2 },
  "rope-not-rotated-back": { rope: true, isSquare: true },
  "dropout-missing-in-dp": { dropout: true },
  // The mask that the backward pass drew can be found only if gradients have more columns than there are queries.
  "dropout-other-mask": { dropout: true, size: 64, group: 1 },
  // With few tiles there is only one rounding, and a scale of 1/4 keeps numbers exact in the short type: dQ would be
  // right.
  "accumulated-short": { fewest: 64, size: 32, isScaled: true },
  "operand-misread": { isSquare: true, hasSameWidth: true },
  "value-swapped": { hasSameWidth: true },
  "gradient-negated": {},
  // Behind the others, whose cases are drawn by their place in this list.
  "row-term-over-columns": {},
};

/** The mistakes of the catalogue that several bugs belong to. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  "gradient-scaled": [
    "scale-missing-dq",
    "scale-missing-dk",
    "scale-twice",
    "scale-twice-dk",
    "base-2-factor-dq",
    "base-2-factor-dk",
    "gradient-negated",
  ],
  "softcap-derivative-other": [
    "softcap-derivative-missing",
    "softcap-derivative-linear",
    "softcap-derivative-of-raw",
  ],
  "bias-gradient-other": ["bias-gradient-scaled", "bias-gradient-after-cap", "bias-gradient-one-head"],
  "group-not-summed": ["group-averaged", "group-first"],
  "gradients-not-cleared": ["sum-over-heads-in-query"],
  "tiles-miscounted": [
    "keys-dropped",
    "queries-dropped",
    "diagonal-tile-dropped",
    "tile-lost",
    "tile-twice",
    "tile-lost-in-dk",
  ],
  "row-term-other": [
    "row-term-missing",
    "row-term-added",
    "row-term-stale",
    "row-term-unnormalised",
    "row-term-of-value",
    "row-term-of-output",
    "row-term-mean",
    "row-term-over-columns",
    "row-term-short",
  ],
  "weights-other": [
    "weights-unnormalised",
    "value-weights-unnormalised",
    "lse-natural-in-base-2",
    "exp-for-exp2",
  ],
  "pairs-transposed": ["weights-transposed", "ds-transposed"],
  "gradients-swapped": ["query-key-swapped", "value-swapped"],
  "operand-misread": ["value-by-query-gradient"],
};

/** Returns the id of the mistake that a bug is. */
export const nameOf = (bug: string): string =>
  Object.keys(NAMES).find((name) => NAMES[name].includes(bug)) ?? bug;

/** Row `row` of the result is row `from(row)` of a matrix. */
const rowsFrom = ({ rows, cols, data }: Matrix, from: (row: number) => number): Matrix =>
  createMatrix(rows, cols, (row, col) => data[from(row) * cols + col]);

const wrap = (index: number, count: number) => ((index % count) + count) % count;

/** Which query may attend to which key in the backward pass. */
function seesWrongly({ sees }: BackProblem, id: string): Matrix {
  const { cols, data } = sees;
  const at = (i: number, j: number) => data[i * cols + wrap(j, cols)] === 1;
  return map(sees, (own, index) => {
    const [i, j] = [Math.floor(index / cols), index % cols];
    if (id === "mask-missing") return 1;
    if (id === "mask-off-by-one") return own === 1 || at(i, j - 1) ? 1 : 0;
    if (id === "mask-excludes-self") return own === 1 && i !== j ? 1 : 0;
    if (id === "window-wider") return own === 1 || (at(i, j + 1) && j <= i) ? 1 : 0;
    return own;
  });
}

const POWERS: Readonly<Record<string, (score: number, left: number, most: number) => number>> = {
  "lse-base-2": (score, left) => Math.exp(score - left * Math.LOG2E),
  "lse-natural-in-base-2": (score, left) => 2 ** (score * Math.LOG2E - left),
  "lse-without-maximum": (score, left, most) => Math.exp(score - (left - most)),
  "weights-unnormalised": (score, _, most) => Math.exp(score - most),
  "exp-for-exp2": (score, left) => Math.exp((score - left) * Math.LOG2E),
};

/** Computes the gradients of a kernel with a mistake; without an id, those of the same kernel without it. */
export function runWrongly(problem: BackProblem, machine: BackMachine, slip: Slip): Gradients {
  const { query: queries, key: keys, value: values, scale } = problem;
  const { id } = slip;
  const arithmetic = arithmeticOf(machine.compute);
  const { sum, factor } = arithmetic;
  const group = queries.length / keys.length;
  const query: Matrix[] = [];
  const [key, value] = [blanks(keys), blanks(values)];
  let bias = problem.bias && createMatrix(problem.bias.rows, problem.bias.cols);
  let before: Matrix | undefined;
  for (const [head, q] of queries.entries()) {
    const right = Math.floor(head / group);
    const from = id === "kv-heads-tiled" ? head % keys.length : right;
    const [k, v, dO] = [keys[from], values[from], problem.gradient[head]];
    const { output, left, most, totals } = forward(problem, head, right, machine);
    const dots = rowTerms(slip, { output, dO, v, totals, machine });
    const { weights, tanh, ratios } = weightsAgain(problem, machine, slip, { q, k, left, most });
    const isByKey = id === "value-by-query-gradient";
    const factors = factorsOf(id === "dropout-other-mask" ? otherMasks(problem) : problem, head, arithmetic);
    const products = timesTransposed(dO, isByKey ? k : v, arithmetic);
    const dWeights = drop(products, id === "dropout-missing-in-dp" ? undefined : factors, sum);
    const sees = problem.sees;
    const termOf = (row: number) => (id === "row-term-mean" ? meanOf(dWeights, sees, row) : dots[row]);
    const dScores = map(weights, (weight, at) => {
      const change = sum(dWeights.data[at] - termOf(Math.floor(at / weights.cols)));
      return id === "weights-missing-in-ds" ? change : sum(weight * change);
    });
    const slopes = slopesOf(id, tanh, ratios);
    const dScaled = map(dScores, (change, at) => sum(change * (slopes?.data[at] ?? 1)));
    const unkept = id === "value-weights-unnormalised" ? powersOnly(problem, machine, q, k, most) : weights;
    const forValue = drop(
      unkept,
      id === "dropout-factor-missing-in-dv" ? factors && map(factors, Math.sign) : factors,
      sum,
    );
    const parts = takenOut(slip, problem, { dScaled, forValue });
    const ofQuery =
      id === "accumulated-short"
        ? timesShort(parts.ofQuery, k, machine, slip.tile)
        : times(parts.ofQuery, k, arithmetic);
    query.push(map(ofQuery, (own) => sum(own * factorOfQuery(id, scale))));
    const misread = id === "operand-misread" ? (slip.shift === 1 ? "Q" : "dO") : undefined;
    const ofKey = map(times(flip(parts.ofKey), misread === "Q" ? k : q, arithmetic), (own) =>
      sum(own * factorOfKey(id, scale)),
    );
    const ofValue = times(flip(parts.ofValue), misread === "dO" ? output : dO, arithmetic);
    const share = shareOf(id, head, group);
    if (share > 0) {
      addInto(
        key[from],
        map(ofKey, (own) => sum(own * share)),
        0,
        arithmetic,
      );
      addInto(
        value[from],
        map(ofValue, (own) => sum(own * share)),
        0,
        arithmetic,
      );
    }
    if (id === "gradients-not-cleared" && before) addInto(value[from], before, 0, arithmetic);
    before = ofValue;
    if (bias && (id !== "bias-gradient-one-head" || head === 0)) {
      const by = (at: number) =>
        id === "bias-gradient-scaled"
          ? scale
          : id === "bias-gradient-after-cap"
            ? (slopes?.data[at] ?? 1)
            : 1;
      bias = map(bias, (own, at) => sum(own + sum(dScores.data[at] * by(at))));
    }
  }
  void factor;
  return storeAll(movedRows({ query, key, value, ...(bias && { bias }) }, slip), machine.stored);
}

/** The masks of a random generator that has gone on: each cell has the number of another cell of its mask. */
function otherMasks(problem: BackProblem): BackProblem {
  const { dropout } = problem;
  if (!dropout) return problem;
  const masks = dropout.masks.map((mask) => map(mask, (_, at) => mask.data[(at * 7 + 3) % mask.data.length]));
  return { ...problem, dropout: { ...dropout, masks } };
}

/** Computes A·B by tiles of B's rows. The sum is rounded to a short type after each. */
function timesShort(a: Matrix, b: Matrix, { compute }: BackMachine, tile: number): Matrix {
  const arithmetic = arithmeticOf(compute);
  const { sum } = arithmetic;
  const short = FLOAT_TYPES[compute === "float16" ? "float16" : "bfloat16"];
  let made = createMatrix(a.rows, b.cols);
  for (let first = 0; first < b.rows; first += tile) {
    const end = Math.min(b.rows, first + tile);
    const columns = createMatrix(a.rows, end - first, (row, j) => a.data[row * a.cols + first + j]);
    const part = times(columns, cut(b, first, end), arithmetic);
    made = map(made, (own, at) => roundTo(short, sum(own + part.data[at])));
  }
  return made;
}

function forward(problem: BackProblem, head: number, from: number, { compute }: BackMachine) {
  const arithmetic = arithmeticOf(compute);
  const { sum } = arithmetic;
  const products = timesTransposed(problem.query[head], problem.key[from], arithmetic);
  const { scores } = scoresOf(problem, products, problem.sees, problem.bias, arithmetic);
  const { powers, maxima, totals } = powersOf(scores, arithmetic);
  const short = compute === "float16" || compute === "bfloat16" ? FLOAT_TYPES[compute] : undefined;
  const kept = drop(powers, factorsOf(problem, head, arithmetic), sum);
  const sums = times(kept, problem.value[from], arithmetic);
  const output = map(sums, (own, at) => {
    const divided = sum(own / totals[Math.floor(at / sums.cols)]);
    return short ? roundTo(short, divided) : divided;
  });
  const left = maxima.map((most, row) => sum(most + sum(Math.log(totals[row]))));
  return { output, left, most: maxima, totals };
}

function rowTerms(
  { id, shift, tile, row: first }: Slip,
  given: {
    readonly output: Matrix;
    readonly dO: Matrix;
    readonly v: Matrix;
    readonly totals: Float64Array;
    readonly machine: BackMachine;
  },
): Float64Array {
  const { output, dO, v, totals, machine } = given;
  const arithmetic = arithmeticOf(machine.compute);
  const { rows } = output;
  const dots = (other: Matrix) => rowDots(dO, other, arithmetic);
  if (id === "row-term-missing") return new Float64Array(rows);
  if (id === "row-term-other")
    return dots(output).map((own, row) => (row >= first && row < first + tile ? 0 : own));
  if (id === "row-term-added") return dots(output).map((own) => -own);
  if (id === "row-term-stale") return dots(rowsFrom(output, (row) => wrap(row - shift, rows)));
  if (id === "row-term-unnormalised")
    return dots(map(output, (own, at) => own * totals[Math.floor(at / output.cols)]));
  if (id === "row-term-of-value")
    return dots(createMatrix(rows, v.cols, (row, col) => v.data[(row % v.rows) * v.cols + col]));
  if (id === "row-term-of-output") return rowDots(output, output, arithmetic);
  if (id === "row-term-over-columns") return dots(output).map((own) => own / output.cols);
  if (id === "row-term-short") return dots(output).map((own) => roundTo(FLOAT_TYPES.bfloat16, own));
  return dots(output);
}

function meanOf({ cols, data }: Matrix, sees: Matrix, row: number): number {
  let [total, count] = [0, 0];
  for (let at = row * cols; at < (row + 1) * cols; at++) {
    if (sees.data[at] === 0) continue;
    total += data[at];
    count++;
  }
  return total / Math.max(1, count);
}

interface Scored {
  readonly q: Matrix;
  readonly k: Matrix;
  readonly left: Float64Array;
  readonly most: Float64Array;
}

function weightsAgain(problem: BackProblem, { compute }: BackMachine, { id, shift }: Slip, own: Scored) {
  const arithmetic = arithmeticOf(compute);
  const { sum } = arithmetic;
  const { rows } = own.q;
  const { softcap: cap, ...uncapped } = problem;
  const base = id === "softcap-missing" ? uncapped : problem;
  const other = id === "scale-missing-scores" ? { ...base, scale: 1 } : base;
  const bias = id === "bias-missing" ? undefined : problem.bias;
  const products = timesTransposed(own.q, own.k, arithmetic);
  const { scores, tanh } = scoresOf(other, products, seesWrongly(problem, id), bias, arithmetic);
  const power = POWERS[id] ?? ((score: number, left: number) => Math.exp(score - left));
  const weights = map(scores, (score, at) => {
    const row = Math.floor(at / scores.cols);
    const left = own.left[id === "lse-stale" ? wrap(row - 1, rows) : row];
    return score === Number.NEGATIVE_INFINITY ? 0 : sum(power(score, left, own.most[row]));
  });
  void shift;
  return { weights, tanh, ratios: map(products, (product) => (product * problem.scale) / (cap ?? 1)) };
}

function powersOnly(
  problem: BackProblem,
  { compute }: BackMachine,
  q: Matrix,
  k: Matrix,
  most: Float64Array,
) {
  const arithmetic = arithmeticOf(compute);
  const products = timesTransposed(q, k, arithmetic);
  const { scores } = scoresOf(problem, products, problem.sees, problem.bias, arithmetic);
  return map(scores, (score, at) =>
    score === Number.NEGATIVE_INFINITY
      ? 0
      : arithmetic.sum(Math.exp(score - most[Math.floor(at / scores.cols)])),
  );
}

function slopesOf(id: string, tanh: Matrix | undefined, ratios: Matrix): Matrix | undefined {
  if (!tanh || id === "softcap-derivative-missing") return undefined;
  if (id === "softcap-derivative-linear") return map(tanh, (t) => 1 - Math.abs(t));
  if (id === "softcap-derivative-of-raw") return map(ratios, (ratio) => 1 - ratio * ratio);
  return map(tanh, (t) => 1 - t * t);
}

const factorOfQuery = (id: string, scale: number) => {
  if (id === "scale-missing-dq") return 1;
  if (id === "scale-twice") return scale * scale;
  return id === "base-2-factor-dq" ? scale * Math.LOG2E : scale;
};

const factorOfKey = (id: string, scale: number) => {
  if (id === "scale-missing-dk") return 1;
  if (id === "scale-twice" || id === "scale-twice-dk") return scale * scale;
  return id === "base-2-factor-dk" ? scale * Math.LOG2E : scale;
};

function shareOf(id: string, head: number, group: number): number {
  if (id === "group-averaged") return 1 / group;
  if (id === "group-first") return head % group === 0 ? 1 : 0;
  if (id === "group-not-summed") return head % group === group - 1 ? 1 : 0;
  return 1;
}

/** Computes dS for dQ and dK, and the weights for dV, without the tiles that a mistake leaves out. */
function takenOut(
  { id, tile, row, key }: Slip,
  { sees }: BackProblem,
  { dScaled, forValue }: { readonly dScaled: Matrix; readonly forValue: Matrix },
) {
  const { rows, cols } = sees;
  if (id === "ds-transposed") return { ofQuery: flip(dScaled), ofKey: flip(dScaled), ofValue: forValue };
  if (id === "weights-transposed") return { ofQuery: dScaled, ofKey: dScaled, ofValue: flip(forValue) };
  const lastOf = (count: number) => Math.floor((count - 1) / tile) * tile;
  const isIn = (i: number, j: number) => i >= row && i < row + tile && j >= key && j < key + tile;
  const counts = (part: "query" | "key", i: number, j: number): number => {
    if (id === "keys-dropped") return j < lastOf(cols) ? 1 : 0;
    if (id === "queries-dropped") return part === "key" && i >= lastOf(rows) ? 0 : 1;
    if (part === "key") return id === "tile-lost-in-dk" && isIn(i, j) ? 0 : 1;
    if (id === "diagonal-tile-dropped") return Math.floor(i / tile) === Math.floor(j / tile) ? 0 : 1;
    if (id === "tile-lost") return isIn(i, j) ? 0 : 1;
    return id === "tile-twice" && isIn(i, j) ? 2 : 1;
  };
  const by = (matrix: Matrix, part: "query" | "key") =>
    map(matrix, (own, at) => own * counts(part, Math.floor(at / cols), at % cols));
  return { ofQuery: by(dScaled, "query"), ofKey: by(dScaled, "key"), ofValue: by(forValue, "key") };
}

/** Applies mistakes in writing the gradients. */
function movedRows(gradients: Gradients, { id, tile }: Slip): Gradients {
  const { query, key, value } = gradients;
  const [{ rows }] = query;
  if (id === "rows-shifted")
    return { ...gradients, query: query.map((one) => rowsFrom(one, (row) => wrap(row - 1, rows))) };
  if (id === "columns-misplaced")
    return {
      ...gradients,
      key: key.map((one) =>
        createMatrix(one.rows, one.cols, (row, col) => one.data[(row + 1) * one.cols - 1 - col]),
      ),
    };
  if (id === "rows-missing") {
    const last = Math.floor((rows - 1) / tile) * tile;
    return {
      ...gradients,
      query: query.map((one) => map(one, (own, at) => (at < last * one.cols ? own : 0))),
    };
  }
  if (id === "gradient-negated") return { ...gradients, key: key.map((one) => map(one, (own) => -own)) };
  if (id === "query-key-swapped") return { ...gradients, query: key, key: query };
  if (id === "value-swapped") return { ...gradients, key: value, value: key };
  if (id === "heads-swapped") return { ...gradients, query: [query[1], query[0], ...query.slice(2)] };
  if (id === "sum-over-heads-in-query") {
    const added = query.reduce<Matrix[]>((made, own, head) => {
      const last = made[head - 1];
      made.push(last ? map(own, (cell, at) => cell + last.data[at]) : own);
      return made;
    }, []);
    return { ...gradients, query: added };
  }
  return gradients;
}
