import { ATTEND_SETTINGS, type AttendSettings } from "../attention/attend-settings.js";
import type { CompareScoringSettings } from "../attention/comparison/compare-scoring-settings.js";
import type { MultiheadSettings } from "../attention/heads/multihead-settings.js";
import type { MatrixName } from "../attention/inputs.js";
import type { LayerSettings } from "../attention/layer/layer-settings.js";
import { parseFill } from "../attention/masks/fills.js";
import type { ModelSettings } from "../attention/model/model-settings.js";
import type { PosencSettings } from "../attention/positions/posenc-settings.js";
import type { Problem } from "../attention/problem.js";
import { SCORING_NAMES, scoringOf } from "../attention/scoring/registry.js";
import type { ParameterName, Scoring } from "../attention/scoring/scoring.js";
import type { LayerDrawSettings, ModelDrawSettings } from "../systems/drawn/draw-settings.js";
import type { Need } from "./needs.js";

/** Settings of every command, as they were given. */
export type AnySettings = Partial<
  AttendSettings &
    MultiheadSettings &
    LayerSettings &
    ModelSettings &
    PosencSettings &
    CompareScoringSettings &
    LayerDrawSettings &
    ModelDrawSettings
>;

/** A problem of any command, as it was given. */
export type AnyProblem = Problem<AnySettings>;

/** What settings and inputs of a problem are about. */
export type ProblemNeed = Need<AnyProblem>;

/** Whether a scoring has this parameter; a local one may have the W_a of `general`. */
const takes = ({ parameters, recordPlaces }: Scoring, name: ParameterName) =>
  parameters[name] !== undefined || (name === "wa" && recordPlaces !== undefined);

/** Whether a mask depends on where the queries stand among the keys. */
const isAligned = ({ settings: { causal, window, windowLeft, windowRight } }: AnyProblem) =>
  causal === true || [window, windowLeft, windowRight].some((width) => width !== undefined);

const isMasked = (problem: AnyProblem) =>
  problem.mask !== undefined || problem.settings.keyLength !== undefined || isAligned(problem);

/** Whether the fill of masked cells leaves nothing of them. */
function isErasing({ settings: { maskFill = ATTEND_SETTINGS.maskFill.default } }: AnyProblem): boolean {
  const { isExact, on } = parseFill(maskFill);
  return isExact || on === "exponentials";
}

/** The matrices that `--layout` is about. */
const STORED: readonly MatrixName[] = [
  "wq",
  "wk",
  "wv",
  "wo",
  "wqkv",
  "wa",
  "ua",
  "va",
  "wc",
  "w1",
  "w2",
  "w3",
  "crossWq",
  "crossWk",
  "crossWv",
  "crossWo",
  "crossWqkv",
];

/** Whether RoPE turns the heads. */
export const isRotated = ({ settings: { rope } }: AnyProblem) => rope !== undefined;

/** The parameters of scorings that have none of them. */
const parametersOf = (scoringsOf: ScoringsOf): readonly ProblemNeed[] =>
  (["wa", "ua", "va"] as const).map((name) => ({
    names: [name],
    get of() {
      const scorings = SCORING_NAMES.filter((scoring) => takes(scoringOf({ scoring }), name));
      return `a scoring that has ${name} (${scorings.join(", ")})`;
    },
    isThere: (problem) =>
      problem.matrices.scores === undefined && scoringsOf(problem).some((scoring) => takes(scoring, name)),
  }));

/** The scorings that a problem is worked with. */
export type ScoringsOf = (problem: AnyProblem) => readonly Scoring[];

/** That of a command with one scoring. */
const theScoringOf: ScoringsOf = ({ settings: { scoring = ATTEND_SETTINGS.scoring.default } }) => [
  scoringOf({ scoring }),
];

/** What belongs to what in every attention. */
export function attentionNeeds(scoringsOf: ScoringsOf = theScoringOf): readonly ProblemNeed[] {
  const isLocal = (problem: AnyProblem) => scoringsOf(problem).some(({ recordPlaces }) => recordPlaces);
  return [
    ...parametersOf(scoringsOf),
    {
      names: ["dropoutP"],
      of: "--dropout-mask",
      isThere: ({ matrices }) => matrices.dropoutMask !== undefined,
    },
    { names: ["maskTrue"], of: "--mask", isThere: ({ mask }) => mask !== undefined },
    {
      names: ["align", "queryOffset"],
      of: "--causal, a window or local scoring",
      isThere: (problem) => isAligned(problem) || isLocal(problem),
    },
    {
      names: ["windowRight"],
      of: "keys after the query, which --causal and --window hide",
      isThere: ({ settings: { causal, window } }) => causal !== true && window === undefined,
    },
    {
      names: ["maskFill"],
      of: "masked cells",
      isThere: (problem) => isMasked(problem) || isLocal(problem),
    },
    {
      names: ["emptyRow"],
      of: "scores of −∞, from a mask that --mask-fill leaves so or a bias",
      isThere: (problem) =>
        ((isMasked(problem) || isLocal(problem)) && isErasing(problem)) ||
        problem.matrices.bias !== undefined ||
        problem.matrices.scores !== undefined,
    },
    { names: ["localWindow", "localRenormalize"], of: "local scoring (local-m, local-p)", isThere: isLocal },
    {
      names: ["layout"],
      of: "matrices W",
      // A seed draws parameters where the comparison is recorded, as they would be stored.
      isThere: ({ matrices, settings: { seed } }) =>
        seed !== undefined || STORED.some((name) => matrices[name] !== undefined),
    },
    {
      names: ["offset"],
      of: "positions (--rope, --add-positions)",
      isThere: (problem) =>
        isRotated(problem) ||
        problem.settings.addPositions !== undefined ||
        problem.matrices.table !== undefined,
    },
    {
      names: ["base"],
      of: "--rope or --add-positions sinusoidal",
      isThere: (problem) => isRotated(problem) || problem.settings.addPositions === "sinusoidal",
    },
  ];
}
