import type { FloatName } from "../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import type { Matrix } from "../../src/math/matrix.js";

// Kernels as people write them, in the arithmetic that machines have: sums in float32, weights in a short type, keys in tiles.
// They share no code with what judges them but the rounding of one number.

/** What a kernel is given: all heads, and who may attend to whom. */
export interface KernelProblem {
  readonly query: readonly Matrix[];
  readonly key: readonly Matrix[];
  readonly value: readonly Matrix[];
  readonly scale: number;
  readonly softcap?: number;
  /** n×m for each head. */
  readonly bias?: readonly Matrix[];
  /** Queries and keys as they were before they were turned by their positions, and how they were. */
  readonly turned?: {
    readonly query: readonly Matrix[];
    readonly key: readonly Matrix[];
    readonly rope: Rope;
    readonly offset: number;
  };
  allows(row: number, key: number): boolean;
  /** A mask that is put on weights. */
  allowsWeight?(row: number, key: number): boolean;
}

/** RoPE: which columns are a pair, and how fast they turn. */
export interface Rope {
  readonly pairs: "interleaved" | "half-split";
  readonly base: number;
  /** Turned the other way. */
  readonly isBackwards?: true;
}

export interface Machine {
  readonly compute: FloatName;
  readonly stored: FloatName;
  /** Keys that are worked together; 0: all at once, with weights rounded after they are divided. */
  readonly tile: number;
  readonly roundsScores?: boolean;
}

/** What goes wrong, at the place where it does; each is the whole line of a kernel. */
export interface Bug {
  readonly name: string;
  problem?(problem: KernelProblem): KernelProblem;
  score?(product: number, at: { row: number; key: number; head: number; problem: KernelProblem }): number;
  exponential?(distance: number): number;
  /** What is taken off the scores in place of their maximum. */
  shift?(maximum: number): number;
  /** Weights of the whole matrix from its scores, n×m, in place of a softmax of each row. */
  weights?(scores: readonly Float64Array[], problem: KernelProblem): readonly Float64Array[];
  /** What becomes of the sums after each product. */
  accumulate?(sum: number, machine: Machine): number;
  /** Keys of zeros fill the last tile, and are attended. */
  readonly attendsPadding?: true;
  /** The factor by which what was summed is multiplied when the maximum rises: right for both is e^(old − new). */
  rescaleSum?(right: number): number;
  rescaleOutput?(right: number): number;
  /** What is taken off the scores of a tile, from its maximum so far and that before it. */
  takenOff?(maximum: number, before: number): number;
  /** What becomes of the accumulator at the end of each tile. */
  endOfTile?(accumulated: number, sum: number): number;
  /** The tiles that are worked, as first and last key. */
  tiles?(tiles: readonly (readonly [number, number])[], row: number): readonly (readonly [number, number])[];
  /** The row of the values that is loaded for a key. */
  valueRow?(key: number, numKeys: number, row: number): number;
  sum?(sum: number, count: number): number;
  output?(value: number, at: { row: number; col: number; numRows: number; numCols: number }): number;
  /** Where the outputs of all heads are written to. */
  stored?(outputs: readonly Matrix[]): readonly Matrix[];
  logSumExp?(maximum: number, sum: number, problem: KernelProblem, scores: Float64Array): number;
  /** Another type that is worked in. */
  readonly works?: FloatName;
}

export interface Dumped {
  readonly output: readonly Matrix[];
  /** n×1 */
  readonly logSumExp: readonly Matrix[];
}

const f32 = Math.fround;

/** What a kernel makes of a problem. */
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
