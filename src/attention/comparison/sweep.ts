import { UserError } from "../../errors.js";
import { evaluateArithmetic } from "../../math/arithmetic.js";
import { type Matrix, matrixFromRows } from "../../math/matrix.js";
import { measured } from "../../trace/ops/given.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { Axis } from "../../trace/trace.js";
import { SCORINGS, type ScoringName } from "../scoring/registry.js";
import type { Scoring } from "../scoring/scoring.js";
import { INITIALISATION } from "./drawn-parameters.js";
import type { CompareScoringSettings } from "./settings.js";
import { describeFinding, type SweepTable } from "./sweep-finding.js";
import { parseSweep, type Sweep } from "./sweep-range.js";
import {
  dotVariance,
  drawGroups,
  measureScoring,
  type SampleConditioning,
  type SampleMeasures,
  type SamplePoint,
} from "./sweep-samples.js";

/** Told after every scoring of every size of a sweep. */
export type OnProgress = (done: number, total: number, what: string) => void;

const DEFAULT_SCORINGS: readonly ScoringName[] = [
  ...(["scaled-dot", "dot", "general", "additive", "concat", "cosine", "britz-mul"] as const),
];

type Settings = Partial<CompareScoringSettings>;

/**
 * Records what becomes of the softmax as one thing grows, in the scope `sweep`: a row a value, a column a scoring.
 * The numbers come from samples drawn with `seed` (0 when absent). Throws BAD_VALUE for a local scoring.
 */
export function recordSweep(
  recorder: Recorder,
  range: string,
  settings: Settings,
  onProgress?: OnProgress,
): void {
  const sweep = parseSweep(range);
  const names = settings.scorings ?? DEFAULT_SCORINGS;
  refuseLocal(names);
  const total = sweep.values.length * names.length;
  const points = sweep.values.map((value, index) => {
    const point = pointAt(sweep, value, settings);
    const groups = drawGroups(point);
    const measures = names.map((name, column) => {
      const result = measureScoring(
        SCORINGS[name],
        groups,
        point,
        conditioningAt(sweep, value, name, point, settings),
      );
      onProgress?.(index * names.length + column + 1, total, `${sweep.over} = ${value}, ${name}`);
      return result;
    });
    return { point, variance: dotVariance(groups), measures };
  });
  stateSweep(recorder, { ...sweep, range }, points[0].point);
  const { samples, seed } = points[0].point;
  const values: Axis = { name: sweep.over, labels: sweep.values.map(String) };
  const scorings: Axis = { name: "scoring", labels: names };
  const how = `measured over ${samples} samples of seed ${seed}`;
  const record = (
    id: string,
    title: string,
    formula: string,
    matrix: Matrix,
    axis: Axis,
    notes: string[] = [],
  ): Ref =>
    recorder.step(
      measured,
      [],
      { values: matrix, how },
      { id, title, formula, axes: [values, axis], view: "curve", notes },
    );
  const table = (pick: (one: SampleMeasures) => number) =>
    matrixFromRows(points.map(({ measures }) => measures.map(pick)));
  recorder.scoped("sweep", () => {
    const variance = record(
      ...(["dot-variance", "Variance of q·k", "var(q·k) = d_k in theory"] as const),
      matrixFromRows(points.map(({ variance: found, point }) => [found, point.dK])),
      { name: "variance", labels: ["measured", "theory"] },
      ["q and k have independent components of mean 0 and variance 1 (Vaswani et al. 2017, footnote 4)"],
    );
    const scoreVariance = record(
      ...(["score-variance", "Variance of the scores", "as they enter the softmax"] as const),
      ...([table((one) => one.scoreVariance), scorings] as const),
    );
    const entropy = record(
      ...(["entropy", "Entropy / ln m", "mean over the samples"] as const),
      ...([table((one) => one.entropy), scorings] as const),
    );
    const largestWeight = record(
      ...(["largest-weight", "Largest weight", "mean over the samples"] as const),
      ...([table((one) => one.largestWeight), scorings] as const),
    );
    const norms = table((one) => one.jacobianNorm);
    const jacobianNorm = record(
      ...(["jacobian-norm", "Softmax Jacobian norm", "‖diag(p) − p pᵀ‖, median over the samples"] as const),
      ...([norms, scorings] as const),
    );
    if (sweep.over === "d_k") recordPublished(recorder);
    recorder.result("sweep", { dotVariance: variance, scoreVariance, entropy, largestWeight, jacobianNorm });
    const found: SweepTable = { names, norms, largest: largestWeight.output(), variance: variance.output() };
    const finding = describeFinding(sweep, found);
    recorder.fact("finding", finding, finding);
  });
}

function pointAt(sweep: Sweep, value: number, settings: Settings): SamplePoint {
  return {
    dK: sweep.over === "d_k" ? value : (settings.sampleSize ?? 64),
    numKeys: sweep.over === "n" ? value : (settings.sampleKeys ?? 16),
    samples: settings.samples ?? 1000,
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
  const given = settings.scale ?? SCORINGS[name].defaultScale;
  const own =
    given === "none" ? 1 : typeof given === "number" ? given : evaluateArithmetic(given, { d_k: dK });
  const factor = over === "scale" ? value : over === "temperature" ? own / value : own;
  return { factor, softcap: over === "softcap" ? value : settings.softcap };
}

function stateSweep(
  recorder: Recorder,
  sweep: Sweep & { readonly range: string },
  { dK, numKeys, samples, seed }: SamplePoint,
): void {
  const sizes = [sweep.over === "d_k" ? "" : `d_k = ${dK}`, sweep.over === "n" ? "" : `${numKeys} keys`];
  recorder.convention({
    ...{ name: "sweep", value: sweep.range },
    text: `sweep over ${sweep.over}: ${[`${samples} drawn queries a value`, ...sizes].filter(Boolean).join(", ")}, seed ${seed}`,
  });
  recorder.convention({ name: "samples", value: samples, text: `W, U and v drawn: ${INITIALISATION}` });
  recorder.convention({ name: "sampleKeys", value: numKeys });
  recorder.convention({ name: "sampleSize", value: dK });
  recorder.convention({ name: "seed", value: seed });
}

/** BLEU by attention dimension, from the table of attention mechanisms in Britz et al. 2017. */
const PUBLISHED = [
  [128, 22.03, 22.23],
  [256, 22.33, 22.33],
  [512, 21.78, 22.47],
  [1024, 18.22, 22.1],
] as const;

function recordPublished(recorder: Recorder): void {
  recorder.step(
    measured,
    [],
    { values: matrixFromRows(PUBLISHED.map(([, ...bleu]) => bleu)), how: "published by Britz et al. 2017" },
    {
      ...{
        id: "published-bleu",
        title: "Published: BLEU by attention dimension",
        formula: "Britz et al. 2017",
      },
      axes: [
        { name: "dimension", labels: PUBLISHED.map(([dimension]) => String(dimension)) },
        { name: "scoring", labels: ["multiplicative", "additive"] },
      ],
      notes: ["neither is scaled: at 1024 multiplicative attention falls to 18.22, additive keeps 22.10"],
    },
  );
}

function refuseLocal(names: readonly ScoringName[]): void {
  const local = names.find((name) => {
    const scoring: Scoring = SCORINGS[name];
    return scoring.recordPlaces !== undefined;
  });
  if (local === undefined) return;
  throw new UserError(
    "BAD_VALUE",
    `${local} scoring cannot be swept: drawn keys have no order to be local in.`,
    {
      hint: `Leave it out of --scorings; ${DEFAULT_SCORINGS.join(",")} is the default of a sweep.`,
    },
  );
}
