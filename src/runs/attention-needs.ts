import { ATTEND_SETTINGS, type AttendSettings } from "../attention/attend-settings.js";
import type { CompareScoringSettings } from "../attention/comparison/compare-scoring-settings.js";
import type { MultiheadSettings } from "../attention/heads/multihead-settings.js";
import type { MatrixName } from "../attention/inputs.js";
import type { LayerSettings } from "../attention/layer/layer-settings.js";
import { parseFill } from "../attention/masks/fills.js";
import type { ModelSettings } from "../attention/model/model-settings.js";
import type { PosencSettings } from "../attention/positions/registry.js";
import { SCALING_NAMES, SCALING_SETTINGS, SCALINGS, type Scaling } from "../attention/positions/scaling.js";
import { SCORING_NAMES, scoringOf } from "../attention/scoring/registry.js";
import type { ParameterName, Scoring } from "../attention/scoring/scoring.js";
import { setting } from "../errors.js";
import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import type { LayerDrawSettings, ModelDrawSettings } from "../systems/drawn/draw-settings.js";
import { besides, type Need, need } from "./needs.js";

/** The settings of all commands, as they were given. */
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

/** The settings and inputs that were given to any command, by name. */
export type AnyGiven = AnySettings &
  Readonly<Partial<Record<MatrixName, Matrix>>> & { readonly mask?: BooleanMatrix | undefined };

/** The need of settings and inputs of a problem. */
export type ProblemNeed = Need<AnyGiven>;

/** Whether a scoring has this parameter. A local scoring may also use the W_a of `general`. */
const takes = ({ parameters, recordAlignedPositions }: Scoring, name: ParameterName) =>
  parameters[name] !== undefined || (name === "wa" && recordAlignedPositions !== undefined);

/** Whether a mask depends on the positions of queries among the keys. */
const isAligned = ({ causal, window, windowLeft, windowRight }: AnyGiven) =>
  causal === true || (window ?? windowLeft ?? windowRight) !== undefined;

/** Whether the fill of masked cells makes their weights exactly 0. */
function isErasing({ maskFill = ATTEND_SETTINGS.maskFill.default }: AnyGiven) {
  const { isExact, on } = parseFill(maskFill);
  return isExact || on === "exponentials";
}

/** The names of matrices that `--layout` applies to. */
const STORED = /^(?:w|crossW)(?:[qkvoac123]|qkv)$|^[uv]a$/;

/** Returns the scorings that a problem uses. */
export type ScoringsOf = (given: AnyGiven) => readonly Scoring[];

/** Returns the only scoring of a command with one scoring. */
const theScoringOf: ScoringsOf = ({ scoring = ATTEND_SETTINGS.scoring.default }) => [scoringOf({ scoring })];

/** Returns the needs of settings and inputs in every attention. */
export function attentionNeeds(scoringsOf: ScoringsOf = theScoringOf): readonly ProblemNeed[] {
  const isLocal = (given: AnyGiven) =>
    scoringsOf(given).some(({ recordAlignedPositions }) => recordAlignedPositions);
  const isMasked = (given: AnyGiven) =>
    (given.mask ?? given.keyLength) !== undefined || isAligned(given) || isLocal(given);
  return [
    ...(["wa", "ua", "va"] as const).map((name) => ({
      names: [name],
      get of() {
        const scorings = SCORING_NAMES.filter((scoring) => takes(scoringOf({ scoring }), name));
        return `a scoring that has ${name} (${scorings.join(", ")})`;
      },
      isThere: (given: AnyGiven) =>
        given.scores === undefined && scoringsOf(given).some((scoring) => takes(scoring, name)),
    })),
    besides("dropoutMask", "dropoutP"),
    besides("mask", "maskTrue"),
    need(
      `${setting("causal")}, a window or local scoring`,
      (given) => isAligned(given) || isLocal(given),
      "align queryOffset",
    ),
    need(
      `keys after the query, which ${setting("causal")} and ${setting("window")} hide`,
      ({ causal, window }) => causal !== true && window === undefined,
      "windowRight",
    ),
    need("masked cells", isMasked, "maskFill"),
    need(
      `scores of −∞, from a bias or from a mask whose ${setting("maskFill")} keeps −∞`,
      (given) => (isMasked(given) && isErasing(given)) || (given.bias ?? given.scores) !== undefined,
      "emptyRow",
    ),
    need("local scoring (local-m, local-p)", isLocal, "localWindow localRenormalize"),
    // If there is a seed, the comparison draws parameters, in the layout that they would be stored in.
    need(
      "matrices W",
      (given) =>
        given.seed !== undefined ||
        Object.entries(given).some(([name, matrix]) => matrix !== undefined && STORED.test(name)),
      "layout",
    ),
    need(
      `positions (${setting("rope")}, ${setting("addPositions")})`,
      ({ rope, addPositions, table }) => (rope ?? addPositions ?? table) !== undefined,
      "offset",
    ),
    need(
      `${setting("rope")} or ${setting("addPositions")} sinusoidal`,
      ({ rope, addPositions }) => rope !== undefined || addPositions === "sinusoidal",
      "base",
    ),
  ];
}

/** Whether a scaling of RoPE uses a setting. */
const isHeard = ({ needs, uses = [] }: Scaling, name: string) =>
  [...needs, ...uses].some((heard) => heard === name);

/** The needs of the settings of RoPE scalings. */
export const SCALED: readonly ProblemNeed[] = [
  ...Object.keys(SCALING_SETTINGS).map((name) => {
    const scalings = SCALING_NAMES.filter((scaling) => isHeard(SCALINGS[scaling], name));
    return need(
      `${setting("scaling")} ${scalings.join(" or ")}`,
      ({ scaling }: AnyGiven) => scaling !== undefined && scalings.includes(scaling),
      name,
    );
  }),
  need(
    `longrope without ${setting("scalingFactor")}, which is then computed from it`,
    ({ scaling, scalingFactor }) => scaling !== "longrope" || scalingFactor === undefined,
    "sequenceLength",
  ),
];
