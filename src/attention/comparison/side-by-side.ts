import type { BooleanMatrix } from "../../math/matrix.js";
import { centredRanks, rankCorrelation, totalVariation } from "../../ops/agreement.js";
import { joinColumns } from "../../ops/parts.js";
import { jacobianNorm } from "../../ops/softmax-jacobian.js";
import { effectiveKeys } from "../../ops/summary.js";
import type { Axis } from "../../trace/trace.js";
import type { Recorder, Ref } from "../recorder.js";
import type { RowMeasures } from "../row-measures.js";
import type { StepName } from "../steps.js";
import { summarise } from "./summary.js";

/** What one scoring has recorded that the comparison is made of. */
interface ComparedScoring {
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
  const join = (name: StepName, pick: (one: MeasuredScoring) => Ref, valuesOn?: Axis) =>
    recorder.record(name, joinColumns, measured.map(pick), undefined, {
      axes: [queries, scorings],
      valuesOn,
    });
  join("looks-at", ({ rows }) => rows.strongestKey, keys);
  const largest = join("largest-weights", ({ rows }) => rows.largestWeight);
  const entropies = join("entropies", ({ rows }) => rows.entropy);
  join("effective-key-counts", (one) => one.effectiveKeys);
  const norms = join("jacobian-norms", (one) => one.jacobianNorm);
  return { entropies, largest, norms };
}

/** How far each two scorings agree, scorings×scorings. */
function recordAgreement(recorder: Recorder, measured: readonly MeasuredScoring[], scorings: Axis) {
  const table = (pick: (one: MeasuredScoring) => Ref) => measured.map(pick);
  const agree = { axes: [scorings, scorings] } as const;
  const ranks = table((one) => one.ranks);
  const weights = table((one) => one.weights);
  return {
    ranks: recorder.record("rank-correlation", rankCorrelation, ranks, undefined, agree),
    variation: recorder.record("total-variation", totalVariation, weights, undefined, agree),
  };
}

/** Records what the comparison needs to know of each row of one scoring, in the scope that is open. */
export function recordMeasures(recorder: Recorder, one: ComparedScoring): MeasuredScoring {
  const { softmax, weights } = one;
  return {
    ...one,
    effectiveKeys: recorder.record("effective-keys", effectiveKeys, [weights]),
    jacobianNorm: recorder.record("jacobian-norm", jacobianNorm, [softmax], undefined, { of: weights }),
    ranks: recorder.record("ranks", centredRanks, [weights], { blocked: one.blocked }),
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
