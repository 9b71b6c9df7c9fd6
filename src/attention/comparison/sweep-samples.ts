import { evaluateArithmetic } from "../../math/arithmetic.js";
import { createMatrix, type Matrix } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import { tellProgress } from "../../math/progress.js";
import { createRandom } from "../../math/random.js";
import { scale as scaleOp, softcap as softcapOp } from "../../ops/elementwise.js";
import { exponentials, needsShift, normalizeRows } from "../../ops/softmax.js";
import { jacobianNorm } from "../../ops/softmax-jacobian.js";
import { relativeEntropy, rowMaximum } from "../../ops/summary.js";
import { rowSums } from "../../ops/sums.js";
import type { Op } from "../../trace/op.js";
import { createRecorder, resumeRecorder } from "../recorder.js";
import { type ScoringName, scoringOf } from "../scoring/registry.js";
import type { Scoring } from "../scoring/scoring.js";
import type { CompareScoringSettings } from "./compare-scoring-settings.js";
import { sizesOf } from "./costs.js";
import { missingParameters, recordDrawn } from "./entrants.js";
import type { Sweep } from "./sweep-range.js";

/** One point of a sweep: sizes, and what the scores meet before the softmax. */
export interface SamplePoint {
  readonly dK: number;
  readonly numKeys: number;
  readonly samples: number;
  readonly seed: number;
}

export interface SampleConditioning {
  readonly factor: number;
  readonly softcap: number | undefined;
}

/** Queries that meet the same keys, with those keys. */
interface Group {
  readonly query: Matrix;
  readonly key: Matrix;
}

/** What the samples of one scoring come to. */
export interface SampleMeasures {
  /** Of the scores that enter the softmax. */
  readonly scoreVariance: number;
  /** Means over the samples. */
  readonly entropy: number;
  readonly largestWeight: number;
  /** Median over the samples. */
  readonly jacobianNorm: number;
}

/** Multiply-adds that the keys of one point may cost a scoring with a d_k×d_k matrix. */
const KEY_BUDGET = 2e7;
const FEWEST_GROUPS = 20;

/**
 * Queries and keys with independent standard normal components, as in footnote 4 of Vaswani et al. 2017. Every query
 * has keys of its own while that is cheap; for large d_k several share theirs, where keys are nearly orthogonal anyway.
 */
export function drawGroups({ dK, numKeys, samples, seed }: SamplePoint): readonly Group[] {
  const random = createRandom(seed, `sweep/${dK}/${numKeys}`);
  const affordable = Math.max(FEWEST_GROUPS, Math.floor(KEY_BUDGET / (dK * dK * numKeys)));
  const count = Math.min(samples, affordable);
  return Array.from({ length: count }, (_, group) => {
    const queries = Math.floor(((group + 1) * samples) / count) - Math.floor((group * samples) / count);
    const normal = (rows: number) => createMatrix(rows, dK, () => random.normal());
    return { query: normal(queries), key: normal(numKeys) };
  });
}

/** The variance of q·k over the samples; d_k in theory. */
export function dotVariance(groups: readonly Group[]): number {
  return varianceOf(groups.map(({ query, key }) => multiplyTransposed(query, key)));
}

/** Puts all samples through one scoring, whose parameters are drawn, and measures what becomes of them. */
export function measureScoring(
  scoring: Scoring,
  groups: readonly Group[],
  { dK, numKeys, seed }: SamplePoint,
  conditioning: SampleConditioning,
): SampleMeasures {
  // Stored out × in, W needs no transposing for every group.
  const layout = "out-in";
  const sizes = sizesOf({ numQueries: 1, numKeys, dQ: dK, dK, dA: dK, localWindow: numKeys });
  const missing = missingParameters(scoring, { parameters: {}, layout }, sizes);
  const drawn = createRecorder("sample");
  const parameters = recordDrawn(drawn, scoring, missing, seed);
  const scores = groups.map(({ query, key }) => {
    const recorder = resumeRecorder(drawn.trace());
    const vectors = (name: string, matrix: Matrix) =>
      recorder.input(name, matrix, [{ name }, { name: "d_k" }]);
    const inputs = { query: vectors("query", query), key: vectors("key", key), layout, parameters } as const;
    return condition(recorder.numbers.of(scoring.record(recorder, inputs)), conditioning);
  });
  const weights = scores.map(softmax);
  const measured = (op: Op) => weights.flatMap((one) => Array.from(op.compute([one], undefined).data));
  return {
    scoreVariance: varianceOf(scores),
    entropy: mean(measured(relativeEntropy)),
    largestWeight: mean(measured(rowMaximum)),
    jacobianNorm: median(measured(jacobianNorm)),
  };
}

function condition(scores: Matrix, { factor, softcap }: SampleConditioning): Matrix {
  const scaled = factor === 1 ? scores : scaleOp.compute([scores], { factor, text: "" });
  return softcap === undefined ? scaled : softcapOp.compute([scaled], { cap: softcap });
}

/** The softmax of attend, by its own ops. */
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
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

type Settings = CompareScoringSettings;

/** One value of a sweep, measured. */
export interface MeasuredPoint {
  readonly point: SamplePoint;
  /** Of q·k. */
  readonly variance: number;
  /** How many sets of keys the queries met: as many as queries, or fewer when several share one. */
  readonly keySets: number;
  /** A scoring each. */
  readonly measures: readonly SampleMeasures[];
}

/** Draws the samples of every value and puts them through every scoring. */
export function measurePoints(
  sweep: Sweep,
  names: readonly ScoringName[],
  settings: Settings,
): readonly MeasuredPoint[] {
  const total = sweep.values.length * names.length;
  return sweep.values.map((value, index) => {
    const point = pointAt(sweep, value, settings);
    const groups = drawGroups(point);
    const measures = names.map((name, column) => {
      const conditioning = conditioningAt(sweep, value, name, point, settings);
      const result = measureScoring(scoringOf({ scoring: name }), groups, point, conditioning);
      tellProgress(index * names.length + column + 1, total, "sweep");
      return result;
    });
    return { point, variance: dotVariance(groups), keySets: groups.length, measures };
  });
}

function pointAt(sweep: Sweep, value: number, settings: Settings): SamplePoint {
  return {
    dK: sweep.over === "d_k" ? value : settings.sampleSize,
    numKeys: sweep.over === "n" ? value : settings.sampleKeys,
    samples: settings.samples,
    seed: settings.seed ?? 0,
  };
}

/** What the scores of one scoring are multiplied with and capped at. */
function conditioningAt(
  { over }: Sweep,
  value: number,
  name: ScoringName,
  { dK }: SamplePoint,
  settings: Settings,
): SampleConditioning {
  const given = settings.scale ?? scoringOf({ scoring: name }).defaultScale ?? "none";
  const own =
    given === "none" ? 1 : typeof given === "number" ? given : evaluateArithmetic(given, { d_k: dK });
  const factor = (over === "scale" ? value : own) / (over === "temperature" ? value : settings.temperature);
  return { factor, softcap: over === "softcap" ? value : settings.softcap };
}
