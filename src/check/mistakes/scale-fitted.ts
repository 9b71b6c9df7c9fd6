import { cellOf, type Matrix, mapCells } from "../../math/matrix.js";
import { scale } from "../../ops/elementwise.js";
import { paramsOf, type Step, type Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { numbersOf } from "../solution.js";
import { alterSteps, besides } from "./alter.js";
import { type Mistake, markFitted, tellAs } from "./mistake.js";

/** Scores are divided by a number that nobody would think of; it is read off the sheet. */
export const scaleFitted: Mistake = {
  id: "scale-fitted",
  step: "scaled-scores",
  title: "The scores look as if they were divided by another number than √d_k.",
  formula: "S′ = S / √d_k",
  fix: "Divide each score by √d_k, with d_k the columns of one key (of one head).",
  readsSheet: true,
  isPlain: true,
  apply: ({ trace }, sheet) =>
    trace.steps.flatMap((step) => {
      const root = 1 / (paramsOf(step, scale)?.factor ?? Number.NaN);
      if (step.role !== "scaled-scores" || !Number.isFinite(root)) return [];
      const divisor = divisorOf(trace, sheet, step);
      return divisor === undefined
        ? []
        : candidates(divisor, root).flatMap((by) => dividedBy(trace, step, by));
    }),
};

const dividedBy = (trace: Trace, step: Step, by: number): readonly Trace[] =>
  tellAs(
    markFitted(
      alterSteps(trace, (other) =>
        other.key === step.key
          ? { compute: ([scores]) => mapCells(scores, (score) => score / by) }
          : undefined,
      ),
    ),
    () => `The scores look as if they were divided by ${by}, not by √d_k.`,
  );

/** Divisors as people have them, with one decimal or two; none that is right, or a size or the root of one, which have names of their own. */
function candidates(divisor: number, root: number): readonly number[] {
  const rounded = [1, 2].flatMap((decimals) => {
    const by = Number(divisor.toFixed(decimals));
    const size = Math.round(divisor ** 2);
    const isRoot = size <= LARGEST_SIZE && Number(Math.sqrt(size).toFixed(decimals)) === by;
    return isRoot || Number.isInteger(by) ? [] : [by];
  });
  return [...new Set(rounded)].filter((by) => by > 0 && Math.abs(by - root) > 0.02 * root);
}

/** No key that people work with by hand has more columns. */
const LARGEST_SIZE = 16;

/** What scores were divided by, from the scaled scores or the weights that were written. */
function divisorOf(trace: Trace, sheet: Sheet, step: Step): number | undefined {
  const [from] = step.inputs;
  const own = sheet.get(from);
  const scores = own?.values.every(Number.isFinite) ? answered(own) : numbersOf(trace)(from);
  const scaled = sheet.get(step.key);
  if (scaled) return byLargest(scores, (row, col) => cellOf(answered(scaled), row, col));
  const weights = besides(trace, step, "weights");
  const written = weights && sheet.get(weights.key);
  return written && byRatios(scores, answered(written));
}

const answered = ({ rows, cols, values }: Answer): Matrix => ({ rows, cols, data: values });

/** The quotient at the largest score. */
function byLargest(scores: Matrix, writtenAt: (row: number, col: number) => number): number | undefined {
  let [best, most]: [number | undefined, number] = [undefined, 0];
  for (let row = 0; row < scores.rows; row++) {
    for (let col = 0; col < scores.cols; col++) {
      const score = cellOf(scores, row, col);
      if (!(Math.abs(score) > most) || !Number.isFinite(score)) continue;
      [best, most] = [score / writtenAt(row, col), Math.abs(score)];
    }
  }
  return best !== undefined && Number.isFinite(best) ? best : undefined;
}

/** Of two weights of a row ln(α_j / α_k) = (s_j − s_k) / divisor; the two whose smaller one is largest say it most precisely. */
function byRatios(scores: Matrix, weights: Matrix): number | undefined {
  let [best, most]: [number | undefined, number] = [undefined, 0];
  for (let row = 0; row < scores.rows; row++) {
    for (let j = 0; j < scores.cols; j++) {
      for (let k = 0; k < scores.cols; k++) {
        const [above, below] = [cellOf(weights, row, j), cellOf(weights, row, k)];
        const by = (cellOf(scores, row, j) - cellOf(scores, row, k)) / Math.log(above / below);
        if (!(by > 0) || !Number.isFinite(by) || !(below * Math.log(above / below) > most)) continue;
        [best, most] = [by, below * Math.log(above / below)];
      }
    }
  }
  return best;
}
