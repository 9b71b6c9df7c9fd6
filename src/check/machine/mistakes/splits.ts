import { powersOf } from "../row-scores.js";
import { over, type Weighting } from "../rows.js";
import { type KernelMistake, type Variant, withWeighting } from "./kernel-mistake.js";
import { startsOf } from "./online.js";

// What is done wrong when the keys of a row are shared out to several workers, and what they make is put together (split-K,
// flash-decoding; Dao et al. 2023).

/** So many parts are usual. */
const NUMBERS_OF_PARTS = [2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 128] as const;

/** What a part weighs in the sum of all: right is its share of e^(log-sum-exp). */
export const weightsOfParts: Readonly<Record<string, (part: Part) => number>> = {
  "the same for each": () => 1,
  "2^(log-sum-exp)": ({ maximum, sum }) => sum ** Math.LN2 * 2 ** maximum,
  "e^(log-sum-exp / ln 2)": ({ maximum, sum }) => sum ** Math.LOG2E * Math.exp(maximum * Math.LOG2E),
  "the sum without the maximum": ({ sum }) => sum,
  "e^maximum without the sum": ({ maximum }) => Math.exp(maximum),
};

/** A part of a row: its largest score, less that of the row, and the sum of e^(s − its maximum). */
export interface Part {
  readonly maximum: number;
  readonly sum: number;
}

export const splitsMisweighted: KernelMistake = {
  id: "splits-misweighted",
  step: "output",
  title: "Parts of a row were computed separately and then combined with the wrong weights.",
  formula: "o = Σ_p e^(L_p − L) o_p, where L_p is the log-sum-exp of part p and L that of the row",
  fix: "Weight each part by e^(its log-sum-exp − that of all), in the base in which it is stored.",
  *variants({ tasks: [{ key }] }): Generator<Variant> {
    const tried = new Set<number>();
    for (const parts of NUMBERS_OF_PARTS) {
      const size = Math.ceil(key.rows / parts);
      if (parts > key.rows || tried.has(size)) continue;
      tried.add(size);
      for (const [weight, weigh] of Object.entries(weightsOfParts)) {
        yield withWeighting(inParts(startsOf(key.rows, size), weigh), {
          parts: Math.ceil(key.rows / size),
          weight,
        });
      }
    }
  },
};

/** A row in parts that begin at some keys, each of which weighs as somebody says. */
export const inParts =
  (starts: readonly number[], weigh: (part: Part) => number): Weighting =>
  (scores, { maximum: most }) => {
    const weights = new Float64Array(scores.length);
    let total = 0;
    for (const [at, first] of starts.entries()) {
      const { powers, sum, maximum } = powersOf(scores.subarray(first, starts[at + 1]));
      if (sum === 0) continue;
      const weight = weigh({ maximum: maximum - most, sum });
      total += weight;
      for (let j = 0; j < powers.length; j++) weights[first + j] = (powers[j] / sum) * weight;
    }
    return over(weights, total);
  };
