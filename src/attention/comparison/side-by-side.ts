import { cellOf, type Matrix } from "../../math/matrix.js";
import { columnSums } from "../../math/rows.js";
import { centredRanks, rankCorrelation, totalVariation } from "../../ops/agreement.js";
import { joinColumns } from "../../ops/parts.js";
import { jacobianNorm } from "../../ops/softmax.js";
import { effectiveKeys } from "../../ops/summary.js";
import type { Op } from "../../trace/op.js";
import type { Axis } from "../../trace/trace.js";
import type { ScoredAttention } from "../attention.js";
import { numbersOf, type Ref, record, recorder } from "../recorder.js";
import type { StepName } from "../steps.js";
import type { Entrant } from "./entrants.js";

/** One recorded scoring with the measures of its rows. */
export type MeasuredScoring = ReturnType<typeof recordMeasures>;

type Measure = Exclude<keyof MeasuredScoring, "name" | "isDrawn" | "output">;

/** Records the measures of each row of one scoring, in the current scope. */
export function recordMeasures(
  { name, isDrawn }: Entrant,
  { scores, softmax, weights, output, measures, conventions }: ScoredAttention,
) {
  const { entropy, largestWeight, strongestKey } = measures;
  return {
    name,
    isDrawn,
    scores,
    weights,
    ...(output && { output }),
    entropy,
    largestWeight,
    strongestKey,
    effectiveKeys: record("effective-keys", effectiveKeys, [weights]),
    // For local attention: the softmax before the Gaussian.
    jacobianNorm: record("jacobian-norm", jacobianNorm, [softmax], undefined, { of: weights }),
    ranks: record("ranks", centredRanks, [weights], { blocked: conventions.mask?.cells }),
  };
}

/**
 * Records the tables that compare the scorings (n×scorings), how far they agree (scorings×scorings), and a summary in
 * words. Names the results of each scoring. Returns the scorings that the summary is about.
 */
export function recordSideBySide(measured: readonly MeasuredScoring[]): readonly string[] {
  const scorings: Axis = { name: "scoring", labels: measured.map(({ name }) => name) };
  const [queries, keys] = measured[0].weights.axes;
  const each = (measure: Measure) => measured.map((one) => one[measure]);
  const join = (name: StepName, measure: Measure, valuesOn?: Axis) =>
    record(name, joinColumns, each(measure), undefined, { axes: [queries, scorings], valuesOn });
  join("looks-at", "strongestKey", keys);
  const largest = join("largest-weights", "largestWeight");
  const entropies = join("entropies", "entropy");
  join("effective-key-counts", "effectiveKeys");
  const norms = join("jacobian-norms", "jacobianNorm");
  const agree = (name: StepName, op: Op, measure: Measure) =>
    record(name, op, each(measure), undefined, { axes: [scorings, scorings] });
  const ranks = agree("rank-correlation", rankCorrelation, "ranks");
  const variation = agree("total-variation", totalVariation, "weights");
  const results = measured.map(({ name, isDrawn: _, ranks: _ranks, ...refs }) => [name, refs]);
  recorder.result("scorings", Object.fromEntries(results));
  const meanOf = (ref: Ref, column: number) => columnSums(numbersOf(ref)).data[column] / ref.shape.rows;
  const compared = measured.map(({ name, isDrawn }, at) => ({
    name,
    isDrawn,
    at,
    entropy: meanOf(entropies, at),
    largest: meanOf(largest, at),
    norm: meanOf(norms, at),
  }));
  const { sentences, about } = summarise(compared, numbersOf(ranks), numbersOf(variation));
  recorder.finding("summary", sentences, sentences.join(" "));
  return about;
}

/** A scoring that the summary may be about: its column in the tables, and means over the rows. */
interface Compared {
  readonly name: string;
  /** Whether any of its parameters is drawn. */
  readonly isDrawn: boolean;
  readonly at: number;
  readonly entropy: number;
  readonly largest: number;
  readonly norm: number;
}

/**
 * Writes a summary that follows only from the numbers. Drawn parameters could give another result with another seed. So
 * scorings with drawn parameters are ignored if there are two without. ranks, variation: scorings×scorings.
 */
function summarise(all: readonly Compared[], ranks: Matrix, variation: Matrix) {
  const settled = all.filter(({ isDrawn }) => !isDrawn);
  const drawn = all.flatMap(({ isDrawn, name }) => (isDrawn ? [name] : []));
  const isSettled = settled.length > 1;
  const summary = conclude(isSettled ? settled : all, ranks, variation);
  if (drawn.length === 0) return summary;
  const remark = isSettled
    ? `Not judged, because their parameters are drawn and another seed may give another result: ${drawn.join(", ")}.`
    : `Parameters of ${drawn.join(", ")} are drawn: another seed may give another result.`;
  return { ...summary, sentences: [...summary.sentences, remark] };
}

function conclude(compared: readonly Compared[], ranks: Matrix, variation: Matrix) {
  if (compared.some(({ entropy }) => Number.isNaN(entropy))) {
    return { sentences: ["Some weights are not numbers, so there is nothing to compare."], about: [] };
  }
  if (compared.length === 1) {
    const [{ name, largest }] = compared;
    const sentence = `${name} gives its strongest key ${percent(largest)} of the weight on average.`;
    return { sentences: [sentence], about: [name] };
  }
  const focused = compared.reduce((least, one) => (one.entropy < least.entropy ? one : least));
  const even = compared.reduce((most, one) => (one.entropy > most.entropy ? one : most));
  if (even.entropy - focused.entropy < 1e-9) {
    return { sentences: ["With these numbers, all scorings spread their weight equally."], about: [] };
  }
  // The two scorings with the largest total variation: most of the weight must move to turn one into the other.
  const pairs = compared.flatMap((a, k) => compared.slice(k + 1).map((b) => [a, b] as const));
  const moved = ([a, b]: (typeof pairs)[number]) => cellOf(variation, a.at, b.at);
  const far = pairs.reduce((most, pair) => (moved(pair) > moved(most) ? pair : most));
  const [one, other] = far;
  const sentences = [
    `${focused.name} is the most focused: its strongest key takes ${percent(focused.largest)} of the weight on average (entropy ${percent(focused.entropy)} of the maximum); ${even.name} spreads its weight most (${percent(even.largest)}, entropy ${percent(even.entropy)}).`,
    `${one.name} and ${other.name} differ most: ${percent(moved(far))} of the weight must move to turn one into the other, ${describeOrder(cellOf(ranks, one.at, other.at))}.`,
  ];
  const saturated = compared.filter(({ norm, largest }) => norm < 0.01 && largest > 0.99);
  if (saturated.length > 0) {
    sentences.push(
      `${saturated.map(({ name }) => name).join(", ")}: saturated, so almost no gradient passes through the softmax (Jacobian norm below 0.01).`,
    );
  }
  return { sentences, about: [focused, even, ...far, ...compared].map(({ name }) => name) };
}

/** Says how far two scorings rank the keys in the same order, by their rank correlation. */
function describeOrder(rho: number) {
  if (Number.isNaN(rho)) return "one of them ranks no key above another";
  return rho > 0.99
    ? "although they rank the keys in the same order"
    : `and their rank correlation is ${rho.toFixed(2)}`;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
