import type { FloatName } from "../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import type { Matrix } from "../../src/math/matrix.js";

// Kernels as people write them, in the arithmetic of machines: sums in float32, weights in a short type, keys in tiles.
// The judging code and they share only the rounding of one number.

/** The input of a kernel: all heads, and which query may attend to which key. */
export interface KernelProblem {
  readonly query: readonly Matrix[];
  readonly key: readonly Matrix[];
  readonly value: readonly Matrix[];
  readonly scale: number;
  readonly softcap?: number;
  /** n×m for each head. */
  readonly bias?: readonly Matrix[];
  /** For RoPE: queries and keys before they were rotated, and the rotation. */
  readonly turned?: {
    readonly query: readonly Matrix[];
    readonly key: readonly Matrix[];
    readonly rope: Rope;
    readonly offset: number;
  };
  allows(row: number, key: number): boolean;
  /** A mask that is applied to the weights. */
  allowsWeight?(row: number, key: number): boolean;
}

/** RoPE: which columns form a pair, and the base of the rotation. */
export interface Rope {
  readonly pairs: "interleaved" | "half-split";
  readonly base: number;
  /** Rotates the other way. */
  readonly isBackwards?: true;
}

export interface Machine {
  readonly compute: FloatName;
  readonly stored: FloatName;
  /** The number of keys per tile. 0: all keys at once, with weights rounded after the division. */
  readonly tile: number;
  readonly roundsScores?: boolean;
}

/** A bug, by the place where it occurs. Each function replaces one line of a kernel. */
export interface Bug {
  readonly name: string;
  problem?(problem: KernelProblem): KernelProblem;
  score?(product: number, at: { row: number; key: number; head: number; problem: KernelProblem }): number;
  exponential?(distance: number): number;
  /** The number that is subtracted from the scores in place of their maximum. */
  shift?(maximum: number): number;
  /** Computes the weights of the whole matrix from its scores, n×m, in place of a softmax per row. */
  weights?(scores: readonly Float64Array[], problem: KernelProblem): readonly Float64Array[];
  /** Changes the sum after each product. */
  accumulate?(sum: number, machine: Machine): number;
  /** Keys of zeros fill the last tile, and queries attend to them. */
  readonly attendsPadding?: true;
  /** The factor for the accumulators when the maximum rises. Right for both is e^(old − new). */
  rescaleSum?(right: number): number;
  rescaleOutput?(right: number): number;
  /** The number that is subtracted from the scores of a tile, given the maximum so far and the one before it. */
  takenOff?(maximum: number, before: number): number;
  /** Changes the accumulator at the end of each tile. */
  endOfTile?(accumulated: number, sum: number): number;
  /** The tiles that are computed, as first and last key. */
  tiles?(tiles: readonly (readonly [number, number])[], row: number): readonly (readonly [number, number])[];
  /** The row of the values that is read for a key. */
  valueRow?(key: number, numKeys: number, row: number): number;
  sum?(sum: number, count: number): number;
  output?(value: number, at: { row: number; col: number; numRows: number; numCols: number }): number;
  /** Changes where the outputs of all heads are written. */
  stored?(outputs: readonly Matrix[]): readonly Matrix[];
  logSumExp?(maximum: number, sum: number, problem: KernelProblem, scores: Float64Array): number;
  /** Another type to compute in. */
  readonly works?: FloatName;
}

export interface Dumped {
  readonly output: readonly Matrix[];
  /** n×1 */
  readonly logSumExp: readonly Matrix[];
}

const f32 = Math.fround;

/** Runs a kernel on a problem. */
export function runKernel(given: KernelProblem, asked: Machine, bug: Bug = { name: "none" }): Dumped {
  const machine = bug.works ? { ...asked, compute: bug.works } : asked;
  const problem = bug.problem?.(given) ?? given;
  const heads = problem.query.map((query, head) => runHead(problem, machine, bug, query, head));
  const output = heads.map((head) => head.output);
  return { output: bug.stored?.(output) ?? output, logSumExp: heads.map(({ logSumExp }) => logSumExp) };
}

