import { type Matrix, mapCells, transpose } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import type { Task } from "../task.js";
import { type KernelMistake, onOther } from "./kernel-mistake.js";

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
