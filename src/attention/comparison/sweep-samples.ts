import { sumOver, tabulate } from "../../math/lists.js";
import { createMatrix, type Matrix } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import { tellProgress } from "../../math/progress.js";
import { createRandom } from "../../math/random.js";
import { remember } from "../../math/remember.js";
import { scale as scaleOp, softcap as softcapOp } from "../../ops/elementwise.js";
import { exponentials, needsShift, normalizeRows } from "../../ops/softmax.js";
import { jacobianNorm } from "../../ops/softmax-jacobian.js";
import { relativeEntropy, rowMaximum } from "../../ops/summary.js";
import { rowSums } from "../../ops/sums.js";
import type { Op } from "../../trace/op.js";
import { createRecorder } from "../recorder.js";
import { resolveScale } from "../scale.js";
import { type ScoringName, scoringOf } from "../scoring/registry.js";
import type { Scoring } from "../scoring/scoring.js";
import type { CompareScoringSettings } from "./compare-scoring-settings.js";
import { sizesOf } from "./costs.js";
import { missingParameters, recordDrawnParameters } from "./entrants.js";
import { SWEPT, type Sweep } from "./sweep-range.js";

type Settings = CompareScoringSettings;

/** Queries that share the same keys, and these keys. */
interface QueryGroup {
  readonly query: Matrix;
  readonly key: Matrix;
}

/** The measures of one scoring over all samples. */
export type SampleMeasures = ReturnType<typeof measureScoring>;

/** One value of a sweep, measured. */
export type MeasuredPoint = ReturnType<typeof measurePoints>[number];

/** The maximum number of multiply-adds for the keys of one point, for a scoring with a d_k×d_k matrix. */
const KEY_BUDGET = 2e7;
const MIN_GROUPS = 20;

/** Draws the samples for every value and computes every scoring on them. */
export function measurePoints({ over, values }: Sweep, names: readonly ScoringName[], settings: Settings) {
  const total = values.length * names.length;
  return values.map((value, index) => {
    const pointSettings: Settings = { ...settings, [SWEPT[over]]: value };
    const groups = drawGroups(pointSettings);
    return {
      settings: pointSettings,
      /** The variance of q·k, which is d_k in theory. */
      variance: varianceOf(groups.map(({ query, key }) => multiplyTransposed(query, key))),
      /** The number of sets of keys: as many as queries, or fewer if several queries share one. */
      keySets: groups.length,
      /** One entry per scoring. */
      measures: names.map((name, column) => {
        const result = measureScoring(scoringOf({ scoring: name }), groups, pointSettings);
        tellProgress(index * names.length + column + 1, total, "sweep");
        return result;
      }),
    };
  });
}

/**
 * Draws queries and keys with independent standard normal components, as in footnote 4 of Vaswani et al. 2017. Each
 * query has its own keys if that is cheap. For large d_k several queries share keys, which are nearly orthogonal
 * anyway.
 */
function drawGroups({ sampleSize: dK, sampleKeys, samples, seed = 0 }: Settings): readonly QueryGroup[] {
  const random = createRandom(seed, `sweep/${dK}/${sampleKeys}`);
  const affordable = Math.max(MIN_GROUPS, Math.floor(KEY_BUDGET / (dK * dK * sampleKeys)));
  const count = Math.min(samples, affordable);
  return tabulate(count, (group) => {
    const queries = Math.floor(((group + 1) * samples) / count) - Math.floor((group * samples) / count);
    const normal = (rows: number) => createMatrix(rows, dK, () => random.normal());
    return { query: normal(queries), key: normal(sampleKeys) };
  });
}

/** Computes one scoring, with drawn parameters, on all samples, and measures the results. */
function measureScoring(scoring: Scoring, groups: readonly QueryGroup[], settings: Settings) {
  const { sampleSize: dK, sampleKeys: numKeys, seed = 0, softcap } = settings;
  // If W is stored out × in, it need not be transposed for every group.
  const layout = "out-in";
  const sizes = sizesOf({ n: 1, m: numKeys, d_q: dK, d_k: dK, d_a: dK, localWindow: numKeys });
  const missing = missingParameters(scoring, { parameters: {}, layout }, sizes);
  const scale = resolveScale(settings, scoring.defaultScale ?? "none", dK);
  const record = ({ query, key }: QueryGroup) => {
    const recorder = createRecorder("sample");
    const vectors = (name: string, matrix: Matrix) =>
      recorder.input(name, matrix, [{ name }, { name: "d_k" }]);
    const parameters = recordDrawnParameters(recorder, scoring, missing, seed);
    const inputs = { query: vectors("query", query), key: vectors("key", key), layout, parameters } as const;
    return { numbers: recorder.numbers, scores: scoring.record(recorder, inputs) };
  };
  const recordings = new Map<number, ReturnType<typeof record>>();
  const scores = groups.map((group) => {
    // Steps that depend only on the parameters are the same for every group.
    const { numbers, scores } = remember(recordings, group.query.rows, () => record(group));
    const plain = numbers.withReplacements(new Map(Object.entries(group))).of(scores);
    const scaled = scale ? scaleOp.compute([plain], scale) : plain;
    return softcap === undefined ? scaled : softcapOp.compute([scaled], { cap: softcap });
  });
  const weights = scores.map(softmax);
  const measured = (op: Op) => weights.flatMap((one) => Array.from(op.compute([one], undefined).data));
  return {
    /** The variance of the scores that enter the softmax. */
    scoreVariance: varianceOf(scores),
    /** Means over the samples. */
    entropy: mean(measured(relativeEntropy)),
    largestWeight: mean(measured(rowMaximum)),
    /** Median over the samples. */
    jacobianNorm: median(measured(jacobianNorm)),
  };
}

/** Computes a softmax with the ops that attend uses. */
function softmax(scores: Matrix): Matrix {
  const powers = exponentials.compute([scores], { isShifted: needsShift(scores) });
  return normalizeRows.compute([powers, rowSums.compute([powers], undefined)], { emptyRow: "zero" });
}

function varianceOf(matrices: readonly Matrix[]): number {
  let [count, total, squares] = [0, 0, 0];
  for (const { data } of matrices) {
    for (const value of data) {
      count++;
      total += value;
      squares += value * value;
    }
  }
  return squares / count - (total / count) ** 2;
}

function mean(values: readonly number[]): number {
  return sumOver(values) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
