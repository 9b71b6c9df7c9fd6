import { tabulate } from "../../math/lists.js";
import { type Matrix, mapCells } from "../../math/matrix.js";
import { scale } from "../../ops/elementwise.js";
import { paramsOf, type Step, type Trace } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import { alterSteps, besides } from "./alter.js";
import { type Mistake, markFitted, setSpecificTitle } from "./mistake.js";

/** The scores are divided by an unexpected number, which is computed from the written scaled scores or weights. */
export const scaleFitted: Mistake = {
  id: "scale-fitted",
  step: "scaled-scores",
  title: "The scores look as if they were divided by a number other than √d_k.",
  formula: "S′ = S / √d_k",
  fix: "Divide each score by √d_k, with d_k the columns of one key (of one head).",
  isPlain: true,
  apply: () => [],
  applyAt: ({ trace }, { step, values }, own) => {
    const isOfWeights = step.role === "weights";
    const scaled = isOfWeights ? besides(trace, step, "scaled-scores") : step;
    const root = 1 / (paramsOf(scaled, scale)?.factor ?? Number.NaN);
    if (scaled?.role !== "scaled-scores" || !Number.isFinite(root)) return [];
    const timesOff = [...new Set(own)].map((made) => (isOfWeights ? byRatios : byCells)(made, values));
    const divisors = timesOff.flatMap((times) => candidates(times * root, root));
    return [...new Set(divisors)].flatMap((by) => dividedBy(trace, scaled, by));
  },
};

const dividedBy = (trace: Trace, step: Step, by: number): readonly Trace[] =>
  setSpecificTitle(
    markFitted(
      alterSteps(trace, (other) =>
        other.key === step.key
          ? { compute: ([scores]) => mapCells(scores, (score) => score / by) }
          : undefined,
      ),
    ),
    () => `The scores look as if they were divided by ${divisorText(by)}, not by √d_k.`,
  );

/** Returns possible divisors: a root of a small whole number, and numbers with one decimal or two. */
function candidates(divisor: number, root: number): readonly number[] {
  const size = Math.round(divisor ** 2);
  const rounded = [1, 2].map((decimals) => Number(divisor.toFixed(decimals)));
  const all = size <= LARGEST_SIZE ? [Math.sqrt(size), ...rounded] : rounded;
  return all.filter((by) => by > 0 && Math.abs(by - root) > 0.02 * root);
}

/** The maximum size whose root people take: the columns of a matrix, or the number of keys. */
const LARGEST_SIZE = 16;

/** Writes a divisor as a root, unless it has few decimals. */
const divisorText = (by: number): string =>
  by === Number(by.toFixed(2)) ? String(by) : `√${Math.round(by ** 2)}`;

/** Returns the factor between right and written scaled scores, from the largest of them. */
const byCells = ({ data }: Matrix, written: Answer["values"]): number =>
  mostPrecise(
    Array.from(data, (value, index) => ({ times: value / written[index], precision: Math.abs(value) })),
  );

/**
 * Returns the same from weights. ln(α_j / α_k) is the difference of two scaled scores of a row. It is most precise if
 * both weights are large.
 */
function byRatios({ cols, data }: Matrix, written: Answer["values"]): number {
  const found = Array.from(data, (_, one) =>
    tabulate(cols, (col) => {
      const other = one - (one % cols) + col;
      const between = Math.log(written[one] / written[other]);
      return { times: Math.log(data[one] / data[other]) / between, precision: written[other] * between };
    }),
  );
  return mostPrecise(found.flat());
}

/** Returns the most precise factor, or NaN if there is none. */
const mostPrecise = (found: readonly { readonly times: number; readonly precision: number }[]): number =>
  found.reduce((best, one) => (one.precision > best.precision && Number.isFinite(one.times) ? one : best), {
    times: Number.NaN,
    precision: 0,
  }).times;