function runHead(problem: KernelProblem, machine: Machine, bug: Bug, query: Matrix, head: number) {
  const group = problem.query.length / problem.key.length;
  const key = problem.key[Math.floor(head / group)];
  const value = problem.value[Math.floor(head / group)];
  const output = { rows: query.rows, cols: value.cols, data: new Float64Array(query.rows * value.cols) };
  const logSumExp = { rows: query.rows, cols: 1, data: new Float64Array(query.rows) };
  const all = Array.from({ length: query.rows }, (_, row) =>
    scoresOf(problem, machine, bug, { query, key, head, row }),
  );
  const weights = bug.weights?.(all, problem);
  for (let row = 0; row < query.rows; row++) {
    const scores = all[row];
    const made = weights
      ? weighedRow(weights[row], value, machine)
      : machine.tile === 0
        ? plainRow(scores, value, machine, bug, row)
        : tiledRow(scores, value, machine, bug, row);
    const stored = FLOAT_TYPES[machine.stored];
    for (let col = 0; col < value.cols; col++) {
      const at = { row, col, numRows: query.rows, numCols: value.cols };
      const own = made.output[col];
      output.data[row * value.cols + col] = roundTo(stored, bug.output?.(own, at) ?? own);
    }
    const lse = bug.logSumExp?.(made.maximum, made.sum, problem, scores) ?? made.maximum + Math.log(made.sum);
    logSumExp.data[row] = machine.compute === "float64" ? lse : f32(lse);
  }
  return { output, logSumExp };
}

const sumsOf = ({ compute }: Machine) => (compute === "float64" ? (x: number) => x : f32);
const shortOf =
  ({ compute }: Machine) =>
  (x: number) =>
    roundTo(FLOAT_TYPES[compute], x);

function scoresOf(
  problem: KernelProblem,
  machine: Machine,
  bug: Bug,
  { query, key, head, row }: { query: Matrix; key: Matrix; head: number; row: number },
): Float64Array {
  const sum = sumsOf(machine);
  const short = machine.roundsScores || machine.compute === "tf32" ? shortOf(machine) : (x: number) => x;
  const inputs = machine.compute === "tf32" ? shortOf(machine) : (x: number) => x;
  return Float64Array.from({ length: key.rows }, (_, j) => {
    let dot = 0;
    for (let c = 0; c < query.cols; c++) {
      dot = sum(dot + inputs(query.data[row * query.cols + c]) * inputs(key.data[j * key.cols + c]));
    }
    const at = { row, key: j, head, problem };
    if (bug.score) return sum(bug.score(dot, at));
    return rightScore(dot, at, sum, short);
  });
}

/** Scale, softcap, bias, mask. */
export function rightScore(
  dot: number,
  { row, key, head, problem }: { row: number; key: number; head: number; problem: KernelProblem },
  sum: (x: number) => number = (x) => x,
  short: (x: number) => number = (x) => x,
): number {
  const { scale, softcap, bias } = problem;
  const scaled = short(sum(short(dot) * scale));
  const capped = softcap === undefined ? scaled : sum(softcap * Math.tanh(scaled / softcap));
  const biased = bias ? sum(capped + bias[head].data[row * bias[head].cols + key]) : capped;
  return problem.allows(row, key) ? biased : Number.NEGATIVE_INFINITY;
}

function weighedRow(weights: Float64Array, value: Matrix, machine: Machine) {
  const [sum, short] = [sumsOf(machine), shortOf(machine)];
  const output = new Float64Array(value.cols);
  for (let j = 0; j < weights.length; j++) {
    for (let c = 0; c < value.cols; c++) {
      output[c] = sum(output[c] + sum(short(weights[j]) * cellIn(value, j, c, machine)));
    }
  }
  return { output, maximum: 0, sum: 1 };
}

