import { type Matrix, mapCells, transpose } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { cellFor, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { type KernelMistake, onOther, type Variant } from "./kernel-mistake.js";

// Dropout whose mask is known, and is not the one that a kernel used.

type DroppedTask = Task & { readonly dropped: Matrix };

/** Masks that kernels take in the place of their own, by what they are: made of an attention, its number and all of them. */
const OTHER_MASKS: Readonly<
  Record<string, (task: DroppedTask, at: number, all: readonly Task[]) => Matrix | undefined>
> = {
  none: () => undefined,
  "zeros and ones swapped": ({ dropped }) => mapCells(dropped, (own) => factorOf(dropped) - own),
  "of the next head": (_, at, all) => all[(at + 1) % all.length].dropped,
  "of the first head": (_, _at, all) => all[0].dropped,
  transposed: ({ dropped }) => (dropped.rows === dropped.cols ? transpose(dropped) : dropped),
};

const factors = new WeakMap<Matrix, number>();

/** 1 / (1 − p): the largest factor. */
const factorOf = (mask: Matrix): number =>
  remember(factors, mask, () => mask.data.reduce((a, b) => Math.max(a, b), 0));

/** Each other mask with the attentions that have it; none where it is the right one in all of them. */
export function withOtherMasks(all: readonly Task[]) {
  return Object.entries(OTHER_MASKS).flatMap(([mask, of]) => {
    const others = all.map((task, at): Task => {
      const { dropped } = task;
      return dropped ? { ...task, dropped: of({ ...task, dropped }, at, all) } : task;
    });
    return others.some(({ dropped }, at) => dropped !== all[at].dropped) ? [{ mask, others }] : [];
  });
}

/** What dropout may do with the weights where it comes in another place, or with another factor. */
const ELSEWHERE: Readonly<Record<string, (score: number, kept: number) => number>> = {
  "of the scores, which become 0": (score, kept) => score * kept,
  "of the scores, which become −∞": (score, kept) => (kept === 0 ? Number.NEGATIVE_INFINITY : score),
};

export const dropoutMisplaced: KernelMistake = {
  id: "dropout-misplaced",
  step: "weights",
  title: "Dropout was applied before the weights were made, or what it kept was not divided by 1 − p.",
  formula: "o_i = Σ_j α_ij M_ij / (1 − p) v_j",
  fix: "Multiply the weights by the mask behind the softmax, and divide by 1 − p.",
  isPossible: ({ tasks }) => tasks.every(({ dropped }) => dropped),
  variants: () => [
    ...Object.entries(ELSEWHERE).map(
      ([dropout, of]): Variant => ({
        parameters: { dropout },
        make: ({ dropped, ...task }, row) =>
          makeRow(
            task,
            row,
            scoresOfRow(task, row).map((score, j) => of(score, dropped ? cellFor(dropped, row, j) : 1)),
          ),
      }),
    ),
    onOther(({ dropped, ...task }) => ({ ...task, dropped: dropped && mapCells(dropped, Math.sign) }), {
      divided: "by 1",
    }),
  ],
};

export const dropoutOtherMask: KernelMistake = {
  id: "dropout-other-mask",
  step: "weights",
  title: "The dropped weights are not those of the mask.",
  formula: "o_i = Σ_j α_ij M_ij / (1 − p) v_j",
  fix: "Check how the mask is drawn or indexed, which head it belongs to, and whether true means kept.",
  isPossible: ({ tasks }) => tasks.every(({ dropped }) => dropped),
  variants: ({ tasks }) =>
    withOtherMasks(tasks).map(({ mask, others }) =>
      onOther((task) => others[tasks.indexOf(task)] ?? task, { mask }),
    ),
};
