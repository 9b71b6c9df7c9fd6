import { refuseAs, setting } from "../../errors.js";
import { present, squaresOf, sumOver, tabulate } from "../../math/lists.js";
import { belowEachOther, createMatrix, type Matrix, matrixFromRows } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import { tellProgress } from "../../math/progress.js";
import { createRandom } from "../../math/random.js";
import { remember } from "../../math/remember.js";
import { scale as scaleOp, softcap as softcapOp } from "../../ops/elementwise.js";
import { rowSums } from "../../ops/product.js";
import { exponentials, jacobianNorm, needsShift, normalizeRows } from "../../ops/softmax.js";
import { measured } from "../../ops/sources.js";
import { relativeEntropy, rowMaximum } from "../../ops/summary.js";
import type { Op } from "../../trace/op.js";
import { createRecorder } from "../../trace/recorder.js";
import type { Axis } from "../../trace/trace.js";
import { resolveScale } from "../conventions.js";
import { record, recorder, recordWith, type StepOverrides } from "../recorder.js";
import { type ScoringName, scoringOf } from "../scoring/registry.js";
import type { Scoring } from "../scoring/scoring.js";
import type { StepName } from "../steps.js";
import { type CompareScoringSettings, parseSweep, SWEPT, type Sweep } from "./compare-scoring-settings.js";
import { sizesOf } from "./costs.js";
import { INITIALISATION, missingParameters, recordDrawnParameters } from "./entrants.js";

const DEFAULT_SCORINGS: readonly ScoringName[] = [
  "scaled-dot",
  "dot",
  "general",
  "additive",
  "concat",
  "cosine",
  "britz-mul",
];

type Settings = CompareScoringSettings;

/**
 * Records how the softmax changes as one quantity grows, in the scope `sweep`: one row per value, one column per
 * scoring. The numbers come from samples drawn with `seed` (default 0). Throws BAD_VALUE for a local scoring.
 */
export function recordSweep(range: string, settings: Settings) {
  const sweep = parseSweep(range);
  const names = settings.scorings ?? DEFAULT_SCORINGS;
  const local = names.find((name) => scoringOf({ scoring: name }).recordAlignedPositions !== undefined);
  if (local !== undefined)
    refuseAs(
      "BAD_VALUE",
      `${local} scoring cannot be swept: drawn keys have no order.`,
      `Leave it out of ${setting("scorings")}; ${DEFAULT_SCORINGS.join(",")} is the default of a sweep.`,
    );

  const measuredSweep = { ...sweep, names, points: measurePoints(sweep, names, settings) };
  stateSweep(measuredSweep, range);
  recorder.scoped({ kind: "sweep", name: "sweep" }, () => {
    const tables = recordTables(measuredSweep);
    if (sweep.over === "d_k") recordPublished();
    recorder.result("sweep", tables);
    const finding = describeFinding(measuredSweep);
    recorder.finding("finding", finding, finding);
    recorder.overview({ scopes: [], ids: [], steps: [tables.jacobianNorm.key, tables.entropy.key] });
  });
}

/** A sweep, the scorings that it compares, and what was measured at each value. */
interface MeasuredSweep extends Sweep {
  readonly names: readonly ScoringName[];
  readonly points: ReturnType<typeof measurePoints>;
}

function recordTables({ over, values: sizes, names, points }: MeasuredSweep) {
  const { samples, seed = 0 } = points[0].settings;
  const how = `measured over ${samples} samples of seed ${seed}`;
  const values: Axis = { name: over, labels: sizes.map(String) };
  const recordRows = (name: StepName, rows: readonly number[][], axis: Axis, overrides?: StepOverrides) =>
    record(name, measured, [], { values: matrixFromRows(rows), how }, { axes: [values, axis], ...overrides });
  const scorings: Axis = { name: "scoring", labels: names };
  const table = (name: StepName, measure: keyof ReturnType<typeof measureScoring>) =>
    recordRows(
      name,
      points.map(({ measures }) => measures.map((one) => one[measure])),
      scorings,
    );
  return {
    dotVariance: recordRows(
      "dot-variance",
      points.map(({ variance, settings }) => [variance, settings.sampleSize]),
      { name: "variance", labels: ["measured", "theory"] },
      {
        notes: [
          "q and k have independent components of mean 0 and variance 1 (Vaswani et al. 2017, footnote 4)",
        ],
      },
    ),
    scoreVariance: table("score-variance", "scoreVariance"),
    entropy: table("swept-entropy", "entropy"),
    largestWeight: table("swept-largest-weight", "largestWeight"),
    jacobianNorm: table("swept-jacobian-norm", "jacobianNorm"),
  };
}

