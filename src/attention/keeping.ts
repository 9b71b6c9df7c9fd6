import { UserError } from "../errors.js";
import type { Shape } from "../math/matrix.js";
import { setting } from "../setting-names.js";
import type { Arithmetic, EvaluationOptions } from "../trace/evaluate/evaluation.js";
import type { Trace } from "../trace/trace.js";
import type { AttendSettings } from "./attend-settings.js";
import type { Recorder } from "./recorder.js";
import { hasRole, isPairwise } from "./steps.js";

/** The purpose of a recording: to look at it, for its output or its costs alone, or to read every step repeatedly. */
export type Needs = "view" | "output" | "costs" | "steps";

/** How a recipe records. */
export interface RecordOptions {
  /** Default: "view". */
  readonly needs?: Needs | undefined;
  /** The number of attentions of this size in the run. The limit for kept steps applies to all of them together. */
  readonly attentions?: number | undefined;
  /** Whether only outputs and log-sum-exps are compared with those of a machine. Then only small n×m steps are kept. */
  readonly comparesOutputs?: boolean | undefined;
  /** Whether to record the log-sum-exp of each row even if it is not recorded by default. */
  readonly logSumExp?: boolean | undefined;
  /** The last layer of a model that is needed. */
  readonly layer?: number | undefined;
  /** How steps are computed. Default: in float64. */
  readonly arithmetic?: Arithmetic | undefined;
}

/** The maximum number of cells of a kept n×m step, unless `stream` is set: 2048 queries × 2048 keys. */
const MAX_KEPT_CELLS = 2048 * 2048;

/** The same limit for a run that is only judged. Its rows are computed when they are asked for. */
const MAX_COMPARED_CELLS = 64 * 64;

/**
 * Decides which n×m steps are kept and which are computed in blocks of rows for the steps that need them. Throws
 * BAD_VALUE if `stream` is set but every weight is needed, for the reason in `obstacle`.
 */
export function settleEvaluation(
  { stream }: Pick<Partial<AttendSettings>, "stream">,
  { arithmetic, needs, attentions = 1, comparesOutputs = false }: RecordOptions,
  obstacle?: string,
): EvaluationOptions {
  if (stream === true && obstacle) {
    throw new UserError(
      "BAD_VALUE",
      `${setting("stream")}: ${obstacle}.`,
      "Leave it out, and every step is kept.",
    );
  }
  const hint = obstacle ? "Make it smaller." : `Add ${setting("stream")}, which keeps no n×m step.`;
  const most = comparesOutputs ? MAX_COMPARED_CELLS : Math.floor(MAX_KEPT_CELLS / attentions);
  const isSmall = ({ rows, cols }: Shape) => {
    if (obstacle || needs === "steps") return stream !== true;
    return stream === undefined ? rows * cols <= most : !stream;
  };
  const isKept = (shape: Shape) => {
    const kept = isSmall(shape);
    if (kept) refuseTooLarge(shape.rows, shape.cols, hint);
    return kept;
  };
  return { arithmetic, areStepsShown: needs !== "output" && !comparesOutputs, keeps: keepsPairs(isKept) };
}

/** Keeps every step except n×m steps that are too large or that depend on steps that are not kept. */
function keepsPairs(
  isKept: (shape: Shape) => boolean,
  unkept = new Set<string>(),
): EvaluationOptions["keeps"] {
  return (node) => {
    if (!isPairwise(node)) return true;
    if (!node.inputs.some((key) => unkept.has(key)) && isKept(node.shape)) return true;
    unkept.add(node.key);
    return false;
  };
}

/**
 * Decides which steps are kept when a recording is continued: steps as large as those that were not kept are not kept
 * either.
 */
export function settleResumedEvaluation({ steps }: Trace): EvaluationOptions {
  const least = steps
    .filter((step) => !step.isKept && hasRole(step, "scores"))
    .reduce((size, { shape }) => Math.min(size, shape.rows * shape.cols), Number.POSITIVE_INFINITY);
  const passing = new Set(steps.flatMap(({ key, isKept }) => (isKept ? [] : [key])));
  return { keeps: keepsPairs(({ rows, cols }) => rows * cols < least, passing) };
}

/** States that n×m steps are not kept. */
export function stateStream(recorder: Recorder): void {
  recorder.convention("stream", true, "row by row: no step of n×m numbers is kept");
}

/** The maximum number of cells of a step. More cells take more than 2 GiB, and a run has several steps of this size. */
const MAX_CELLS = 2 ** 28;

/** Throws BAD_VALUE for a step that is too large to keep, before it is computed. */
export function refuseTooLarge(rows: number, cols: number, hint: string): void {
  if (rows * cols <= MAX_CELLS) return;
  throw new UserError(
    "BAD_VALUE",
    `a step of this run has ${rows}×${cols} numbers, more than fit into memory: at most ${MAX_CELLS} are kept.`,
    hint,
  );
}
