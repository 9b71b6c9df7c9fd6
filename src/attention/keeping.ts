import { UserError } from "../errors.js";
import type { Shape } from "../math/matrix.js";
import { setting } from "../setting-names.js";
import type { Arithmetic, How } from "../trace/evaluate/evaluation.js";
import type { Trace } from "../trace/trace.js";
import type { AttendSettings } from "./attend-settings.js";
import type { Recorder } from "./recorder.js";
import { hasRole, isOfPairs } from "./steps.js";

/** What a run is recorded for: to look at, for its output alone, or so that every step can be read again and again. */
export type Needs = "view" | "output" | "steps";

/** How a recipe is asked to record. */
export interface RecordOptions {
  /** Absent: to look at. */
  readonly needs?: Needs | undefined;
  /** How many attentions as large there are in the run: what is kept is kept of all. */
  readonly attentions?: number | undefined;
  /** Whether outputs and log-sum-exps alone are compared with what a machine made: n×m steps are then kept of small runs only. */
  readonly isJudged?: boolean | undefined;
  /** Whether the log-sum-exp of each row is wanted where it is not recorded anyway. */
  readonly logSumExp?: boolean | undefined;
  /** The last layer of a model that is looked at. */
  readonly layer?: number | undefined;
  /** How steps are worked out; absent: exactly, but for the rounding of float64. */
  readonly arithmetic?: Arithmetic | undefined;
}

/** Cells of the scores above which no n×m step is kept, unless told otherwise: 2048 queries against 2048 keys. */
const MOST_KEPT_CELLS = 2048 * 2048;

/** Of a run that is only judged, rows are worked out when they are asked for. */
const MOST_JUDGED_CELLS = 64 * 64;

/**
 * How the steps of a recipe are worked out: which n×m steps are kept, and which in blocks of rows for the steps that need them. Throws
 * BAD_VALUE when `stream` asks for the latter and every weight is needed, for the reason in `obstacle`.
 */
export function howToWork(
  { stream }: Pick<Partial<AttendSettings>, "stream">,
  { arithmetic, needs, attentions = 1, isJudged = false }: RecordOptions,
  obstacle?: string,
): How {
  if (stream === true && obstacle) {
    throw new UserError(
      "BAD_VALUE",
      `${setting("stream")}: ${obstacle}.`,
      "Leave it out; then every step is kept.",
    );
  }
  const hint = obstacle ? "Make it smaller." : `Say ${setting("stream")}, which keeps no such step.`;
  const most = isJudged ? MOST_JUDGED_CELLS : Math.floor(MOST_KEPT_CELLS / attentions);
  const isSmall = ({ rows, cols }: Shape) => {
    if (obstacle || needs === "steps") return stream !== true;
    return stream === undefined ? rows * cols <= most : !stream;
  };
  const isKept = (shape: Shape) => {
    const kept = isSmall(shape);
    if (kept) refuseTooLarge(shape.rows, shape.cols, hint);
    return kept;
  };
  return { arithmetic, areStepsSeen: needs !== "output" && !isJudged, keeps: keepsPairs(isKept) };
}

/** Keeps n×m steps of such shapes, but for those that are made of steps that are not kept, and every other step. */
function keepsPairs(isKept: (shape: Shape) => boolean, passing = new Set<string>()): How["keeps"] {
  return (node) => {
    if (!isOfPairs(node)) return true;
    if (!node.inputs.some((key) => passing.has(key)) && isKept(node.shape)) return true;
    passing.add(node.key);
    return false;
  };
}

/** How what is recorded beside the steps of a run is worked out: what is as large as steps that are not kept is not kept either. */
export function howToGoOn({ steps }: Trace): How {
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

/** A step of more cells takes more than 2 GiB, and a run has several of its size. */
const MOST_CELLS = 2 ** 28;

/** Throws BAD_VALUE for a step that would be larger than what is kept, before it is made. */
export function refuseTooLarge(rows: number, cols: number, hint: string): void {
  if (rows * cols <= MOST_CELLS) return;
  throw new UserError(
    "BAD_VALUE",
    `a step of this run has ${rows}×${cols} numbers, more than fit into memory: at most ${MOST_CELLS} are kept.`,
    hint,
  );
}
