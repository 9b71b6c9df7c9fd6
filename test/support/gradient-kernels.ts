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

// Right backward passes: by the formulas, eager kernels that round every matrix to the short type, and tiled kernels.

type Random = () => number;

/** Computes the gradients as a machine does. */
export function runBackward(problem: BackProblem, machine: BackMachine, random: Random): Gradients {
  const isTiled = machine.way === "tiled" || machine.way === "rescaled";
  const made = isTiled ? runTiles(problem, machine, random) : runPlainly(problem, machine);
  return storeAll(made, machine.stored);
}

function runPlainly(problem: BackProblem, { compute, way }: BackMachine): Gradients {
  const arithmetic = arithmeticOf(compute);
  const { sum, factor, isShort } = arithmetic;
  const keep = way === "eager" && isShort ? (value: number) => factor(sum(value)) : sum;
  const lanes = way === "sequential" ? 1 : undefined;
  const group = problem.query.length / problem.key.length;
  const query: Matrix[] = [];
  const [key, value] = [blanks(problem.key), blanks(problem.value)];
  const bias = problem.bias && createMatrix(problem.bias.rows, problem.bias.cols);
  for (const [head, q] of problem.query.entries()) {
    const from = Math.floor(head / group);
    const [k, v, dO] = [problem.key[from], problem.value[from], problem.gradient[head]];
    const products = timesTransposed(q, k, arithmetic, lanes);
    const { scores, tanh } = scoresOf(problem, products, problem.sees, problem.bias, arithmetic, keep);
    const { powers, totals } = powersOf(scores, arithmetic);
    const weights = map(powers, (power, at) => keep(sum(power / totals[Math.floor(at / powers.cols)])));
    const factors = factorsOf(problem, head, arithmetic);
    const kept = drop(weights, factors, keep);
    const dWeights = drop(map(timesTransposed(dO, v, arithmetic, lanes), keep), factors, keep);
    const dots = rowDots(weights, dWeights, arithmetic);
    const dScores = map(weights, (weight, at) => {
      return keep(sum(weight * sum(dWeights.data[at] - dots[Math.floor(at / weights.cols)])));
    });
    const dScaled = map(dScores, (change, at) => {
      const slope = tanh ? keep(sum(1 - sum(tanh.data[at] ** 2))) : 1;
      return keep(sum(keep(sum(change * slope)) * problem.scale));
    });
    query.push(times(dScaled, k, arithmetic, lanes));
    addInto(key[from], map(times(flip(dScaled), q, arithmetic, lanes), keep), 0, arithmetic);
    addInto(value[from], map(times(flip(kept), dO, arithmetic, lanes), keep), 0, arithmetic);
    if (bias) addInto(bias, dScores, 0, arithmetic);
  }
  return { query, key, value, ...(bias && { bias }) };
}

/** The output, in the type it is stored in, and the log-sum-exp of the forward pass. */
function leftByForward(problem: BackProblem, head: number, { compute }: BackMachine) {
  const arithmetic = arithmeticOf(compute);
  const from = Math.floor((head * problem.key.length) / problem.query.length);
  const products = timesTransposed(problem.query[head], problem.key[from], arithmetic);
  const { scores } = scoresOf(problem, products, problem.sees, problem.bias, arithmetic);
  const { powers, maxima, totals } = powersOf(scores, arithmetic);
  const { sum } = arithmetic;
  const short = compute === "float16" || compute === "bfloat16" ? FLOAT_TYPES[compute] : undefined;
  const kept = drop(powers, factorsOf(problem, head, arithmetic), sum);
  const sums = times(kept, problem.value[from], arithmetic);
  const output = map(sums, (value, at) => {
    const divided = sum(value / totals[Math.floor(at / sums.cols)]);
    return short ? roundTo(short, divided) : divided;
  });
  return { output, logSumExp: maxima.map((most, row) => sum(most + sum(Math.log(totals[row])))) };
}