function plainRow(scores: Float64Array, value: Matrix, machine: Machine, bug: Bug, row: number) {
  const [sum, short] = [sumsOf(machine), shortOf(machine)];
  const most = Math.max(...scores);
  const maximum = bug.shift?.(most) ?? most;
  const power = bug.exponential ?? Math.exp;
  const powers = scores.map((score) => (score === -Infinity ? 0 : sum(power(sum(score - maximum)))));
  let total = 0;
  for (const one of powers) total = sum(total + one);
  if (bug.attendsPadding) {
    const padding = (PADDED - (scores.length % PADDED)) % PADDED;
    for (let count = 0; count < padding; count++) total = sum(total + sum(power(sum(0 - maximum))));
  }
  const divisor = bug.sum?.(total, powers.filter((one) => one > 0).length) ?? total;
  const weights = powers.map((one) => short(sum(one / divisor)));
  const output = new Float64Array(value.cols);
  for (let j = 0; j < scores.length; j++) {
    const from = bug.valueRow?.(j, value.rows, row) ?? j;
    for (let c = 0; c < value.cols; c++) {
      const grown = sum(output[c] + sum(weights[j] * cellIn(value, from, c, machine)));
      output[c] = bug.accumulate?.(grown, machine) ?? grown;
    }
  }
  return { output, maximum, sum: total };
}

/** Plain kernels pad to this many keys. */
const PADDED = 16;

const cellIn = ({ cols, data }: Matrix, row: number, col: number, machine: Machine) =>
  machine.compute === "tf32" ? roundTo(FLOAT_TYPES.tf32, data[row * cols + col]) : data[row * cols + col];

function tiledRow(scores: Float64Array, value: Matrix, machine: Machine, bug: Bug, row: number) {
  const [round, short] = [sumsOf(machine), shortOf(machine)];
  const power = bug.exponential ?? Math.exp;
  const usual = Array.from({ length: Math.ceil(scores.length / machine.tile) }, (_, tile) => {
    return [tile * machine.tile, Math.min(scores.length, (tile + 1) * machine.tile)] as const;
  });
  let [maximum, sum, count] = [Number.NEGATIVE_INFINITY, 0, 0];
  const output = new Float64Array(value.cols);
  for (const [first, last] of bug.tiles?.(usual, row) ?? usual) {
    const own = Math.max(maximum, ...scores.subarray(first, last));
    const most = bug.shift?.(own) ?? own;
    if (own === -Infinity) continue;
    const right = maximum === -Infinity ? 0 : round(power(maximum - most));
    sum = round(sum * (bug.rescaleSum?.(right) ?? right));
    for (let c = 0; c < value.cols; c++) output[c] = round(output[c] * (bug.rescaleOutput?.(right) ?? right));
    const from = bug.takenOff?.(most, maximum) ?? most;
    for (let j = first; j < last; j++) {
      if (scores[j] === -Infinity) continue;
      const weight = round(power(round(scores[j] - from)));
      sum = round(sum + weight);
      count++;
      const loaded = bug.valueRow?.(j, value.rows, row) ?? j;
      const rounded = short(weight);
      for (let c = 0; c < value.cols; c++) {
        const grown = round(output[c] + round(rounded * cellIn(value, loaded, c, machine)));
        output[c] = bug.accumulate?.(grown, machine) ?? grown;
      }
    }
    if (bug.endOfTile) for (let c = 0; c < value.cols; c++) output[c] = round(bug.endOfTile(output[c], sum));
    maximum = most;
  }
  if (bug.attendsPadding) {
    const padding = (machine.tile - (scores.length % machine.tile)) % machine.tile;
    for (let count = 0; count < padding; count++) sum = round(sum + round(power(round(0 - maximum))));
  }
  const divisor = bug.sum?.(sum, count) ?? sum;
  return { output: output.map((own) => (divisor === 0 ? 0 : round(own / divisor))), maximum, sum };
}
