import type { BooleanMatrix } from "../../math/matrix.js";
import { centredRanks, rankCorrelation, totalVariation } from "../../trace/ops/agreement.js";
import { jacobianNorm } from "../../trace/ops/gradient.js";
import { joinColumns } from "../../trace/ops/product.js";
import { effectiveKeys } from "../../trace/ops/summary.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { Axis } from "../../trace/trace.js";
import type { Reading } from "../reading.js";

/** What one scoring has recorded that the comparison is made of. */
export interface ComparedScoring {
  readonly name: string;
  readonly scores: Ref;
  /** The softmax before the fall-off of local attention; else the weights. */
  readonly softmax: Ref;
  readonly weights: Ref;
  readonly output: Ref | undefined;
  readonly blocked: BooleanMatrix | undefined;
  readonly reading: Reading;
}

export interface MeasuredScoring extends ComparedScoring {
  readonly effectiveKeys: Ref;
  readonly jacobianNorm: Ref;
  readonly ranks: Ref;
}

/**
 * Records the tables that stand the scorings beside each other (n×scorings), how far they agree (scorings×scorings),
 * and what follows from them in plain words; names the results of each scoring.
 */
export function recordSideBySide(recorder: Recorder, measured: readonly MeasuredScoring[]): void {
  const scorings: Axis = { name: "scoring", labels: measured.map(({ name }) => name) };
  const [queries, keys] = measured[0].weights.axes;
  const join = (id: string, title: string, formula: string, of: readonly Ref[], valuesOn?: Axis) =>
    recorder.step(joinColumns, of, undefined, {
      ...{ id, title, formula, axes: [queries, scorings] },
      ...(valuesOn && { valuesOn }),
    });
  const table = (pick: (one: MeasuredScoring) => Ref) => measured.map(pick);
  join(
    "looks-at",
    "Where each row looks",
    "argmax_j α_ij",
    table(({ reading }) => reading.strongestKey),
    keys,
  );
  const largest = join(
    "largest-weights",
    "Largest weight",
    "max_j α_ij",
    table(({ reading }) => reading.largestWeight),
  );
  const entropies = join(
    "entropies",
    "Entropy / ln m",
    "−Σ_j α ln α / ln m",
    table(({ reading }) => reading.entropy),
  );
  join(
    "effective-key-counts",
    "Effective number of keys",
    "e^(−Σ_j α ln α)",
    table((one) => one.effectiveKeys),
  );
  const norms = join(
    "jacobian-norms",
    "Softmax Jacobian norm",
    "‖diag(p) − p pᵀ‖",
    table((one) => one.jacobianNorm),
  );
  const agree = { axes: [scorings, scorings] } as const;
  const ranks = recorder.step(
    rankCorrelation,
    table((one) => one.ranks),
    undefined,
    {
      ...{
        id: "rank-correlation",
        title: "Rank correlation",
        formula: "Spearman's ρ of the weights, mean over the rows",
      },
      ...agree,
    },
  );
  const variation = recorder.step(
    totalVariation,
    table(({ weights }) => weights),
    undefined,
    {
      ...{
        id: "total-variation",
        title: "Total variation",
        formula: "½ Σ_j |α_ij − α′_ij|, mean over the rows",
      },
      ...agree,
    },
  );
  recorder.result("scorings", Object.fromEntries(measured.map((one) => [one.name, resultsOf(one)])));
  const sentences = summarise(measured, { entropies, largest, norms, ranks, variation });
  recorder.fact("summary", sentences, sentences.join(" "));
}

