import type { BooleanMatrix } from "../../math/matrix.js";
import { centredRanks, rankCorrelation, totalVariation } from "../../ops/agreement.js";
import { joinColumns } from "../../ops/parts.js";
import { jacobianNorm } from "../../ops/softmax-jacobian.js";
import { effectiveKeys } from "../../ops/summary.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { Axis } from "../../trace/trace.js";
import type { RowMeasures } from "../row-measures.js";
import { summarise } from "./summary.js";

/** What one scoring has recorded that the comparison is made of. */
export interface ComparedScoring {
  readonly name: string;
  readonly scores: Ref;
  /** The softmax before the fall-off of local attention; else the weights. */
  readonly softmax: Ref;
  readonly weights: Ref;
  readonly output: Ref | undefined;
  readonly blocked: BooleanMatrix | undefined;
  readonly rows: RowMeasures;
  /** Whether any of its parameters is drawn. */
  readonly isDrawn: boolean;
}

export interface MeasuredScoring extends ComparedScoring {
  readonly effectiveKeys: Ref;
  readonly jacobianNorm: Ref;
  readonly ranks: Ref;
}

/**
 * Records the tables that stand the scorings beside each other (n×scorings), how far they agree (scorings×scorings),
 * and what follows from them in plain words; names the results of each scoring. Gives the scorings that the words are about.
 */
export function recordSideBySide(
  recorder: Recorder,
  measured: readonly MeasuredScoring[],
): readonly string[] {
  const scorings: Axis = { name: "scoring", labels: measured.map(({ name }) => name) };
  const tables = recordTables(recorder, measured, scorings);
  const agreement = recordAgreement(recorder, measured, scorings);
  recorder.result("scorings", Object.fromEntries(measured.map((one) => [one.name, resultsOf(one)])));
  const { sentences, about } = summarise(measured, {
    entropies: recorder.numbers.of(tables.entropies),
    largest: recorder.numbers.of(tables.largest),
    norms: recorder.numbers.of(tables.norms),
    ranks: recorder.numbers.of(agreement.ranks),
    variation: recorder.numbers.of(agreement.variation),
  });
  recorder.finding("summary", sentences, sentences.join(" "));
  return about;
}

/** What is said of each row, n×scorings. */
function recordTables(recorder: Recorder, measured: readonly MeasuredScoring[], scorings: Axis) {
  const [queries, keys] = measured[0].weights.axes;
  const join = (
    id: string,
    title: string,
    formula: string,
    pick: (one: MeasuredScoring) => Ref,
    valuesOn?: Axis,
  ) =>
    recorder.step(joinColumns, measured.map(pick), {
      id,
      title,
      formula,
      axes: [queries, scorings],
      ...(valuesOn && { valuesOn }),
    });
  join("looks-at", "Where each row looks", "argmax_j α_ij", ({ rows }) => rows.strongestKey, keys);
  const largest = join("largest-weights", "Largest weight", "max_j α_ij", ({ rows }) => rows.largestWeight);
  const entropies = join("entropies", "Entropy / ln m", "−Σ_j α ln α / ln m", ({ rows }) => rows.entropy);
  join("effective-key-counts", "Effective number of keys", "e^(−Σ_j α ln α)", (one) => one.effectiveKeys);
  const norms = join(
    "jacobian-norms",
    "Softmax Jacobian norm",
    "‖diag(p) − p pᵀ‖",
    (one) => one.jacobianNorm,
  );
  return { entropies, largest, norms };
}

/** How far each two scorings agree, scorings×scorings. */
function recordAgreement(recorder: Recorder, measured: readonly MeasuredScoring[], scorings: Axis) {
  const table = (pick: (one: MeasuredScoring) => Ref) => measured.map(pick);
  const agree = { axes: [scorings, scorings] } as const;
  const ranks = recorder.step(
    rankCorrelation,
    table((one) => one.ranks),
    {
      id: "rank-correlation",
      title: "Rank correlation",
      formula: "Spearman's ρ of the weights, mean over the rows",
      ...agree,
    },
  );
  const variation = recorder.step(
    totalVariation,
    table(({ weights }) => weights),
    {
      id: "total-variation",
      title: "Total variation",
      formula: "½ Σ_j |α_ij − α′_ij|, mean over the rows",
      ...agree,
    },
  );
  return { ranks, variation };
}

/** Records what the comparison needs to know of each row of one scoring, in the scope that is open. */
export function recordMeasures(recorder: Recorder, one: ComparedScoring): MeasuredScoring {
  const { softmax, weights } = one;
  const [queries] = weights.axes;
  const summary = { axes: [queries, { name: "measure" }], view: "row-summary", of: weights } as const;
  return {
    ...one,
    effectiveKeys: recorder.step(effectiveKeys, [weights], {
      ...summary,
      id: "effective-keys",
      title: "effective keys",
      formula: "e^(−Σ_j α_ij ln α_ij)",
    }),
    jacobianNorm: recorder.step(jacobianNorm, [softmax], {
      ...summary,
      id: "jacobian-norm",
      title: "Jacobian norm",
      formula: "‖diag(p) − p pᵀ‖, the Frobenius norm",
    }),
    ranks: recorder.step(centredRanks, [weights], {
      params: { blocked: one.blocked },
      id: "ranks",
      title: "Ranks",
      formula: "rank in the row, less the mean rank",
      axes: weights.axes,
    }),
  };
}

function resultsOf({
  scores,
  weights,
  output,
  rows,
  effectiveKeys: count,
  jacobianNorm: norm,
}: MeasuredScoring) {
  return {
    scores,
    weights,
    ...(output && { output }),
    entropy: rows.entropy,
    largestWeight: rows.largestWeight,
    strongestKey: rows.strongestKey,
    effectiveKeys: count,
    jacobianNorm: norm,
  };
}
