import { ATTEND_SETTINGS } from "../attention/attend-settings.js";
import { COMPARE_SCORING_INPUTS, recordCompareScoring } from "../attention/comparison/compare-scoring.js";
import {
  COMPARE_SCORING_SETTINGS,
  type CompareScoringSettings,
  parseSweep,
} from "../attention/comparison/compare-scoring-settings.js";
import { SCORING_NAMES, scoringOf } from "../attention/scoring/registry.js";
import { attentionNeeds, type ProblemNeed, type ScoringsOf } from "../runs/attention-needs.js";
import type { CommandSpec } from "../runs/command-spec.js";
import { besides, need } from "../runs/needs.js";
import { DRAW_SETTINGS, type DrawSettings } from "../systems/drawn/draw-settings.js";
import { drawRoles, drawSources, drawWeights, PROJECTIONS } from "../systems/drawn/draws.js";
import { settleSizes } from "../systems/drawn/sizes.js";
import { demoMatrices } from "./demo-matrices.js";

/** `seed` and `dA` are settings of the comparison itself, which draws its own parameters. */
export type CompareScoringCommandSettings = CompareScoringSettings & Omit<DrawSettings, "seed" | "dA">;

const { seed: _, dA: _dA, ...drawing } = DRAW_SETTINGS;

/** Settings about query and key. A sweep draws these itself, so it has no use for the settings. */
const OF_VECTORS = Object.keys(ATTEND_SETTINGS).filter(
  (name) => !["scale", "softcap", "preset", "random", "seed"].includes(name),
);

/** Returns the scorings to compare. */
const comparedBy: ScoringsOf = ({ scorings = SCORING_NAMES }) =>
  scorings.map((scoring) => scoringOf({ scoring }));

/** Returns the need of a setting about the samples of a sweep, unless the sweep varies this setting itself. */
function ofSamples(name: keyof CompareScoringSettings, sweptItself?: string): ProblemNeed {
  return need(
    `the samples of a sweep (--sweep)${sweptItself === undefined ? "" : ` over something other than ${sweptItself}`}`,
    ({ sweep }) => sweep !== undefined && parseSweep(sweep).over !== sweptItself,
    name,
  );
}

const NEEDS: readonly ProblemNeed[] = [
  need(
    "query and key, which a sweep draws itself",
    (given) =>
      given.sweep === undefined || COMPARE_SCORING_INPUTS.some((name) => name !== "mask" && given[name]),
    `${OF_VECTORS.join(" ")} jacobian outputGradient dA mask`,
  ),
  { ...besides("seed", "dA"), of: "drawn parameters (--seed)" },
  need(
    "drawn numbers: parameters of a scoring, a sweep, --random",
    (given) =>
      given.sweep !== undefined ||
      given.random === true ||
      comparedBy(given).some(({ parameters }) => Object.keys(parameters).length > 0),
    "seed",
  ),
  { ...besides("jacobian", "outputGradient"), of: "one row, which --jacobian names" },
  ofSamples("samples"),
  ofSamples("sampleKeys", "n"),
  ofSamples("sampleSize", "d_k"),
  ...attentionNeeds(comparedBy),
];

export const compareScoring: CommandSpec<CompareScoringCommandSettings> = {
  name: "compare-scoring",
  summary: "Scoring functions side by side on the same vectors, and why scores are scaled.",
  examples: [
    [
      "two scorings of the same queries and keys",
      "qkv compare-scoring --query '1 0; 0 2' --key '1 1; 0 1' --scorings dot,cosine",
    ],
    ["as d_k grows, the softmax without scaling saturates", "qkv compare-scoring --sweep d_k=2..512"],
    ["all of them, with drawn parameters", "qkv compare-scoring --demo"],
    ["the same in NumPy", "qkv compare-scoring --demo --emit numpy"],
  ],
  inputs: COMPARE_SCORING_INPUTS,
  settings: { ...COMPARE_SCORING_SETTINGS, ...drawing },
  needsNoInput: ({ sweep }) => sweep !== undefined,
  demo: () => JSON.stringify({ ...demoMatrices(), settings: { seed: 1 } }),
  presets: {
    absence: "no scoring",
    // Adds the features that the preset has for vectors of this size. A given dA replaces them later.
    settingsForProblem(preset, { size }, { settings: { dA: _given, ...settings }, matrices }) {
      if (size.features === undefined) return preset;
      return { ...preset, dA: settleSizes({ matrices, settings }, size).features };
    },
  },
  // Does not draw the parameters of scorings: the comparison draws a set for each scoring.
  draws(context) {
    const sizes = context.sizes();
    const single = { ...sizes, heads: 1, kvHeads: 1 };
    if (!context.size) return drawRoles(context.initial, sizes);
    const projections =
      context.size.headSize === undefined ? [] : drawWeights(PROJECTIONS, context.initial, single);
    return [...drawSources(context, sizes), ...projections];
  },
  needs: NEEDS,
  record: recordCompareScoring,
};
