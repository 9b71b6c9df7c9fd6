import { UserError } from "../errors.js";
import { setting } from "../setting-names.js";
import type { Arithmetic, Recorder } from "../trace/recorder.js";
import type { AttendSettings } from "./attend-settings.js";

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

/** One attention, as far as it matters for what is kept of it. */
interface Pairs {
  readonly numQueries: number;
  readonly numKeys: number;
  /** Why every weight is needed, in words, where that is so. */
  readonly obstacle?: string | undefined;
}

/**
 * Whether the n×m steps of an attention are kept, or worked out in blocks of rows for the steps that need them. Throws
 * BAD_VALUE when `stream` asks for the latter, and every weight is needed; and where there are more than can be kept.
 */
export function keepsPairs(
  pairs: Pairs,
  settings: Pick<Partial<AttendSettings>, "stream">,
  options: RecordOptions,
): boolean {
  const isKept = wantsPairs(pairs, settings, options);
  const hint = pairs.obstacle ? "Make it smaller." : `Say ${setting("stream")}, which keeps no such step.`;
  if (isKept) refuseTooLarge(pairs.numQueries, pairs.numKeys, hint);
  return isKept;
}

function wantsPairs(
  { numQueries, numKeys, obstacle }: Pairs,
  { stream }: Pick<Partial<AttendSettings>, "stream">,
  { needs, attentions = 1, isJudged = false }: RecordOptions,
): boolean {
  if (stream === true && obstacle) {
    throw new UserError("BAD_VALUE", `${setting("stream")}: ${obstacle}.`, {
      hint: "Leave it out; then every step is kept.",
    });
  }
  if (obstacle) return true;
  if (stream !== undefined) return !stream;
  if (needs === "steps") return true;
  if (isJudged && numQueries * numKeys > MOST_JUDGED_CELLS) return false;
  return attentions * numQueries * numKeys <= MOST_KEPT_CELLS;
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
    { hint },
  );
}