function stateSweep(sweep: MeasuredSweep, range: string) {
  const { sampleSize: dK, sampleKeys: numKeys, samples, seed = 0 } = sweep.points[0].settings;
  const { over } = sweep;
  const parts = present([
    `${samples} drawn queries per value`,
    over !== "d_k" && `d_k = ${dK}`,
    over !== "n" && `${numKeys} keys`,
    `seed ${seed}`,
  ]);
  recorder.convention("sweep", range, `sweep over ${over}: ${parts.join(", ")}`);
  recorder.convention("samples", samples, `${describeKeySets(sweep)}; W, U and v drawn: ${INITIALISATION}`);
  recorder.convention("sampleKeys", numKeys);
  recorder.convention("sampleSize", dK);
  recorder.convention("seed", seed);
  recorder.fact(
    "keySets",
    sweep.points.map(({ keySets }) => keySets),
  );
}

/** Says whether each query has its own keys, because samples that share keys are not independent. */
function describeKeySets({ over, values, points }: MeasuredSweep) {
  const shared = points.flatMap(({ keySets, settings }, index) =>
    keySets < settings.samples ? `${keySets} sets of keys at ${over} = ${values[index]}` : [],
  );
  if (shared.length === 0) return "every query has its own keys";
  const others = shared.length < points.length ? ", elsewhere each has its own" : "";
  return `to save time several queries share keys (${shared.join(", ")}${others})`;
}

/** BLEU by attention dimension, from the table of attention mechanisms in Britz et al. 2017. */
const PUBLISHED = [
  [128, 22.03, 22.23],
  [256, 22.33, 22.33],
  [512, 21.78, 22.47],
  [1024, 18.22, 22.1],
] as const;

/** Records the published results of trained models, to compare with a sweep over d_k. */
function recordPublished() {
  record(
    "published-bleu",
    measured,
    [],
    {
      values: matrixFromRows(PUBLISHED.map(([, ...bleu]) => bleu)),
      how: "published by Britz et al. 2017",
    },
    {
      axes: [
        { name: "dimension", labels: PUBLISHED.map(([dimension]) => String(dimension)) },
        { name: "scoring", labels: ["multiplicative", "additive"] },
      ],
      notes: ["neither is scaled: at 1024 multiplicative attention falls to 18.22, additive keeps 22.10"],
    },
  );
}

/** For d_k below this, an unscaled softmax is not saturated yet, and scaling changes little. */
const SATURATING = 32;
/** The sampling error of the median norms is well below this factor. */
const CLEAR_FACTOR = 1.5;

/** Says in one sentence what a sweep shows, or why it cannot show it. */
function describeFinding(sweep: MeasuredSweep) {
  const { over, values } = sweep;
  if (over === "d_k") return describeSizes(sweep);
  return values.length === 1
    ? `One value of ${over} shows no change: sweep several, such as ${over}=1..16.`
    : describeChange(sweep);
}

