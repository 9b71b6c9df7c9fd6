import { UserError } from "../errors.js";
import { matmulTransposed } from "../ops/product.js";
import type { RowByRow } from "../ops/row-scores.js";
import { tanhSum } from "../ops/similarity.js";
import { createRecorder, type Recorder, type Ref } from "../trace/recorder.js";
import type { AttendSettings } from "./attend-settings.js";
import { parseFill } from "./masks/fills.js";
import { scoringOf } from "./scoring/registry.js";

/** Cells of the scores above which no n×m step is kept, unless told otherwise: 2048 queries against 2048 keys. */
const MOST_KEPT_CELLS = 2048 * 2048;

/** The same where nobody looks at a step: keeping them takes longer than the work, but small problems have no need to hurry. */
const MOST_KEPT_UNSEEN = 100 * 100;

/** An attention of which nothing n×m has been recorded. */
export interface Unscored {
  readonly query: Ref;
  readonly key: Ref;
  readonly value: Ref | undefined;
  /** Records the scores of these queries and, before them, what they are made of. */
  recordScores(recorder: Recorder, query: Ref): Ref;
  readonly biases: readonly Ref[];
  /** Keys behind the others that no rule reaches. */
  readonly openKeys?: number;
  /** The option that needs all weights, if there is one. */
  readonly weightsFor?: string | undefined;
}

/**
 * Whether an attention is to be worked row by row: when `stream` says so, or it is large and can be.
 * Throws BAD_VALUE when it is to be and cannot.
 */
export function isRowByRow(unscored: Unscored, settings: AttendSettings): boolean {
  const { stream } = settings;
  const cells = unscored.query.output().rows * unscored.key.output().rows;
  const isLarge = cells > (stream === "early" ? MOST_KEPT_UNSEEN : MOST_KEPT_CELLS);
  if (stream === false || !(stream === true || isLarge)) return false;
  const obstacle = obstacleTo(unscored, settings);
  if (obstacle === undefined) return true;
  if (stream !== true) return false;
  throw new UserError("BAD_VALUE", `--stream: ${obstacle}.`, {
    hint: "Leave it out; then every step is kept.",
  });
}

/** What stands against working row by row, in words; undefined when nothing does. */
function obstacleTo(unscored: Unscored, settings: AttendSettings): string | undefined {
  const { value, biases, openKeys = 0, weightsFor } = unscored;
  const { maskFill } = settings;
  const { name, recordPlaces } = scoringOf(settings);
  if (recordPlaces) return `${name} weights fall off with the distance, which is done to all of them`;
  if (!partsOfScores(createRecorder("attempt"), unscored).compares) {
    return `${name} scores are neither dot products nor sums of tanh, which are what can be worked row by row`;
  }
  if (!value) return "there is no value, so that only n×m steps are left";
  if (!parseFill(maskFill).isExact) return `masked cells are filled (${maskFill}), which needs every score`;
  if (weightsFor) return `${weightsFor} needs all weights`;
  if (openKeys > 0) return "there are keys that no mask reaches (bias_k, a zero key)";
  if (biases.length > 1) return "there are two biases, of which one is made of n×m numbers";
  return undefined;
}

/** The ops whose scores can be worked row by row, and how they compare a query with a key. */
const COMPARISONS = new Map<unknown, RowByRow["compares"]>([
  [matmulTransposed, "dot"],
  [tanhSum, "tanh"],
]);

interface ScoreParts {
  /** Undefined for scores that cannot be worked row by row. */
  readonly compares: RowByRow["compares"] | undefined;
  readonly inputs: readonly Ref[];
}

/** Records what a scoring records before its scores, features, and tells what these would be made of. */
export function partsOfScores(recorder: Recorder, { query, recordScores }: Unscored): ScoreParts {
  let parts: ScoreParts | undefined;
  const watching: Recorder = {
    ...recorder,
    step(op, inputs, params, description) {
      if (description.id !== "scores") return recorder.step(op, inputs, params, description);
      parts = { compares: COMPARISONS.get(op), inputs };
      return { key: "scores", axes: description.axes, output: refuseScores };
    },
  };
  recordScores(watching, query);
  return parts ?? refuseScores();
}

/** What asks for the scores of such an attention has gone wrong. */
export function refuseScores(): never {
  throw new RangeError("the scores of an attention row by row are not made");
}
