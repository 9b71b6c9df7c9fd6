import { sumOver } from "../../math/lists.js";

// Fits how a kernel makes scores of its products q·k, s = F(p). The data are differences of the logarithms of weights,
// because the softmax hides a constant per row.

/** The cells of one row whose weights can be seen: the logarithm of each weight, and its product q·k. */
export interface Row {
  readonly products: Float64Array;
  readonly logs: Float64Array;
  /** ‖q‖·‖k‖ / √d of each cell: products of rounded numbers have errors in proportion to it. */
  readonly sizes: Float64Array;
}

/** How far a logarithm may be off: a constant part, and a part in proportion to the score. */
export interface Slack {
  readonly own: number;
  readonly relative: number;
}

/** s = scale·p, or C·tanh(scale·p / C). */
export interface Scoring {
  readonly scale: number;
  readonly softcap?: number | undefined;
}

export interface Fitted extends Scoring {
  /** The largest difference of a cell, and the root mean square of all cells, in units of the expected difference. */
  readonly worst: number;
  readonly mean: number;
}

export const scoreOf = ({ scale, softcap }: Scoring, product: number): number =>
  softcap === undefined ? scale * product : softcap * Math.tanh((scale * product) / softcap);

/** Compares scores with the weights that are seen, except for one constant per row, which the softmax removes. */
export function misfit(rows: readonly Row[], scoring: Scoring, slack: Slack): Fitted {
  let [worst, squares, count] = [0, 0, 0];
  for (const { products, logs, sizes } of rows) {
    const scores = products.map((product) => scoreOf(scoring, product));
    const { constant, weights } = constantOf(scores, { logs, sizes, scale: scoring.scale }, slack);
    for (let at = 0; at < logs.length; at++) {
      const off = Math.abs(logs[at] - scores[at] - constant) * Math.sqrt(weights[at]);
      worst = Math.max(worst, off);
      squares += off * off;
    }
    // One constant is fitted per row, so a row has one degree of freedom less.
    count += Math.max(0, logs.length - 1);
  }
  return { ...scoring, worst, mean: Math.sqrt(squares / Math.max(1, count)) };
}

/** Fits the constant of a row, and computes how much each of its cells counts. */
export function constantOf(
  scores: Float64Array,
  { logs, sizes, scale }: Pick<Row, "logs" | "sizes"> & { readonly scale: number },
  { own, relative }: Slack,
) {
  const weights = scores.map(
    (score, at) => 1 / (own + relative * (Math.abs(score) + Math.abs(scale) * sizes[at])) ** 2,
  );
  const sum = sumOver(weights, (weight, at) => weight * (logs[at] - scores[at]));
  return { constant: logs.length === 0 ? 0 : sum / sumOver(weights), weights };
}

/** Fits a straight line through the cells of all rows. Its slope is the scale. */
export function fitScale(rows: readonly Row[], slack: Slack): Fitted {
  let scale = 0;
  // Cells count by their scores, which are not known in the first round.
  for (let round = 0; round < 3; round++) {
    let [both, squares] = [0, 0];
    for (const { products, logs, sizes } of rows) {
      const most = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const size = (at: number) =>
        round === 0 ? most - logs[at] : Math.abs(scale) * (Math.abs(products[at]) + sizes[at]);
      const weights = logs.map((_, at) => 1 / (slack.own + slack.relative * size(at)) ** 2);
      const total = sumOver(weights);
      const meanOf = (values: Float64Array) => sumOver(values, (v, at) => weights[at] * v) / total;
      const [p, y] = [meanOf(products), meanOf(logs)];
      for (let at = 0; at < logs.length; at++) {
        both += weights[at] * (products[at] - p) * (logs[at] - y);
        squares += weights[at] * (products[at] - p) ** 2;
      }
    }
    scale = squares === 0 ? 0 : both / squares;
  }
  return misfit(rows, { scale }, slack);
}

const [MIN_CAP, MAX_CAP] = [0.05, 2000];
const CAPS = 40;

/** Finds the softcap that fits best for a given scale. */
export function fitSoftcap(rows: readonly Row[], scale: number, slack: Slack): Fitted {
  const at = (step: number) =>
    misfit(rows, { scale, softcap: MIN_CAP * (MAX_CAP / MIN_CAP) ** (step / CAPS) }, slack);
  let best = { step: 0, fitted: at(0) };
  for (let step = 1; step <= CAPS; step++) {
    const fitted = at(step);
    if (fitted.mean < best.fitted.mean) best = { step, fitted };
  }
  let [low, high] = [best.step - 1, best.step + 1];
  for (let round = 0; round < 40; round++) {
    const [left, right] = [low + (high - low) * 0.382, low + (high - low) * 0.618];
    if (at(left).mean < at(right).mean) high = right;
    else low = left;
  }
  return at((low + high) / 2);
}

/** Finds the scale and the softcap that fit best together, from a starting point. */
export function fitBoth(rows: readonly Row[], start: Scoring, slack: Slack): Fitted {
  let best = misfit(rows, start, slack);
  let step = 0.1;
  for (let round = 0; round < 60 && step > 1e-7; round++) {
    const tried = [1 + step, 1 / (1 + step)].flatMap((factor) => [
      misfit(rows, { ...best, scale: best.scale * factor }, slack),
      misfit(rows, { ...best, softcap: (best.softcap ?? 1) * factor }, slack),
    ]);
    const next = tried.reduce((a, b) => (b.mean < a.mean ? b : a));
    if (next.mean < best.mean) best = next;
    else step /= 2;
  }
  return best;
}