function describeSizes(sweep: MeasuredSweep) {
  const { values, names, points } = sweep;
  const [dot, scaled] = [names.indexOf("dot"), names.indexOf("scaled-dot")];
  if (dot < 0 || scaled < 0) {
    return `${describeChange(sweep)} Compare dot and scaled-dot to see the purpose of scaling.`;
  }
  const [plain, divided] = [dot, scaled].map((at) => points.map(({ measures }) => measures[at].jacobianNorm));
  const variances = points.map(({ variance }) => short(variance));
  const [first, last] = [values[0], values[values.length - 1]];
  const at = points.length - 1;
  if (points.length === 1) {
    return `d_k = ${first} alone cannot show the purpose of scaling: one size shows no growth (median Jacobian norm ${short(plain[0])} unscaled, ${short(divided[0])} scaled); use ${setting("sweep")} d_k=2..512.`;
  }
  if (last < SATURATING) {
    return `d_k from ${first} to ${last} cannot show the purpose of scaling: q·k has a variance of only ${variances[at]} there, so the unscaled softmax is not saturated (median Jacobian norm ${short(plain[at])}, scaled ${short(divided[at])}); use ${setting("sweep")} d_k=2..512.`;
  }
  return (
    `From d_k = ${first} to ${last} the variance of q·k grows from ${variances[0]} to ${variances[at]} (theory: d_k), ` +
    `so without scaling the softmax saturates and its median Jacobian norm goes from ${short(plain[0])} to ${short(plain[at])}; ` +
    `divided by √d_k it stays between ${short(Math.min(...divided))} and ${short(Math.max(...divided))}.`
  );
}

/** Describes the scoring whose Jacobian changes most. */
function describeChange({ over, values, names, points }: MeasuredSweep) {
  const [{ measures: before }, { measures: after }] = [points[0], points[points.length - 1]];
  const factors = names.map((_, at) => Math.abs(Math.log(after[at].jacobianNorm / before[at].jacobianNorm)));
  const most = factors.indexOf(Math.max(...factors));
  const range = `${over} = ${values[0]} to ${values[values.length - 1]}`;
  if (!(factors[most] > Math.log(CLEAR_FACTOR))) {
    return `From ${range} no scoring's softmax changes much: every median Jacobian norm stays within a factor of ${CLEAR_FACTOR}.`;
  }
  const change = (measure: "jacobianNorm" | "largestWeight") =>
    `from ${short(before[most][measure])} to ${short(after[most][measure])}`;
  return `From ${range} ${names[most]} changes most: its median Jacobian norm goes ${change("jacobianNorm")}, its mean largest weight ${change("largestWeight")}.`;
}

const short = (value: number) => String(Number(value.toPrecision(2)));

/** Queries that share the same keys, and these keys. */
interface QueryGroup {
  readonly query: Matrix;
  readonly key: Matrix;
}

/** The maximum number of multiply-adds for the keys of one point, for a scoring with a d_k×d_k matrix. */
const KEY_BUDGET = 2e7;
const MIN_GROUPS = 20;

/** Draws the samples for every value and computes every scoring on them. */
function measurePoints({ over, values }: Sweep, names: readonly ScoringName[], settings: Settings) {
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
function drawGroups({ sampleSize: dK, sampleKeys, samples, seed = 0 }: Settings) {
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
  const recordSample = ({ query, key }: QueryGroup) =>
    recordWith(createRecorder("sample"), () => {
      const vectors = (name: string, matrix: Matrix) =>
        recorder.input(name, matrix, [{ name }, { name: "d_k" }]);
      const parameters = recordDrawnParameters(scoring, missing, seed);
      const inputs = {
        query: vectors("query", query),
        key: vectors("key", key),
        layout,
        parameters,
      } as const;
      return { numbers: recorder.numbers, scores: scoring.record(inputs) };
    });
  const recordings = new Map<number, ReturnType<typeof recordSample>>();
  const scores = groups.map((group) => {
    // Steps that depend only on the parameters are the same for every group.
    const { numbers, scores } = remember(recordings, group.query.rows, () => recordSample(group));
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
function softmax(scores: Matrix) {
  const powers = exponentials.compute([scores], { isShifted: needsShift(scores) });
  return normalizeRows.compute([powers, rowSums.compute([powers], undefined)], { emptyRow: "zero" });
}

function varianceOf(matrices: readonly Matrix[]) {
  const { data } = belowEachOther(matrices);
  return squaresOf(data) / data.length - mean(data) ** 2;
}

function mean(values: ArrayLike<number>) {
  return sumOver(values) / values.length;
}

function median(values: readonly number[]) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
