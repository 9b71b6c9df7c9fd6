import { leastSquares } from "../../../math/least-squares.js";
import { greatest, sumOver } from "../../../math/lists.js";
import { mapCells, rowOf } from "../../../math/matrix.js";
import { rangesText } from "../../../math/ranges.js";
import { productsOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import { indicesWhere, spread } from "../where.js";
import { type Dump, type KernelMistake, replacing, type SearchContext } from "./kernel-mistake.js";
import { weighedIn } from "./sums.js";

// A factor of its own for each key or value, or for each of their columns. All rows together determine these factors by
// least squares (Gauss and Newton).

/** A row as it is made with some factors. */
interface Made {
  readonly task: Task;
  readonly row: number;
  readonly output: Float64Array;
  readonly weights: Float64Array;
}

/** What has factors, and ∂output/∂factor of a row in column `col`, for every factor. */
interface Factors {
  readonly part: "key" | "value";
  readonly isOfColumns?: true;
  slopes(made: Made, col: number): Float64Array;
}

const pull = ({ task: { value }, output, weights }: Made, j: number, col: number) =>
  weights[j] * (value.data[j * value.cols + col] - output[col]);

/** By description. */
const FACTORS: Readonly<Record<string, Factors>> = {
  "values multiplied": {
    part: "value",
    slopes: ({ task: { value }, weights }, col) =>
      weights.map((weight, j) => weight * value.data[j * value.cols + col]),
  },
  "keys multiplied": {
    part: "key",
    slopes(made, col) {
      const products = productsOfRow(made.task, made.row);
      return made.weights.map((_, j) => made.task.scale * products[j] * pull(made, j, col));
    },
  },
  "columns of values multiplied": {
    part: "value",
    isOfColumns: true,
    slopes: ({ task, output, weights }, col) =>
      output.map((_, own) => (own === col ? weighedIn(task, weights, col) : 0)),
  },
  "columns of keys multiplied": {
    part: "key",
    isOfColumns: true,
    slopes(made, col) {
      const { query, key, scale } = made.task;
      const pulls = made.weights.map((_, j) => pull(made, j, col));
      return rowOf(query, made.row).map(
        (own, c) => own * scale * sumOver(pulls, (by, j) => by * key.data[j * key.cols + c]),
      );
    },
  },
};

const MAX_LISTED = 3;

/** Multiplies each row or column by its factor. The first ones that change something are listed. */
function multiplied(which: string, factors: Float64Array, scale?: number) {
  const { part, isOfColumns } = FACTORS[which];
  const changed = indicesWhere(factors.length, (at) => Math.abs(factors[at] - 1) > 0.001);
  // Neighbours with the same factor are listed together.
  const isNext = (at: number, before: number) =>
    at === before + 1 && Math.abs(factors[at] / factors[before] - 1) < 0.001;
  const starts = changed.filter((at, index) => index === 0 || !isNext(at, changed[index - 1]));
  const texts = starts.slice(0, MAX_LISTED).map((first) => {
    const own = changed.filter((at) => at >= first && starts.every((other) => other <= first || at < other));
    const places = rangesText([[first, own[own.length - 1]]]);
    const called = `${isOfColumns ? "column" : "key"}${own.length > 1 ? "s" : ""}`;
    return [`${called} ${places}`, Number(factors[first].toPrecision(3))];
  });
  const isOneScale = scale !== undefined && isOfColumns && part === "key" && starts.length === 1;
  const said = isOneScale && scaleOfPart(scale * factors[starts[0]], changed.length, factors.length);
  return replacing(
    [part],
    (task) => mapCells(task[part], (own, row, col) => own * factors[isOfColumns ? col : row]),
    { which, ...Object.fromEntries(texts), ...(said && { "scaled by": said }) },
  );
}

/** Returns a usual scale of `count` columns of `all` as text: by their own number, or that of all twice or not at all. */
function scaleOfPart(scale: number, count: number, all: number): string | undefined {
  const usual = { [`1/√${count}, the number of these columns`]: count ** -0.5, 1: 1, [`1/${all}`]: 1 / all };
  return Object.keys(usual).find((text) => Math.abs(scale / usual[text] - 1) < 0.001);
}

const MAX_ROUNDS = 30;
const MAX_STEP = 0.5;
const SMALLEST_STEP = 1e-9;

/** After some rounds, right factors leave only a small share of the first squared error. */
const [ROUNDS_TO_SETTLE, STILL_FAR] = [8, 0.1];

/** The maximum number of factors, and of multiplications per round. */
const MAX_FACTORS = 256;
const MAX_WORK = 2e7;

/** There must be this many times as many cells as factors. Fewer cells fit any factors. */
const MIN_CELLS = 3;

/** Fits the factors to the dumped rows. Returns undefined if they do not settle, or if the time of the search is over. */
function fitFactors(
  { task, got }: Dump,
  which: string,
  isOver: SearchContext["isOver"],
): Float64Array | undefined {
  const { part, isOfColumns, slopes } = FACTORS[which];
  const count = isOfColumns ? task[part].cols : task.key.rows;
  const work = count * Math.max(count, task.key.rows) * got.cols;
  const rows = spread(indicesWhere(got.rows), Math.max(1, Math.floor(MAX_WORK / work)));
  if (count > MAX_FACTORS || rows.length * got.cols < MIN_CELLS * count) return undefined;
  let factors = new Float64Array(count).fill(1);
  let first = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (isOver?.()) return undefined;
    const { make } = multiplied(which, factors);
    const equations = rows.flatMap((row) => {
      const made = make(task, row);
      if (!made) return [];
      const { output, coefficients: weights } = made;
      return Array.from(output, (own, c) => ({
        factors: slopes({ task, row, output, weights }, c),
        right: rowOf(got, row)[c] - own,
      }));
    });
    const step = leastSquares(equations, count);
    if (!step) return undefined;
    factors = factors.map((own, at) => own + Math.max(-MAX_STEP, Math.min(MAX_STEP, step[at])));
    if (greatest(step, Math.abs) < SMALLEST_STEP) break;
    const rest = sumOver(equations, ({ right }) => right ** 2);
    if (round === 0) first = rest;
    if (round >= ROUNDS_TO_SETTLE && rest > STILL_FAR * first) return undefined;
  }
  return factors.every(Number.isFinite) ? factors : undefined;
}

export const numbersOfKeys: KernelMistake = {
  id: "keys-scaled",
  step: "k",
  title: "Keys, values or columns of them count with a factor of their own.",
  formula: "k and v are the stored numbers times their own scales, and nothing else",
  fix: "Compare the pointer and place of each scale with those of the arrays. If the values of whole tiles have one factor, look at what the accumulator is multiplied by between them. Parts of a score are divided by the same √d_k.",
  isFree: true,
  *variants({ dump, tasks, isOver }) {
    if (!dump || tasks.some(({ dropped, sink }) => dropped || sink !== undefined)) return;
    for (const which of Object.keys(FACTORS)) {
      const factors = fitFactors(dump, which, isOver);
      if (factors) yield multiplied(which, factors, dump.task.scale);
    }
  },
};
