import { UserError } from "../errors.js";
import type { Op } from "../trace/op.js";
import { matmulTransposed } from "../trace/ops/product.js";
import {
  entropyRowByRow,
  largestRowByRow,
  logSumExp,
  outputRowByRow,
  strongestRowByRow,
} from "../trace/ops/row-by-row.js";
import type { RowByRow } from "../trace/ops/row-scores.js";
import { tanhSum } from "../trace/ops/similarity.js";
import { createRecorder, type Recorder, type Ref } from "../trace/recorder.js";
import type { InForce } from "./conventions.js";
import { parseFill } from "./masks/fills.js";
import { reportRowsWithoutKey } from "./row-reports.js";
import { SCORINGS } from "./scoring/registry.js";
import type { Scoring } from "./scoring/scoring.js";
import type { AttendSettings } from "./settings.js";
import { requireShapes } from "./shapes.js";

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
export function isRowByRow(unscored: Unscored, settings: Partial<AttendSettings>): boolean {
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

function obstacleTo(unscored: Unscored, settings: Partial<AttendSettings>): string | undefined {
  const { value, biases, openKeys = 0, weightsFor } = unscored;
  const { scoring = "scaled-dot", maskFill = "neg-inf" } = settings;
  const { op } = partsOfScores(createRecorder("attempt"), unscored);
  const { recordPlaces }: Scoring = SCORINGS[scoring];
  if (recordPlaces) return `${scoring} weights fall off with the distance, which is done to all of them`;
  if (!COMPARISONS.has(op)) {
    return `${scoring} scores are neither dot products nor sums of tanh, which are what can be worked row by row`;
  }
  if (!value) return "there is no value, so that only n×m steps are left";
  if (!parseFill(maskFill).isExact) return `masked cells are filled (${maskFill}), which needs every score`;
  if (weightsFor) return `${weightsFor} needs all weights`;
  if (openKeys > 0) return "there are keys that no mask reaches (bias_k, a zero key)";
  if (biases.length > 1) return "there are two biases, of which one is made of n×m numbers";
  return undefined;
}

const COMPARISONS: ReadonlyMap<unknown, RowByRow["compares"]> = new Map([
  [matmulTransposed as unknown, "dot"],
  [tanhSum, "tanh"],
]);

interface ScoreParts {
  readonly op: Op<never>;
  readonly inputs: readonly Ref[];
}

/** Records what a scoring records before its scores, features, and tells what these would be made of. */
function partsOfScores(recorder: Recorder, { query, recordScores }: Unscored): ScoreParts {
  let parts: ScoreParts | undefined;
  const watching: Recorder = {
    ...recorder,
    step(op, inputs, params, description) {
      if (description.id !== "scores") return recorder.step(op, inputs, params, description);
      parts = { op, inputs };
      return { key: "scores", axes: description.axes, output: refuseScores };
    },
  };
  recordScores(watching, query);
  return parts ?? refuseScores();
}

export function refuseScores(): never {
  throw new RangeError("the scores of an attention row by row are not made");
}

/** What is recorded of an attention row by row. */
export interface RowsRead {
  /** n×d_v */
  readonly output: Ref;
  /** n×1 each. */
  readonly entropy: Ref;
  readonly strongestKey: Ref;
  readonly largestWeight: Ref;
}

/**
 * Records the output (the step `as`) and what is known of each row, and no step of n×m numbers. Shapes as in
 * recordAlignment. `isRowByRow` has been asked. Throws SHAPE_MISMATCH, and EMPTY_ROW as recordSoftmax does.
 */
export function recordRowByRow(
  recorder: Recorder,
  unscored: Unscored,
  { mask, scale, softcap, emptyRow }: InForce,
  as: { readonly id: string; readonly title: string },
): RowsRead {
  const { key, value, biases } = unscored;
  if (!value) return refuseScores();
  const { op, inputs } = partsOfScores(recorder, unscored);
  const [query, compared, ...weights] = inputs;
  const [queries, keys] = [query.axes[0], key.axes[0]];
  const [numQueries, numKeys] = [query.output().rows, compared.output().rows];
  const sizes = { rows: numQueries, cols: numKeys };
  for (const bias of biases) {
    const { rows } = bias.output();
    requireShapes(["scores", sizes, "n", "m"], ["bias", bias.output(), rows === 1 ? "1" : "n", "m"]);
  }
  requireShapes(["weights", sizes, "n", "m"], ["value", value.output(), "m", "d_v"]);
  const params: RowByRow = {
    ...(mask?.ranges() ?? {
      low: new Float64Array(numQueries),
      high: new Float64Array(numQueries).fill(numKeys),
    }),
    compares: COMPARISONS.get(op) ?? "dot",
    hasBias: biases.length > 0,
    scale: scale?.factor ?? 1,
    softcap,
    blocked: mask?.cells,
    emptyRow: emptyRow === "error" ? "zero" : emptyRow,
  };
  const used = [query, compared, value, ...biases, ...weights];
  const output = recorder.step(outputRowByRow, used, params, {
    ...as,
    formula: `${as.title[0]} = softmax(S) V, row by row`,
    axes: [queries, value.axes[1]],
    notes: ["scores and weights are made one row at a time and not kept (--no-stream keeps them)"],
  });
  const measures = { view: "row-summary", of: output, axes: [queries, { name: "measure" }] } as const;
  const total = recorder.step(logSumExp, used, params, {
    ...measures,
    id: "log-sum-exp",
    title: "log-sum-exp",
    formula: "ln Σ_j e^s_ij",
  });
  const strongestKey = recorder.step(strongestRowByRow, used, params, {
    ...measures,
    id: "strongest-key",
    title: "looks at",
    formula: "argmax_j α_ij",
    valuesOn: keys,
  });
  const largestWeight = recorder.step(largestRowByRow, used, params, {
    ...measures,
    id: "largest-weight",
    title: "with weight",
    formula: "max_j α_ij",
  });
  const entropy = recorder.step(entropyRowByRow, used, params, {
    ...measures,
    id: "entropy",
    title: "entropy / ln m",
    formula: "−Σ_j α_ij ln α_ij / ln m",
  });
  recorder.convention({
    name: "stream",
    value: true,
    text: "row by row: no step of n×m numbers is kept",
  });
  const empty = [...total.output().data.entries()].filter(([, size]) => size === Number.NEGATIVE_INFINITY);
  reportRowsWithoutKey(
    recorder,
    empty.map(([row]) => row),
    queries,
    emptyRow,
  );
  return { output, entropy, strongestKey, largestWeight };
}