/** Computes tiles of queries by tiles of keys, with weights from the log-sum-exp and δ from the output. */
function runTiles(problem: BackProblem, machine: BackMachine, random: Random): Gradients {
  const arithmetic = arithmeticOf(machine.compute);
  const { sum, factor } = arithmetic;
  const isRescaled = machine.way === "rescaled";
  const group = problem.query.length / problem.key.length;
  const query = blanks(problem.query);
  const [key, value] = [blanks(problem.key), blanks(problem.value)];
  const starts = (count: number, size: number) => {
    const all = Array.from({ length: Math.ceil(count / size) }, (_, at) => at * size);
    if (machine.order === "reverse") return all.reverse();
    return machine.order === "shuffled" ? all.sort(() => random() - 0.5) : all;
  };
  for (const [head, q] of problem.query.entries()) {
    const from = Math.floor(head / group);
    const [k, v, dO] = [problem.key[from], problem.value[from], problem.gradient[head]];
    const { output, logSumExp } = leftByForward(problem, head, machine);
    const dots = rowDots(dO, output, arithmetic);
    const rescaled = map(k, (cell) => factor(sum(cell * sum(problem.scale * Math.LOG2E))));
    const factors = factorsOf(problem, head, arithmetic);
    const keyHead = createMatrix(k.rows, k.cols);
    for (const first of starts(k.rows, machine.keysOfTile)) {
      const end = Math.min(k.rows, first + machine.keysOfTile);
      for (const row of starts(q.rows, machine.rowsOfTile)) {
        const last = Math.min(q.rows, row + machine.rowsOfTile);
        const tile = { row, last, first, end };
        const keys = cut(isRescaled ? rescaled : k, first, end);
        const { weights, slopes } = weightsOfTile(problem, machine, tile, cut(q, row, last), keys, logSumExp);
        const dTile = cut(dO, row, last);
        const ofTile = factors && tileOf(factors, tile);
        addInto(value[from], times(flip(drop(weights, ofTile, sum)), dTile, arithmetic), first, arithmetic);
        const dWeights = drop(timesTransposed(dTile, cut(v, first, end), arithmetic), ofTile, sum);
        const dScores = map(weights, (weight, at) => {
          const change = sum(dWeights.data[at] - dots[row + Math.floor(at / weights.cols)]);
          return sum(sum(weight * change) * slopes.data[at]);
        });
        addInto(query[head], times(dScores, keys, arithmetic), row, arithmetic);
        addInto(keyHead, times(flip(dScores), cut(q, row, last), arithmetic), first, arithmetic);
      }
    }
    const factorOfQuery = isRescaled ? Math.LN2 : problem.scale;
    query[head].data.forEach((own, at) => {
      query[head].data[at] = sum(own * sum(factorOfQuery));
    });
    addInto(
      key[from],
      map(keyHead, (own) => sum(own * sum(problem.scale))),
      0,
      arithmetic,
    );
  }
  return { query, key, value };
}

const tileOf = ({ cols, data }: Matrix, { row, last, first, end }: Tile): Matrix =>
  createMatrix(last - row, end - first, (i, j) => data[(row + i) * cols + first + j]);

interface Tile {
  readonly row: number;
  readonly last: number;
  readonly first: number;
  readonly end: number;
}

/** Computes the weights of a tile from the log-sum-exp, in base e or 2, and the slopes of the softcap. */
function weightsOfTile(
  problem: BackProblem,
  { compute, way, isBaseTwo }: BackMachine,
  { row, first, end, last }: Tile,
  query: Matrix,
  key: Matrix,
  logSumExp: Float64Array,
): { readonly weights: Matrix; readonly slopes: Matrix } {
  const arithmetic = arithmeticOf(compute);
  const { sum } = arithmetic;
  const part = (matrix: Matrix) =>
    createMatrix(last - row, end - first, (i, j) => matrix.data[(row + i) * matrix.cols + first + j]);
  const products = timesTransposed(query, key, arithmetic);
  const sees = part(problem.sees);
  const log2 = sum(Math.LOG2E);
  if (way === "rescaled") {
    const weights = map(products, (product, at) => {
      if (sees.data[at] === 0) return 0;
      return sum(2 ** sum(product - sum(logSumExp[row + Math.floor(at / products.cols)] * log2)));
    });
    return { weights, slopes: map(products, () => 1) };
  }
  const bias = problem.bias && part(problem.bias);
  const { scores, tanh } = scoresOf(problem, products, sees, bias, arithmetic);
  const weights = map(scores, (score, at) => {
    const left = logSumExp[row + Math.floor(at / scores.cols)];
    if (score === Number.NEGATIVE_INFINITY) return 0;
    if (isBaseTwo) return sum(2 ** sum(sum(score * log2) - sum(left * log2)));
    return sum(Math.exp(sum(score - left)));
  });
  return { weights, slopes: tanh ? map(tanh, (t) => sum(1 - sum(t * t))) : map(scores, () => 1) };
}
