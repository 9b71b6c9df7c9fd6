import { isBlocked } from "../../../../math/blocked.js";
import { rowOf } from "../../../../math/matrix.js";
import type { Task } from "../../task.js";
import {
  type GradientMistake,
  type GradientSuspicion,
  type GradientVariant,
  gradientMistakes,
  weightsFrom,
  withWeights,
} from "./gradient-mistake.js";
import { scoresWith } from "./other-scores.js";

// Who may attend to whom, when the weights are worked again on the way back.

const masked = gradientMistakes("weights", "P_ij = e^(s_ij − L_i) where query i may attend to key j, else 0");

type Sees = (task: Task, row: number, key: number) => boolean;

const seesRightly: Sees = ({ blocked }, row, key) => key >= 0 && (!blocked || !isBlocked(blocked, row, key));

/** The weights of other keys, by the right log-sum-exp, or as a softmax of their own. */
const withMask = (
  sees: Sees,
  isOwnSoftmax = false,
  parameters?: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  change(rows, head) {
    const { task } = head;
    const scores = scoresWith(rows, head, { sees: (row, key) => sees(task, row, key) });
    // A row that attends to nothing has no log-sum-exp.
    const left = (row: number) => {
      if (rows.keys[row] === 0) return Number.POSITIVE_INFINITY;
      return isOwnSoftmax ? logSumExpOf(rowOf(scores, row)) : rows.logSumExp[row];
    };
    return withWeights(rows, weightsFrom(scores, left));
  },
});

const isMasked = ({ heads }: GradientSuspicion) => heads[0].task.blocked !== undefined;

function logSumExpOf(scores: Float64Array): number {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
}

/** The weights of dV made so, where those of dS are right. */
const ofValueAlone = ({ change, ...variant }: GradientVariant): GradientVariant => ({
  ...variant,
  parameters: { of: "dV alone" },
  change(rows, head) {
    const { ofValue } = change?.(rows, head) ?? {};
    return ofValue ? { ofValue } : {};
  },
});

export const GRADIENT_MASKS: readonly GradientMistake[] = [
  masked({
    id: "mask-missing",
    title: "The mask was left out when the weights were worked again.",
    fix: "Mask the scores of every tile on the way back, too.",
    isPossible: isMasked,
    variants: () => [
      withMask(() => true),
      ofValueAlone(withMask(() => true)),
      ofValueAlone(withMask(() => true, true)),
      withMask(
        (task, row, key) => seesRightly(task, row, key) || key < (task.blocked?.low[row] ?? 0),
        false,
        { keys: "before the window" },
      ),
      withMask(
        (task, row, key) => seesRightly(task, row, key) || key >= (task.blocked?.high[row] ?? key),
        false,
        { keys: "behind the query" },
      ),
    ],
  }),
  masked({
    id: "mask-off-by-one",
    title: "Queries see one key too many on the way back.",
    fix: "Count again: causal is j ≤ i.",
    isPossible: isMasked,
    variants: () => [
      withMask((task, row, key) => {
        const { rows } = task.key;
        return seesRightly(task, row, key) || seesRightly(task, row, (key - 1 + rows) % rows);
      }),
      withMask(
        (task, row, key) => seesRightly(task, row, key) || (key > 0 && seesRightly(task, row, key - 1)),
      ),
    ],
  }),
  masked({
    id: "mask-excludes-self",
    title: "Queries do not see their own key on the way back.",
    fix: "A causal mask lets query i see the keys j ≤ i, itself included.",
    isPossible: isMasked,
    variants: () => [withMask((task, row, key) => seesRightly(task, row, key) && row !== key)],
  }),
  masked({
    id: "window-wider",
    title: "The window is one key wider on the way back.",
    fix: "A window of W holds W keys, the query's own included.",
    isPossible: isMasked,
    variants: () => [
      withMask((task, row, key) => {
        const next = (key + 1) % task.key.rows;
        return seesRightly(task, row, key) || (key <= row && seesRightly(task, row, next));
      }),
    ],
  }),
];
