import { evaluateArithmetic } from "../../math/arithmetic.js";
import { tellProgress } from "../../math/progress.js";
import { type ScoringName, scoringOf } from "../scoring/registry.js";
import type { CompareScoringSettings } from "./compare-scoring-settings.js";
import type { Sweep } from "./sweep-range.js";
import {
  dotVariance,
  drawGroups,
  measureScoring,
  type SampleConditioning,
  type SampleMeasures,
  type SamplePoint,
} from "./sweep-samples.js";

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
