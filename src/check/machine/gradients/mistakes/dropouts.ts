import { cellOf, type Matrix, mapCells, rowsOf } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { withOtherMasks } from "../../mistakes/dropout.js";
import type { Task } from "../../task.js";
import { type BackwardRows, dotsOf } from "../backward-rows.js";
import { recoverMask } from "../recovered-mask.js";
import {
  dotsOfOutput,
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
  type ReplayedHead,
} from "./gradient-mistake.js";

// Mistakes of dropout in the backward pass. The mask of the forward pass belongs in dV and in dP.

const dropping = gradientMistakes("d-weights", "dV = (P∘M/(1−p))ᵀ dO, dP = M/(1−p) ∘ dO Vᵀ");

/** dP before dropout. */
const plainProducts = (rows: BackwardRows, { task, gradient }: ReplayedHead): Matrix =>
  multiplyTransposed(rowsOf(gradient, rows), task.value);

/** What is left of numbers of the weights' shape if the mask, or only its factor, is left out. */
const LEFT_OUT: Readonly<Record<string, (plain: Matrix, rows: BackwardRows) => Matrix>> = {
  mask: (plain) => plain,
  "1 / (1 − p)": (plain, { factors }) =>
    factors ? mapCells(plain, (own, row, col) => (cellOf(factors, row, col) === 0 ? 0 : own)) : plain,
};

/**
 * The backward pass with other masks: with the δ of the forward pass, and with the δ of the weights that it drops
 * itself.
 */
const withMask = (mask: string, others: readonly Task[]): readonly GradientVariant[] => {
  const task: GradientVariant["task"] = ({ index }) => others[index];
  return [
    { parameters: { mask }, task, change: (rows, head) => ({ delta: dotsOfOutput(rows, head) }) },
    { parameters: { mask }, task, change: () => ({}) },
  ];
};

/** Lists the masks that kernels take by mistake, and the mask that dV and dK themselves give. */
function otherMasks(context: GradientSearchContext): readonly GradientVariant[] {
  // Every wrong mask changes dV.
  if (!context.wrongParts.includes("value")) return [];
  const tasks = context.heads.map(({ task }) => task);
  const drawn = recoverMask(context);
  return [
    ...withOtherMasks(tasks).flatMap(({ mask, others }) => withMask(mask, others)),
    ...(drawn
      ? withMask(
          "drawn anew",
          tasks.map((task, at) => ({ ...task, dropped: drawn[at] ?? task.dropped })),
        )
      : []),
  ];
}

const isDropped = ({ heads }: GradientSearchContext) => heads.every(({ task }) => task.dropped);

export const DROPOUTS: readonly GradientMistake[] = [
  dropping({
    id: "dropout-missing-in-dp",
    title: "The dropout mask, or its factor 1 / (1 − p), was left out of dP or of dV.",
    fix: "Multiply dO Vᵀ, and P in dV, by the mask and by 1 / (1 − p), as the weights of the forward pass.",
    isPossible: isDropped,
    variants: () => [
      ...Object.entries(LEFT_OUT).flatMap(([what, keep]): GradientVariant[] => [
        {
          parameters: { ...(what !== "mask" && { what }), of: "dV" },
          change: (rows) => ({ pairs: { value: keep(rows.weights, rows) } }),
        },
        {
          parameters: what === "mask" ? undefined : { what },
          change: (rows, head) => ({ dWeights: keep(plainProducts(rows, head), rows) }),
        },
      ]),
      {
        change(rows, head) {
          const dWeights = plainProducts(rows, head);
          return { dWeights, delta: dotsOf(rows.weights, dWeights) };
        },
      },
    ],
  }),
  dropping({
    id: "dropout-other-mask",
    step: "d-value",
    title: "The backward pass dropped other weights than the forward pass.",
    fix: "Keep the mask, or draw it from the same seed and offset in both passes.",
    isPossible: isDropped,
    variants: otherMasks,
  }),
];
