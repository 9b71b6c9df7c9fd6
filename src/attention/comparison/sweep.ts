import { setting, UserError } from "../../errors.js";
import { matrixFromRows } from "../../math/matrix.js";
import { measured } from "../../ops/sources.js";
import type { Axis } from "../../trace/trace.js";
import type { Recorder, Ref, StepOverrides } from "../recorder.js";
import { type ScoringName, scoringOf } from "../scoring/registry.js";
import type { StepName } from "../steps.js";
import type { CompareScoringSettings } from "./compare-scoring-settings.js";
import { INITIALISATION } from "./entrants.js";
import { describeFinding } from "./sweep-finding.js";
import { parseSweep, type Sweep } from "./sweep-range.js";
import { type MeasuredPoint, measurePoints, type SampleMeasures } from "./sweep-samples.js";

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
export function recordSweep(recorder: Recorder, range: string, settings: Settings): void {
  const sweep = parseSweep(range);
  const names = settings.scorings ?? DEFAULT_SCORINGS;
  const local = names.find((name) => scoringOf({ scoring: name }).recordAlignedPositions !== undefined);
  if (local !== undefined) {
    throw new UserError(
      "BAD_VALUE",
      `${local} scoring cannot be swept: drawn keys have no order.`,
      `Leave it out of ${setting("scorings")}; ${DEFAULT_SCORINGS.join(",")} is the default of a sweep.`,
    );
  }
  const points = measurePoints(sweep, names, settings);
  stateSweep(recorder, { ...sweep, range }, points);
  recorder.scoped({ kind: "sweep", name: "sweep" }, () => {
    const tables = recordTables(recorder, sweep, names, points);
    if (sweep.over === "d_k") recordPublished(recorder);
    recorder.result("sweep", tables);
    const finding = describeFinding(sweep, {
      names,
      norms: recorder.numbers.of(tables.jacobianNorm),
      largest: recorder.numbers.of(tables.largestWeight),
      variance: recorder.numbers.of(tables.dotVariance),
    });
    recorder.finding("finding", finding, finding);
    recorder.overview({ scopes: [], ids: [], steps: [tables.jacobianNorm.key, tables.entropy.key] });
  });
}

function recordTables(
  recorder: Recorder,
  sweep: Sweep,
  names: readonly ScoringName[],
  points: readonly MeasuredPoint[],
) {
  const { samples, seed = 0 } = points[0].settings;
  const how = `measured over ${samples} samples of seed ${seed}`;
  const values: Axis = { name: sweep.over, labels: sweep.values.map(String) };
  const record = (name: StepName, rows: readonly number[][], axis: Axis, overrides?: StepOverrides): Ref =>
    recorder.record(
      name,
      measured,
      [],
      { values: matrixFromRows(rows), how },
      { axes: [values, axis], ...overrides },
    );
  const scorings: Axis = { name: "scoring", labels: names };
  const table = (name: StepName, measure: keyof SampleMeasures) =>
    record(
      name,
      points.map(({ measures }) => measures.map((one) => one[measure])),
      scorings,
    );
  return {
    dotVariance: record(
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

function stateSweep(
  recorder: Recorder,
  sweep: Sweep & { readonly range: string },
  points: readonly MeasuredPoint[],
): void {
  const { sampleSize: dK, sampleKeys: numKeys, samples, seed = 0 } = points[0].settings;
  const sizes = [sweep.over === "d_k" ? "" : `d_k = ${dK}`, sweep.over === "n" ? "" : `${numKeys} keys`];
  recorder.convention(
    "sweep",
    sweep.range,
    `sweep over ${sweep.over}: ${[`${samples} drawn queries per value`, ...sizes].filter(Boolean).join(", ")}, seed ${seed}`,
  );
  recorder.convention(
    "samples",
    samples,
    `${describeKeySets(sweep, points)}; W, U and v drawn: ${INITIALISATION}`,
  );
  recorder.convention("sampleKeys", numKeys);
  recorder.convention("sampleSize", dK);
  recorder.convention("seed", seed);
  recorder.fact(
    "keySets",
    points.map(({ keySets }) => keySets),
  );
}

/** Says whether each query has its own keys, because samples that share keys are not independent. */
function describeKeySets({ over, values }: Sweep, points: readonly MeasuredPoint[]): string {
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
function recordPublished(recorder: Recorder): void {
  recorder.record(
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