/** Records what the comparison needs to know of each row of one scoring, in the scope that is open. */
export function recordMeasures(recorder: Recorder, one: ComparedScoring): MeasuredScoring {
  const { softmax, weights } = one;
  const [queries] = weights.axes;
  const summary = { axes: [queries, { name: "measure" }], view: "row-summary", of: weights } as const;
  return {
    ...one,
    effectiveKeys: recorder.step(effectiveKeys, [weights], undefined, {
      ...summary,
      ...{ id: "effective-keys", title: "effective keys", formula: "e^(−Σ_j α_ij ln α_ij)" },
    }),
    jacobianNorm: recorder.step(jacobianNorm, [softmax], undefined, {
      ...summary,
      ...{ id: "jacobian-norm", title: "Jacobian norm", formula: "‖diag(p) − p pᵀ‖, the Frobenius norm" },
    }),
    ranks: recorder.step(
      centredRanks,
      [weights],
      { blocked: one.blocked },
      {
        ...{
          id: "ranks",
          title: "Ranks",
          formula: "rank in the row, less the mean rank",
          axes: weights.axes,
        },
      },
    ),
  };
}

function resultsOf({
  scores,
  weights,
  output,
  reading,
  effectiveKeys: count,
  jacobianNorm: norm,
}: MeasuredScoring) {
  return {
    ...{ scores, weights, ...(output && { output }) },
    ...{ entropy: reading.entropy, largestWeight: reading.largestWeight, strongestKey: reading.strongestKey },
    ...{ effectiveKeys: count, jacobianNorm: norm },
  };
}

type Tables = Readonly<Record<"entropies" | "largest" | "norms" | "ranks" | "variation", Ref>>;

/** What follows from the numbers, and nothing else. */
function summarise(measured: readonly MeasuredScoring[], tables: Tables): string[] {
  const names = measured.map(({ name }) => name);
  const means = (ref: Ref) => columnMeans(ref);
  const entropies = means(tables.entropies);
  if (entropies.some(Number.isNaN)) return ["Some weights are no numbers, so there is nothing to compare."];
  const largest = means(tables.largest);
  const norms = means(tables.norms);
  const [focused, even] = [indexOfLeast(entropies), indexOfMost(entropies)];
  if (names.length === 1) {
    return [`${names[0]} gives its strongest key ${percent(largest[0])} of the weight on average.`];
  }
  if (entropies[even] - entropies[focused] < 1e-9) {
    return ["All scorings spread their weight alike on these numbers."];
  }
  const sentences = [
    `${names[focused]} is the most focused: its strongest key takes ${percent(largest[focused])} of the weight on average (entropy ${percent(entropies[focused])} of the most); ${names[even]} spreads its weight most (${percent(largest[even])}, entropy ${percent(entropies[even])}).`,
    ...describeExtremes(names, tables),
  ];
  const saturated = names.filter((_, index) => norms[index] < 0.01 && largest[index] > 0.99);
  if (saturated.length > 0) {
    sentences.push(
      `${saturated.join(", ")}: saturated, so next to no gradient passes through the softmax (Jacobian norm below 0.01).`,
    );
  }
  return sentences;
}

/** The two scorings that agree least, in weight and in order. */
function describeExtremes(names: readonly string[], { ranks, variation }: Tables): string[] {
  const pairs = names.flatMap((_, a) => names.slice(a + 1).map((_other, k) => [a, a + 1 + k] as const));
  const at = (ref: Ref, [a, b]: readonly [number, number]) => ref.output().data[a * names.length + b];
  const [first, ...others] = pairs;
  const far = others.reduce((most, pair) => (at(variation, pair) > at(variation, most) ? pair : most), first);
  const rho = at(ranks, far);
  const order = Number.isNaN(rho)
    ? "one of them ranks no key above another"
    : rho > 0.99
      ? "though they rank the keys alike"
      : `and their rank correlation is ${rho.toFixed(2)}`;
  return [
    `${names[far[0]]} and ${names[far[1]]} differ most: ${percent(at(variation, far))} of the weight would have to move, ${order}.`,
  ];
}

function columnMeans(ref: Ref): number[] {
  const { rows, cols, data } = ref.output();
  return Array.from({ length: cols }, (_, col) => {
    let total = 0;
    for (let row = 0; row < rows; row++) total += data[row * cols + col];
    return total / rows;
  });
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
const indexOfLeast = (values: readonly number[]) => values.indexOf(Math.min(...values));
const indexOfMost = (values: readonly number[]) => values.indexOf(Math.max(...values));
