import { type Matrix, mapCells, rowsOf, transpose } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { once } from "../../../../math/remember.js";
import { recoverMask } from "../recovered-mask.js";
import type { RowsBack } from "../rows-back.js";
import {
  dotsOfOutput,
  type GradientMistake,
  type GradientSuspicion,
  type GradientVariant,
  gradientMistakes,
  ofChanges,
  type ReplayedHead,
  type ReplayedHeads,
} from "./gradient-mistake.js";

// Dropout on the way back: its mask is that of the forward pass, in dV and in dP.

const dropping = gradientMistakes("d-weights", "dV = (P∘M/(1−p))ᵀ dO, dP = M/(1−p) ∘ dO Vᵀ");

/** dP before dropout. */
const plainProducts = ({ first, count }: RowsBack, { task, gradient }: ReplayedHead): Matrix =>
  multiplyTransposed(rowsOf(gradient, { first, count }), task.value);

/** dP with a δ of some kind. */
const withChanges = (rows: RowsBack, dWeights: Matrix, dots: ArrayLike<number>) =>
  ofChanges({ ...rows, dWeights }, rows.weights, dots);

/** Σ_j P dP of each row. */
const dotsOf = ({ weights: { rows, cols, data } }: RowsBack, dWeights: Matrix): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let at = row * cols; at < (row + 1) * cols; at++) sum += data[at] * dWeights.data[at];
    return sum;
  });

type MaskOf = (head: ReplayedHead, all: ReplayedHeads, dropped: Matrix) => Matrix | undefined;

/** The way back with another mask: by the δ of the forward pass, and by that of the weights that it drops itself. */
function withMask(mask: string, maskOf: MaskOf): readonly GradientVariant[] {
  const task: GradientVariant["task"] = (head, all) => {
    const { dropped } = head.task;
    return { ...head.task, dropped: dropped && maskOf(head, all, dropped) };
  };
  return [
    {
      parameters: { mask },
      task,
      change: (rows, head) => withChanges(rows, rows.dWeights, dotsOfOutput(rows, head)),
    },
    { parameters: { mask }, task, change: () => ({}) },
  ];
}

/** 1 / (1 − p): the largest factor. */
const factorOf = ({ data }: Matrix): number => data.reduce((a, b) => Math.max(a, b), 0);

/** Masks of which kernels are known to take the wrong one, and the one that the gradients of values and keys themselves give. */
function otherMasks(suspicion: GradientSuspicion): readonly GradientVariant[] {
  const { heads, wrongParts } = suspicion;
  const { query, key } = heads[0].task;
  // Every mask but the right one gives another dV.
  if (!wrongParts.includes("value")) return [];
  const recovered = once(() => recoverMask(suspicion));
  const others = heads.length > 1;
  return [
    ...withMask("none", () => undefined),
    ...withMask("zeros and ones swapped", (_head, _all, dropped) => {
      const factor = factorOf(dropped);
      return mapCells(dropped, (own) => factor - own);
    }),
    ...(others
      ? [
          ...withMask(
            "of the next head",
            ({ index }, all) => all.heads[(index + 1) % all.heads.length].task.dropped,
          ),
          ...withMask("of the first head", (_, all) => all.heads[0].task.dropped),
        ]
      : []),
    ...(query.rows === key.rows ? withMask("transposed", (_head, _all, dropped) => transpose(dropped)) : []),
    ...(recovered()
      ? withMask("drawn anew", ({ index }, _, dropped) => recovered()?.[index] ?? dropped)
      : []),
  ];
}

const isDropped = ({ heads }: GradientSuspicion) => heads.every(({ task }) => task.dropped);

export const DROPOUTS: readonly GradientMistake[] = [
  dropping({
    id: "dropout-missing-in-dp",
    title: "The dropout mask was left out of dP.",
    fix: "Multiply dO Vᵀ by the mask and by 1 / (1 − p), as the weights of the forward pass.",
    isPossible: isDropped,
    variants: () => [
      { change: (rows, head) => withChanges(rows, plainProducts(rows, head), rows.dots) },
      {
        change(rows, head) {
          const products = plainProducts(rows, head);
          return withChanges(rows, products, dotsOf(rows, products));
        },
      },
    ],
  }),
  dropping({
    id: "dropout-other-mask",
    step: "d-value",
    title: "The way back dropped other weights than the forward pass.",
    fix: "Keep the mask, or draw it from the same seed and offset in both passes.",
    isPossible: isDropped,
    variants: otherMasks,
  }),
];
